"""Zendesk over HTTP: an approved draft is one guarded update, and a lost answer is found again."""

from dataclasses import replace

import pytest

from bot.net.http import Rejected
from bot.sandbox.faults import Fault
from handlers.errors import Invalid, NotFound, Stale, Unknown
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

BARE = Record("zendesk", "ticket", "1", "v", "t", "x", {})


def draft_of(*changes, record=BARE):
    return Draft.of("reply", record, changes, call=Call("c", "reply", "17", Person("p:a", "A"), Place("p", "c")))


REPLY, HIGH = Change("reply", None, "Hi"), Change("priority", None, "high")


async def test_what_was_written_reads_back_the_same(connectors):
    """Records -> changes -> the vendor -> records, for every field that the bot writes."""
    zendesk = connectors["zendesk"]
    before = await zendesk.read("149")
    changes = [
        Change("type", before.fields["type"], "problem"), Change("priority", before.fields["priority"], "urgent"),
        Change("tags", before.fields["tags"], ("x", "y")), Change("status", before.fields["status"], "open"),
        Change("group", None, Ref("5001", "Billing")), Change("assignee", None, Ref("30008", "Hana Weiss")),
        Change("reply", None, "Hello."),
    ]  # fmt: skip
    draft = draft_of(*changes, record=before)

    assert await zendesk.write(draft) == before.url

    after = await zendesk.reread(draft)
    for change in changes[:-1]:
        assert after.fields[change.field] == change.after
    assert await zendesk.landed(draft)
    assert "hana@harbourlight.example" in after.owner


async def test_a_write_that_somebody_went_on_from_is_found_by_its_mark(connectors, sandbox):
    """The answer was lost, and an agent set the same field before anybody looked: the ticket itself proves nothing any more."""
    zendesk = connectors["zendesk"]
    draft = draft_of(HIGH, record=await zendesk.read("149"))
    await zendesk.write(draft)
    await sandbox.zendesk.edit("149", {"priority": "low"})

    assert await zendesk.landed(draft)
    assert not await zendesk.landed(replace(draft, version=2, changes=(Change("priority", None, "urgent"),)))


async def test_what_a_person_set_to_the_very_same_is_not_taken_for_ours(connectors, sandbox):
    """Found by chaos: the bot was killed before it sent anything, and an agent set the same group meanwhile."""
    zendesk = connectors["zendesk"]
    draft = draft_of(Change("group", None, Ref("5004", "Success")), record=await zendesk.read("149"))
    await sandbox.zendesk.edit("149", {"group": "Success"})

    assert not await zendesk.landed(draft)


async def test_an_update_of_the_bots_own_account_counts_without_a_mark(connectors, sandbox):
    """Where Zendesk lost the mark, the account tells; where it does not tell the account either, nobody can say."""
    zendesk = connectors["zendesk"]
    draft = draft_of(HIGH, record=await zendesk.read("149"))
    await sandbox.zendesk.edit("149", {"priority": "high", "author": "bot"})

    assert await zendesk.landed(draft)
    sandbox.zendesk.faults.add(Fault("status", path="/users/me", status=200, body={"user": None}))
    with pytest.raises(Unknown, match="who changed ticket 149"):
        await zendesk.landed(draft)


async def test_what_another_draft_set_to_the_very_same_is_not_taken_for_this_one(connectors):
    zendesk = connectors["zendesk"]
    draft = draft_of(HIGH, record=await zendesk.read("149"))
    await zendesk.write(replace(draft, id="anotherx"))

    assert not await zendesk.landed(draft)


async def test_a_history_of_many_pages_is_read_to_the_mark(connectors, sandbox):
    zendesk = connectors["zendesk"]
    for number in range(120):
        await sandbox.zendesk.edit("149", {"subject": f"Refund, asked {number} times"})
    draft = draft_of(HIGH, record=await zendesk.read("149"))
    await zendesk.write(draft)
    await sandbox.zendesk.edit("149", {"priority": "low"})

    assert await zendesk.landed(draft)


async def test_without_a_history_and_without_a_trace_nobody_can_say(connectors, sandbox):
    zendesk = connectors["zendesk"]
    draft = draft_of(HIGH, record=await zendesk.read("149"))
    await sandbox.zendesk.edit("149", {"priority": "low"})
    sandbox.zendesk.faults.add(Fault("status", path="/audits", status=403, count=None))

    with pytest.raises(Unknown, match="history"):
        await zendesk.landed(draft)


async def test_a_ticket_that_moved_is_not_written(connectors, sandbox):
    record = await connectors["zendesk"].read("149")
    await sandbox.zendesk.edit("149", {"priority": "low"})

    with pytest.raises(Stale, match="ticket 149 changed"):
        await connectors["zendesk"].write(draft_of(REPLY, record=record))

    assert sandbox.zendesk.writes("149") == []


async def test_a_refusal_is_told_in_their_words(connectors):
    record = await connectors["zendesk"].read("149")

    with pytest.raises(Invalid, match="Priority: nonsense is not one of"):
        await connectors["zendesk"].write(draft_of(Change("priority", None, "nonsense"), record=record))


async def test_past_tickets_are_solved_and_not_the_ticket_itself(connectors, sandbox):
    tickets = sandbox.zendesk.vendor.records
    for n in range(2000, 2130):
        tickets[str(n)] = {**tickets["101"], "id": n, "updated_at": "2026-11-19T09:00:00Z"}
    like = await connectors["zendesk"].read("2000")

    found = await connectors["zendesk"].past(like, limit=120)

    assert len({record.id for record in found}) == 120
    assert {record.fields["status"] for record in found} <= {"solved", "closed"}
    assert "2000" not in {record.id for record in found}
    assert not [record for record in found if record.fields["assignee"].label.startswith("user ")]


async def test_what_is_not_there_is_not_found(connectors):
    with pytest.raises(NotFound, match="Zendesk has no ticket 9999"):
        await connectors["zendesk"].read("9999")


async def test_wrong_credentials_are_the_operators_business(connectors, sandbox):
    record = await connectors["zendesk"].read("149")
    sandbox.zendesk.faults.add(Fault("status", status=401, count=None))

    for attempt in (connectors["zendesk"].read("149"), connectors["zendesk"].write(draft_of(REPLY, record=record))):
        with pytest.raises(Rejected, match="credentials"):
            await attempt


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (r"/tickets/149$", {"ticket": None}, "no ticket"),
        (r"/tickets/149$", [], "no ticket"),
        (r"/comments", {}, "no comments"),
        (r"/comments", {"comments": ["x"]}, "no comments"),
        (r"/show_many", {"users": None}, "no users"),
        (r"/show_many", {"users": [{"name": "x"}]}, "id"),
        (r"/groups", {"groups": 7}, "no groups"),
        (r"/groups", {"groups": [{}]}, "id"),
    ],
)
async def test_a_part_that_is_missing_is_named(connectors, sandbox, path, body, words):
    sandbox.zendesk.faults.add(Fault("status", path=path, status=200, body=body, count=None))

    with pytest.raises(Invalid, match=words):
        await connectors["zendesk"].read("149")


async def test_a_search_without_results_is_refused(connectors, sandbox):
    like = BARE
    sandbox.zendesk.faults.add(Fault("status", path="/search", status=200, body={"results": None}, count=None))

    with pytest.raises(Invalid, match="no results"):
        await connectors["zendesk"].past(like, limit=5)


async def test_a_pool_of_nobodys_tickets_needs_no_names(connectors, sandbox):
    sandbox.zendesk.faults.add(Fault("status", path="/search", status=200, body={"results": []}, count=None))

    assert await connectors["zendesk"].past(BARE, limit=5) == []
