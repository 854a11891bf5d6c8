"""HubSpot over HTTP: what is made once, linked, and found again though the answer was lost; against the stand-in."""

from dataclasses import replace

import pytest
from hubspots import draft_of

from bot.connectors.hubspot.client import HubSpot
from bot.sandbox import Fault
from handlers.errors import Busy, Invalid, Unavailable, Unknown
from handlers.models import Change, Record, Ref, same

BO = Ref("60002", "Bo Lindqvist")
CONTACT = [Change("email", None, "tove@newquay.example"), Change("first_name", None, "Tove"), Change("owner", None, BO)]
COMPANY = [Change("name", None, "Newquay Dinghies"), Change("domain", None, "newquay.example")]
DEAL = [Change("name", None, "Newquay: Shop plan"), Change("stage", None, "qualifiedtobuy"), Change("close", None, "2026-12-15")]
NOTE = [Change("text", None, "Asked for a <demo>.")]
TASK = [Change("subject", None, "Call Inés"), Change("due", None, "2026-12-01"), Change("owner", None, BO)]
EMAIL = [
    Change("subject", None, "Your trial"),
    Change("text", None, "Hello Inés,\nhow is it going?"),
    Change("direction", None, "INCOMING_EMAIL"),
]
EVERY = [("contact", "", CONTACT), ("company", "", COMPANY), ("deal", "company/801", DEAL), ("note", "721", NOTE), ("task", "721", TASK),
         ("email", "deal/911", EMAIL)]  # fmt: skip


@pytest.fixture
def hubspot(connectors):
    return connectors["hubspot"]


def new(kind, where, changes):
    return draft_of(*changes, record=Record.new("hubspot", kind, where, title="x"))


def made(sandbox, kind):
    """The objects of a kind that were not there at the start, newest last."""
    records = sandbox.hubspot.vendor.records.values()
    return [record for record in records if record["kind"] == kind and record["created"] > "2026-11-21"]


MANY = {"contact": "contacts", "company": "companies", "deal": "deals", "note": "notes", "task": "tasks", "email": "emails"}


@pytest.mark.parametrize(("kind", "where", "changes"), EVERY)
async def test_what_was_approved_is_made_and_read_back(hubspot, sandbox, kind, where, changes):
    draft = new(kind, where, changes)
    assert await hubspot.reread(draft) is draft.record
    assert not await hubspot.landed(draft)

    address = await hubspot.write(draft)

    [record] = made(sandbox, MANY[kind])
    found = await hubspot.read(f"{kind}/{record['id']}")
    assert address == found.url
    assert await hubspot.landed(draft)
    assert not await hubspot.landed(replace(draft, version=2))
    for change in changes:
        if change.field in found.fields and change.field not in ("text", "due", "close"):
            assert same(found.fields[change.field], change.after)
    if where:
        about = "721" if where == "721" else where.partition("/")[2]
        assert record["id"] in sandbox.hubspot.record(about)["links"][MANY[kind]]


async def test_what_a_customer_wrote_is_text_from_outside(hubspot, sandbox):
    await hubspot.write(new("email", "721", EMAIL))
    [record] = made(sandbox, "emails")

    found = await hubspot.read(f"email/{record['id']}")

    assert (found.title, found.outside_text) == ("Your trial", True)


@pytest.mark.parametrize("kind", ["hang", "reset", "half_body", "malformed"])
@pytest.mark.parametrize(("what", "where", "changes"), EVERY)
async def test_a_lost_answer_is_unknown_and_nothing_is_made_twice(hubspot, sandbox, kind, what, where, changes):  # noqa: PLR0917 - a table
    draft = new(what, where, changes)
    sandbox.hubspot.faults.add(Fault(kind, method="POST", path=f"objects/{MANY[what]}(/batch/upsert)?$", after=True))

    with pytest.raises(Unknown):
        await hubspot.write(draft)

    assert await hubspot.landed(draft)
    assert len(made(sandbox, MANY[what])) == 1


@pytest.mark.parametrize(
    "email", ["tove#1@newquay.example", "a/b?c@newquay.example", "50%25@newquay.example", "Tove@Newquay.example"]
)
async def test_a_contact_is_found_by_its_address_however_that_is_spelled(hubspot, sandbox, email):
    """HubSpot keeps e-mail addresses in small letters."""
    maker = HubSpot(hubspot._api)
    draft = new("contact", "", [Change("email", None, email), Change("first_name", None, "Tove")])

    await maker.write(draft)

    assert [one["values"]["email"] for one in made(sandbox, "contacts")] == [email.lower()]
    assert await maker.landed(draft)


@pytest.mark.parametrize(("what", "where", "changes"), [EVERY[0], EVERY[2]])
async def test_where_the_draft_is_unique_not_even_a_blind_repeat_makes_two(hubspot, sandbox, what, where, changes):
    draft = new(what, where, changes)
    await hubspot.write(draft)

    if where:
        with pytest.raises(Invalid, match="already exists"):
            await hubspot.write(draft)
    else:
        await hubspot.write(draft)

    assert len(made(sandbox, MANY[what])) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("status", method="POST", path="/notes$", status=429, retry_after=7), Busy),
        (Fault("status", method="POST", path="/notes$", status=500), Unknown),
        (Fault("reset", method="POST", path="/notes$"), Unknown),
    ],
)
async def test_what_did_not_happen_did_not_land(hubspot, sandbox, fault, kind):
    draft = new("note", "721", NOTE)
    sandbox.hubspot.faults.add(fault)

    with pytest.raises(kind):
        await hubspot.write(draft)

    assert made(sandbox, "notes") == []
    if kind is not Busy:
        assert not await hubspot.landed(draft)


async def test_what_hubspot_refuses_is_told_in_its_words_and_makes_nothing(hubspot, sandbox):
    for what, where, changes, hint in (
        ("contact", "", [*CONTACT, Change("stage", None, "friend")], "friend was not one of the allowed options"),
        ("contact", "", [Change("email", None, "mira@kestrelboats.example")], "already exists"),
        ("deal", "company/801", [Change("amount", None, "1")], "dealname is required"),
        ("note", "99999", NOTE, "No object exists with id 99999"),
    ):
        with pytest.raises(Invalid, match=hint):
            await hubspot.write(new(what, where, changes))
    assert sandbox.hubspot.vendor.records.keys() == {key for key in sandbox.hubspot.vendor.records if int(key) < 2000}


async def test_without_a_unique_property_only_what_can_be_found_again_is_made(hubspot, sandbox):
    bare = HubSpot(hubspot._api)
    for what, changes, hint in (
        ("company", COMPANY, "hubspot_draft_property"),
        ("contact", CONTACT[1:], "needs an e-mail address"),
    ):
        with pytest.raises(Invalid, match=hint):
            await bare.write(new(what, "", changes))

    draft = new("contact", "", CONTACT)
    assert not await bare.landed(draft)
    await bare.write(draft)
    assert await bare.landed(draft)
    assert len(made(sandbox, "contacts")) == 1
    with pytest.raises(Invalid, match="already exists"):
        await bare.write(draft)


@pytest.mark.parametrize(
    ("name", "hint"), [("no_such", "no contact property"), ("phone", "needs unique values"), ("email", "no company property")]
)
async def test_a_property_that_is_not_unique_is_told_before_anything_is_made(hubspot, name, hint):
    with pytest.raises(Invalid, match=hint):
        await HubSpot(hubspot._api, unique=name).account()


async def test_a_task_is_changed_under_the_same_guard(hubspot, sandbox):
    await hubspot.write(new("task", "721", TASK))
    [record] = made(sandbox, "tasks")
    task = await hubspot.read(f"task/{record['id']}")
    draft = draft_of(Change("status", "NOT_STARTED", "COMPLETED"), Change("due", task.fields["due"], "2026-12-02"), record=task)

    assert not await hubspot.landed(draft)
    await hubspot.write(draft)

    assert await hubspot.landed(draft)
    assert sandbox.hubspot.record(record["id"])["values"]["hs_task_status"] == "COMPLETED"


async def test_a_system_that_is_away_is_told_and_nothing_is_made(hubspot, sandbox):
    sandbox.hubspot.faults.add(Fault("status", method="GET", status=503, count=None))

    with pytest.raises(Unavailable):
        await hubspot.landed(new("note", "721", NOTE))
    assert sandbox.hubspot.ledger.entries == []
