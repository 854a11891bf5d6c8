"""What of a ticket a language model is told: nothing that colleagues wrote for each other, and whoever wrote on it is known to the masking."""

import pytest

from handlers.errors import Invalid, NoModel
from handlers.models import Call, Person, Place
from handlers.reply import reply
from knowledge.models import Answer

UNSURE = Answer("I don't know.", 0.1, True, (), ())


async def by_topic(_record, pool, *, limit):
    """The Similar port: calendars are near calendars, and nothing else is near."""
    return [(one, 0.7 if "alendar" in f"{one.title} {one.text}" else 0.1) for one in pool][:limit]


async def unsure(_question, *, audience, history=(), quoted=False, origin=None):  # noqa: ARG001 - the port's signature
    return UNSURE


def proposed(connectors, number="155", *, model):
    call = Call("c1", "reply", number, Person("p:ada", "Ada"), Place("playground", "general"))
    return reply(call, tickets=connectors["zendesk"], similar=by_topic, answer=unsure, model=model)


class Told:
    """A model that says nothing and remembers what it was told."""

    def __init__(self):
        self.texts, self.people = "", ()

    async def __call__(self, _prompt, _kind, *, material, people=(), audience):  # noqa: ARG002 - the port's signature
        self.texts, self.people = "\n".join(one.text for one in material), people
        raise NoModel("")


@pytest.mark.parametrize("place", [0, 1])
async def test_a_note_of_whoever_opened_the_ticket_reaches_no_model(connectors, sandbox, place):
    found = sandbox.zendesk.vendor.records["155"]
    said = found["comments"][0]
    note = said | {"id": 155_999, "body": "Our margin is 40 %.", "plain_body": "Our margin is 40 %.", "public": False}
    found["comments"].insert(place, note)
    found["description"] = found["comments"][0]["body"]
    model = Told()

    draft = await proposed(connectors, model=model)

    assert "margin" not in (await connectors["zendesk"].read("155")).text
    assert "hour" in model.texts
    assert "margin" not in f"{model.texts}{draft.changes}"


async def test_a_ticket_of_nothing_but_a_note_is_shown_to_no_model(connectors, sandbox):
    found = sandbox.zendesk.vendor.records["155"]
    found["comments"] = [found["comments"][0] | {"public": False}]
    model = Told()

    with pytest.raises(Invalid, match="holds no words to answer"):
        await proposed(connectors, model=model)

    assert model.texts == ""


async def test_whoever_wrote_on_a_ticket_is_masked(connectors, sandbox):
    found = sandbox.zendesk.vendor.records["155"]
    known = (await connectors["zendesk"].read("155")).people
    others = [await connectors["zendesk"].read(name) for name in ("153", "154", "156")]
    other = next(one for one in others if not known & one.people)
    stranger = sandbox.zendesk.vendor.records[other.id]["requester_id"]
    found["comments"].append(found["comments"][0] | {"id": 155_998, "author_id": stranger})
    names = {one.author.label for one in await connectors["zendesk"].comments("155")}
    model = Told()

    await proposed(connectors, model=model)

    assert len(names) > 1
    assert names <= set(model.people)
