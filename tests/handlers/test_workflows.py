"""ask, triage, reply, bot: from the vendors' stand-ins to what a person is shown."""

from collections.abc import Sequence

import pytest

from bot.app.model import offline
from handlers.ask import ask
from handlers.errors import Invalid, NotFound
from handlers.models import Call, Draft, Person, Place, Reply, Source, Utterance
from handlers.reply import reply
from handlers.triage import FIELDS, triage
from knowledge.models import ASKED, Answer, Citation, Passage

SURE = Answer(
    "Refunds take five days [1]. Ask billing [2].", 0.8, False,
    (Citation("faq/refunds", "Refunds", "https://kb.example/refunds", "Refunds take five days."),
     Citation("faq/refunds", "Refunds", "https://kb.example/refunds", "Ask billing."),
     Citation("faq/refunds", "Refunds", "https://kb.example/refunds", "Ask billing.")),
    (),
)  # fmt: skip
UNSURE = Answer(
    "I don't know.", 0.1, True, (),
    tuple(Passage(f"d{n}", f"c{n}", f"Page {n % 2}", "", "t", f"https://kb.example/{n % 2}", 0.5) for n in range(6)),
)  # fmt: skip


SECRET = Answer("Margins are 40 %.", 0.9, False, (Citation("fin/margins", "Margins", "", "Margins are 40 %."),), ())


class Rights:
    """The Answers port of a knowledge base in which finance may read more."""

    def __init__(self, everyone: Answer, finance: Answer) -> None:
        self.everyone, self.finance = everyone, finance

    async def __call__(self, question, *, audience, history=(), quoted=False, origin=ASKED):  # noqa: ARG002 - the port's signature
        return self.finance if "finance" in audience else self.everyone


class Kb:
    """The Answers port: one answer, and what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[tuple[str, frozenset[str], Sequence[str]]] = []

    async def __call__(self, question, *, audience, history=(), quoted=False, origin=ASKED):  # noqa: ARG002 - as above
        self.asked.append((question, frozenset(audience), tuple(history)))
        return self.answer


async def by_words(record, pool, *, limit):
    """The Similar port by shared words."""
    words = set(f"{record.title} {record.text}".lower().split())
    scored = [(other, len(words & set(f"{other.title} {other.text}".lower().split())) / 20) for other in pool]
    return sorted(scored, key=lambda pair: -pair[1])[:limit]


def call(command, argument, **more):
    place = Place("playground", "general", audience=frozenset({"everyone", "support"}))
    return Call("c1", command, argument, Person("p:ada", "Ada"), place, **more)


async def test_an_answer_carries_its_quotes_and_the_rights_of_the_place():
    kb = Kb(SURE)

    found = await ask(call("ask", "refunds?", history=(Utterance("", "", "hi"), Utterance("", "", "hello"))), answer=kb)

    assert kb.asked == [("refunds?", {"everyone", "support"}, ("hi", "hello"))]
    assert (found.text, found.confidence, len(found.citations)) == (SURE.text, 0.8, 3)
    assert found.citations[0] == Source("Refunds", "https://kb.example/refunds", "Refunds take five days.", "faq/refunds")


async def test_not_knowing_names_the_nearest_sources_once_each():
    found = await ask(call("ask", "x?"), answer=Kb(UNSURE))

    assert found.text == "I don't know."
    assert [(s.title, s.url) for s in found.citations] == [("Page 0", "https://kb.example/0"), ("Page 1", "https://kb.example/1")]
    assert found.abstained


@pytest.mark.parametrize("public", [SURE, UNSURE])
async def test_who_may_read_more_than_the_channel_is_told_so_alone(public):
    asked = Call("c1", "ask", "margins?", Person("p:fay", "Fay", groups=frozenset({"finance"})), Place("slack", "T1/C1"))

    found = await ask(asked, answer=Rights(public, SECRET))

    assert (found.text, found.private) == (public.text, False)
    assert (found.aside.text, found.aside.private) == (SECRET.text, True)


@pytest.mark.parametrize("own", [SURE, UNSURE])
async def test_nothing_is_said_aside_where_it_would_say_nothing_more(own):
    asked = Call("c1", "ask", "refunds?", Person("p:fay", "Fay", groups=frozenset({"finance"})), Place("slack", "T1/C1"))

    assert (await ask(asked, answer=Rights(SURE, own))).aside is None


async def test_a_question_without_words_is_asked_back():
    with pytest.raises(Invalid, match="/ask how do refunds work"):
        await ask(call("ask", "  "), answer=Kb(SURE))


async def test_triage_proposes_what_similar_issues_have(connectors):
    draft = await triage(call("triage", "SUP-25"), issues=connectors["jira"], similar=by_words, model=offline)

    assert isinstance(draft, Draft)
    assert {change.field for change in draft.changes} <= set(FIELDS)
    assert len(draft.changes) > 0
    assert all(any(reason.startswith(f"{change.field} ") for reason in draft.reasons) for change in draft.changes)
    assert all(0 < share <= 1 for share in draft.confidence.values())
    assert all(source.url.endswith(source.title.split(" ")[0]) for source in draft.sources)
    assert draft.record.id == "SUP-25"


async def test_triage_says_when_there_is_nothing_to_learn_from(connectors):
    async def nothing(_record, _pool, *, limit):
        return [][:limit]

    found = await triage(call("triage", "SUP-25"), issues=connectors["jira"], similar=nothing, model=offline)

    assert isinstance(found, Reply)
    assert "no past issues to learn from" in found.text


async def test_triage_says_when_nothing_needs_a_change(connectors):
    async def one(_record, pool, *, limit):
        return [(pool[0], 1.0)][:limit]

    found = await triage(call("triage", "SUP-1"), issues=connectors["jira"], similar=one, model=offline)

    assert isinstance(found, Reply)
    assert "needs no change" in found.text
    assert len(found.citations) == 1


@pytest.mark.parametrize(("command", "name", "kind"), [(triage, "SUP", Invalid), (triage, "SUP-9999", NotFound)])
async def test_triage_of_what_is_not_there(connectors, command, name, kind):
    with pytest.raises(kind, match=name):
        await command(call("triage", name), issues=connectors["jira"], similar=by_words, model=offline)


async def test_a_reply_quotes_the_knowledge_base_without_its_marks(connectors):
    kb = Kb(SURE)

    draft = await reply(call("reply", "#149"), tickets=connectors["zendesk"], similar=by_words, answer=kb, model=offline)

    [change] = [change for change in draft.changes if change.field == "reply"]
    name = draft.record.fields["requester"].label.split(" ")[0]
    assert change.after.startswith(f"Hello {name},\n\n")
    assert "Refunds take five days. Ask billing." in change.after
    assert draft.confidence["reply"] == 0.8
    assert "the reply quotes Refunds" in draft.reasons
    assert draft.reasons[0].startswith("escalation risk ")
    assert draft.tainted is True
    assert [audience for _, audience, _ in kb.asked] == [frozenset({"everyone"})]


async def test_no_reply_is_made_up(connectors):
    found = await reply(call("reply", "149"), tickets=connectors["zendesk"], similar=by_words, answer=Kb(UNSURE), model=offline)

    changes = found.changes if isinstance(found, Draft) else ()
    assert "reply" not in [change.field for change in changes]


async def test_nothing_to_propose_is_said_with_its_reasons(connectors):
    async def nothing(_record, _pool, *, limit):
        return [][:limit]

    found = await reply(call("reply", "149"), tickets=connectors["zendesk"], similar=nothing, answer=Kb(UNSURE), model=offline)

    assert isinstance(found, Reply)
    assert "Nothing to propose for ticket 149" in found.text
    assert "no sure answer" in found.text


async def test_a_customer_whom_nobody_knows_is_greeted_without_a_name(connectors, sandbox):
    sandbox.zendesk.vendor.records["149"]["requester_id"] = 999_999

    draft = await reply(call("reply", "149"), tickets=connectors["zendesk"], similar=by_words, answer=Kb(SURE), model=offline)

    assert draft.changes[0].after.startswith("Hello,\n")


async def test_signs_of_escalation_are_named(connectors, sandbox):
    sandbox.zendesk.vendor.records["149"]["description"] = "This is unacceptable, I will call my lawyer!"

    draft = await reply(call("reply", "149"), tickets=connectors["zendesk"], similar=by_words, answer=Kb(SURE), model=offline)

    assert (
        draft.reasons[0]
        == "escalation risk high: the customer speaks of lawyers or regulators (“lawyer”), is angry (“unacceptable”)"
    )
