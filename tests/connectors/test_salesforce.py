"""Salesforce over HTTP: an approved draft is one transaction, and a lost answer is found again and not doubled."""

from dataclasses import replace

import pytest

from bot.net.http import Rejected
from bot.sandbox.faults import Fault
from bot.sandbox.salesforce.ids import made
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown
from handlers.models import Change, Ref

KATYA, BO = "Katya Marlow", Ref(made("005", 2), "Bo Lindqvist")
SCORE, NOTE = Change("score", "", "74"), Change("note", None, "Score 74: call before Christmas.")
COMPOSITE = r"/composite$"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


def effects(force):
    """The records that API writes changed, in order."""
    return [write.record[:3] for write in force.standin.ledger.entries if write.effect and write.method != "UI"]


async def test_what_was_written_reads_back_the_same(force):
    before = await force.crm.read(KATYA)
    changes = [
        SCORE, Change("owner", before.fields["owner"], BO), Change("stage", "Open", "Working"), Change("rating", "", "Hot"),
        Change("employees", "15", "16"), Change("phone", "", "+44 1632 960111"), NOTE,
    ]  # fmt: skip
    draft = force.draft_of(before, *changes)

    assert not await force.crm.landed(draft)
    assert await force.crm.write(draft) == before.url

    after = await force.crm.reread(draft)
    for change in changes[:-1]:
        assert after.fields[change.field] == change.after
    assert "bo@harbourlight.example" in after.owner
    assert await force.crm.landed(draft)
    assert not await force.crm.landed(replace(draft, version=2))
    task = next(one for one in force.standin.vendor.records.values() if draft.id in str(one.get("Subject")))
    assert (task["WhoId"], task["Description"], task["IsClosed"]) == (before.id, NOTE.after, True)
    assert effects(force) == ["00Q", "00T"]


async def test_a_note_on_a_deal_hangs_on_the_deal(force):
    deal = await force.crm.read(force.id_of("Bici Bella: from trial to Shop plan"))
    draft = force.draft_of(deal, Change("note", None, "Offer a winter price."), Change("close", "2026-11-30", "2026-12-15"))

    await force.crm.write(draft)

    assert (await force.crm.reread(draft)).fields["close"] == "2026-12-15"
    assert await force.crm.landed(draft)
    assert effects(force) == ["006", "00T"]


@pytest.mark.parametrize("author", ["bo", "automation"])
@pytest.mark.parametrize("change", [SCORE, NOTE])
async def test_a_record_that_moved_is_not_written(force, author, change):
    record = await force.crm.read(KATYA)
    await force.standin.edit(record.id, {"City": "Henley", "author": author})

    with pytest.raises(Stale, match="Katya Marlow, Marlow Marina changed"):
        await force.crm.write(force.draft_of(record, change))

    assert effects(force) == []


async def test_the_vendors_own_guard_catches_who_moves_it_in_between(force):
    """Somebody changes the record after the last look and before the write arrives: the whole transaction is refused."""
    record = await force.crm.read(KATYA)
    send = force.http.write

    async def late(*args, **options):
        force.watch.advance(seconds=2)
        await force.standin.edit(record.id, {"City": "Henley"})
        return await send(*args, **options)

    force.http.write = late
    with pytest.raises(Stale, match="very moment"):
        await force.crm.write(force.draft_of(record, SCORE))

    assert effects(force) == []


@pytest.mark.parametrize(
    ("fault", "kind", "has_landed"),
    [
        (Fault("status", path=COMPOSITE, status=429, retry_after=1), Busy, False),
        (Fault("status", path=COMPOSITE, status=500), Unknown, False),
        (Fault("status", path=COMPOSITE, status=502, after=True), Unknown, True),
        (Fault("hang", path=COMPOSITE), Unknown, False),
        (Fault("hang", path=COMPOSITE, after=True), Unknown, True),
        (Fault("malformed", path=COMPOSITE), Unknown, True),
        (Fault("half_body", path=COMPOSITE), Unknown, True),
        (Fault("reset", path=COMPOSITE), Unknown, False),
        (Fault("reset", path=COMPOSITE, after=True), Unknown, True),
    ],
)
@pytest.mark.parametrize("change", [SCORE, NOTE])
async def test_a_lost_answer_is_found_again_and_not_doubled(force, fault, kind, has_landed, change, wait_until):  # noqa: PLR0917 - a table
    draft = force.draft_of(await force.crm.read(KATYA), change)
    force.standin.faults.add(fault)

    with pytest.raises(kind):
        await force.crm.write(draft)

    async def told():
        try:
            return [await force.crm.landed(draft)]
        except Busy:  # nobody asks before the second is over
            return []

    assert await wait_until(told) == [has_landed]
    if not has_landed:
        await force.crm.write(draft)
    assert effects(force) == (["00Q", "00T"] if change is SCORE else ["00T"])
    assert await force.crm.landed(draft)


async def test_a_write_that_landed_cannot_be_sent_again(force):
    draft = force.draft_of(await force.crm.read(KATYA), SCORE)
    await force.crm.write(draft)

    with pytest.raises(Stale):
        await force.crm.write(draft)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ([{"message": "Not on Fridays", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}], Invalid, "Not on Fridays"),
        ([{"message": "used up", "errorCode": "REQUEST_LIMIT_EXCEEDED"}], Busy, "15 minutes"),
        ([{"message": "no right", "errorCode": "INSUFFICIENT_ACCESS"}], Rejected, "widen its rights"),
        ([{"message": "row is locked", "errorCode": "UNABLE_TO_LOCK_ROW"}], Unavailable, "locked"),
    ],
)
async def test_a_refusal_means_what_its_code_says(force, body, kind, words):
    record = await force.crm.read(KATYA)
    status = 400 if body[0]["errorCode"] in ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "UNABLE_TO_LOCK_ROW") else 403
    force.standin.faults.add(Fault("status", path=COMPOSITE, status=status, body=body))

    with pytest.raises(kind, match=words) as raised:
        await force.crm.write(force.draft_of(record, SCORE))
    assert raised.value.__cause__ is not raised.value, "whoever follows the causes would never come to an end"


async def test_a_value_that_salesforce_refuses_is_told_in_its_words(force):
    record = await force.crm.read(KATYA)

    with pytest.raises(Invalid, match="bad value for restricted picklist field: Lukewarm"):
        await force.crm.write(force.draft_of(record, SCORE, Change("rating", "", "Lukewarm")))

    assert effects(force) == []


async def test_a_record_that_is_gone_is_not_written(force):
    record = await force.crm.read(KATYA)
    del force.standin.vendor.records[record.id]

    with pytest.raises(NotFound, match="any more"):
        await force.crm.write(force.draft_of(record, SCORE))


async def test_an_answer_that_does_not_say_how_it_went_is_unknown(force):
    draft = force.draft_of(await force.crm.read(KATYA), SCORE)
    force.standin.faults.add(Fault("status", path=COMPOSITE, status=200, body={"ok": True}, after=True))

    with pytest.raises(Unknown, match="did not say"):
        await force.crm.write(draft)

    assert await force.crm.landed(draft)
