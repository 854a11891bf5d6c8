"""What past records teach reaches what is proposed: with it another value wins, and the reason says by what."""

from collections import Counter

import pytest
from voices import by_words

from bot.app.model import offline
from handlers.issue import issue
from handlers.models import Call, Person, Place, Record
from handlers.reply import reply
from handlers.taught import LEARNED, Taught
from handlers.triage import triage
from handlers.votes import FEWEST, NEAREST, held
from knowledge.models import Answer

TEACHES = "by what 99 past records teach 100% likely (a part of 100%)"


TRIAGE, ISSUE = ("triage", "SUP-25"), ("issue", "new: Every kayak has two names on the map.")


class Teacher:
    """The Learn port: one value of a field, and sure of it."""

    def __init__(self, field=None, value=None):
        self.field, self.value = field, value

    async def __call__(self, record, pool, field, votes):  # noqa: ARG002 - the port's signature
        return Taught({self.value: 1.0}, 1.0, 99) if field == self.field else None


async def unsure(_question, **_):
    """The Answers port of an empty knowledge base."""
    return Answer("I don't know.", 0.1, True, (), ())


@pytest.fixture
def ask(connectors):
    """A workflow, with a teacher."""

    async def asked(workflow, argument, learn):
        call = Call("c", workflow, argument, Person("p:ada", "Ada"), Place("playground", "general"))
        more = {"similar": by_words, "model": offline, "learn": learn}
        match workflow:
            case "triage":
                return await triage(call, issues=connectors["jira"], **more)
            case "issue":
                return await issue(call, issues=connectors["jira"], projects=lambda _place: "SUP", **more)
            case _:
                return await reply(call, tickets=connectors["zendesk"], answer=unsure, **more)

    return asked


def proposed(draft, field):
    return next((change.after for change in draft.changes if change.field == field), None)


async def candidates(draft, past, field, *, among=None):
    """Values that two of the nearest past records hold and the draft does not propose; `among` only those that hold that field's value."""
    near = [one for one, _ in await by_words(draft.record, past, limit=len(past))]
    near = [one for one in near if held(one, field) and (among is None or one.fields.get(among[0]) == among[1])][:NEAREST]
    counted = Counter(value for one in near for value in held(one, field))
    has = {proposed(draft, field), *held(draft.record, field)}
    return [value for value, number in counted.most_common() if number >= FEWEST and value not in has]


@pytest.mark.parametrize(
    ("workflow", "argument", "field"),
    [(*TRIAGE, "type"), (*TRIAGE, "priority"), (*TRIAGE, "assignee"), (*ISSUE, "type"), (*ISSUE, "priority")],
)
async def test_of_an_issue(ask, connectors, workflow, argument, field):
    """A priority is that of the issues of the likeliest type."""
    without = await ask(workflow, argument, Teacher())
    past = await connectors["jira"].past(Record.new("jira", "issue", "SUP", title=""), limit=300)
    kind = ("type", proposed(without, "type")) if field == "priority" else None
    [value, *_] = await candidates(without, past, field, among=kind)

    draft = await ask(workflow, argument, Teacher(field, value))

    assert proposed(draft, field) == value
    assert draft.confidence[field] == 1.0
    assert [reason for reason in draft.reasons if reason.startswith(f"{field} ") and TEACHES in reason]


@pytest.mark.parametrize("field", LEARNED)
async def test_of_a_ticket(ask, connectors, field):
    """Who gets it is one of the group that it goes to, a priority that of the tickets of the likeliest type."""
    without = await ask("reply", "158", Teacher())
    past = await connectors["zendesk"].past(Record.new("zendesk", "ticket", "", title=""), limit=200)
    among = {"assignee": "group", "priority": "type"}.get(field)
    [value, *_] = await candidates(without, past, field, among=(among, proposed(without, among)) if among else None)

    draft = await ask("reply", "158", Teacher(field, value))

    assert proposed(draft, field) == value
    assert [reason for reason in draft.reasons if reason.startswith(f"{field} ") and TEACHES in reason]
