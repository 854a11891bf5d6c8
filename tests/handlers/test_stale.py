"""A record that moved is not written over: a fresh draft shows what was, what is and what should be."""

from dataclasses import replace

import pytest

from bot.connectors.registry import WritesBySystem
from handlers.approvals import LATE, carry_out
from handlers.errors import AlreadyDecided
from handlers.models import Call, Change, Draft, Person, Place, Policy, Ref, State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LEADS = Policy(approvers=("group:leads",), quorum=1)


@pytest.fixture
def run(stores, connectors):
    async def carried(draft):
        return await carry_out(draft.id, draft.version, drafts=stores.drafts, writes=WritesBySystem(connectors))

    return carried


@pytest.fixture
def approved(stores, connectors):
    async def make(system, name, *changes):
        record = await connectors[system].read(name)
        drawn = [replace(change, before=record.fields.get(change.field)) for change in changes]
        call = Call("call", "triage", name, Person("p:ada", "Ada"), Place("playground", "general", "7"))
        draft = replace(
            Draft.of("triage", record, drawn, call=call), reasons=("votes",), confidence={"labels": 0.8}, tainted=True
        )
        kept = await stores.drafts.keep(draft, call=call, policy=LEADS)
        return await stores.drafts.approve(stores.press(kept, Verb.APPROVE))

    return make


HIGH = Change("priority", None, Ref("2", "High"))
LABELS = Change("labels", (), ("a", "b"))


async def successor(stores, done):
    [fresh] = [draft for draft in await stores.drafts.waiting() if draft.follows == done.id]
    return fresh


async def test_a_moved_record_gets_a_fresh_three_way_draft_and_no_write(stores, run, approved, sandbox):
    draft = await approved("jira", "SUP-25", HIGH, LABELS)
    await sandbox.jira.edit("SUP-25", {"priority": "Low"})

    done = await run(draft)

    fresh = await successor(stores, done)
    assert (done.state, fresh.id in done.outcome) == (State.STALE, True)
    assert sandbox.jira.writes("SUP-25") == []
    change = fresh.changes[0]
    assert (change.saw, change.before.label, change.after) == (draft.changes[0].before, "Low", draft.changes[0].after)
    assert "priority was Medium and is now Low" in fresh.reasons[0]
    assert fresh.reasons[1:] == ("votes",)
    assert (fresh.state, fresh.version, fresh.policy, fresh.place) == (State.PENDING, 1, LEADS, draft.place)
    assert (fresh.confidence, fresh.tainted, fresh.asked_by) == (draft.confidence, True, draft.asked_by)


async def test_the_fresh_draft_can_be_approved_and_is_written(stores, run, approved, sandbox):
    done = await run_stale(run, approved, sandbox)
    fresh = await successor(stores, done)

    written = await run(await stores.drafts.approve(stores.press(fresh, Verb.APPROVE)))

    assert written.state is State.WRITTEN
    assert len(sandbox.jira.writes("SUP-25")) == 1


async def run_stale(run, approved, sandbox):
    draft = await approved("jira", "SUP-25", HIGH)
    await sandbox.jira.edit("SUP-25", {"summary": "Renamed"})
    return await run(draft)


async def test_another_part_of_the_record_is_named_as_such(stores, run, approved, sandbox):
    done = await run_stale(run, approved, sandbox)

    assert "another part of the record moved" in (await successor(stores, done)).reasons[0]


async def test_the_card_of_the_fresh_draft_is_a_job_of_the_same_transaction(stores, run, approved, sandbox):
    done = await run_stale(run, approved, sandbox)

    fresh = await successor(stores, done)
    assert f"card:{fresh.id}" in {job.key for job in await stores.jobs.list()}


async def test_a_draft_goes_stale_once_however_often_its_job_is_delivered(stores, run, approved, sandbox):
    done = await run_stale(run, approved, sandbox)

    assert (await run(done)).state is State.STALE
    assert len(await stores.drafts.waiting()) == 1


async def test_what_somebody_did_already_is_not_asked_for_again(stores, run, approved, sandbox):
    draft = await approved("jira", "SUP-25", LABELS)
    await sandbox.jira.edit("SUP-25", {"labels": ["b", "a"]})

    done = await run(draft)

    assert (done.state, "already holds what was asked" in done.outcome) == (State.STALE, True)
    assert await stores.drafts.waiting() == []


async def test_only_what_is_still_missing_is_asked_for_again(stores, run, approved, sandbox):
    draft = await approved("jira", "SUP-25", HIGH, LABELS)
    await sandbox.jira.edit("SUP-25", {"priority": "High"})

    fresh = await successor(stores, await run(draft))

    assert [change.field for change in fresh.changes] == ["labels"]


REPLY = Change("reply", None, "Hello.")


async def test_the_vendors_guard_catches_a_move_between_reading_and_writing(stores, approved, sandbox, connectors):
    draft = await approved("zendesk", "149", REPLY)

    class Racing:
        """The real writes, with a colleague who is quicker."""

        reread = connectors["zendesk"].reread
        landed = connectors["zendesk"].landed

        async def write(self, draft):
            await sandbox.zendesk.edit("149", {"priority": "urgent"})
            return await connectors["zendesk"].write(draft)

    done = await carry_out(draft.id, 1, drafts=stores.drafts, writes=Racing())

    fresh = await successor(stores, done)
    assert (done.state, fresh.changes[0].after) == (State.STALE, "Hello.")
    assert sandbox.zendesk.writes("149") == []


async def test_a_guard_that_was_struck_by_our_own_late_write_is_no_conflict(stores, approved, sandbox, connectors):
    draft = await approved("zendesk", "149", REPLY)

    class Slow:
        """A proxy that sends our update twice: the first lands, the second is refused, and only that is heard."""

        reread = connectors["zendesk"].reread
        landed = connectors["zendesk"].landed

        async def write(self, draft):
            await connectors["zendesk"].write(draft)
            return await connectors["zendesk"].write(draft)

    done = await carry_out(draft.id, 1, drafts=stores.drafts, writes=Slow())

    assert (done.state, done.outcome) == (State.WRITTEN, LATE)
    assert len(sandbox.zendesk.writes("149")) == 1
    assert await stores.drafts.waiting() == []


async def test_a_fresh_draft_that_nobody_voted_on_gives_way_to_a_newer_proposal(stores, run, approved, connectors, sandbox):
    done = await run_stale(run, approved, sandbox)
    fresh = await successor(stores, done)

    record = await connectors["jira"].read("SUP-25")
    call = Call("again", "triage", "SUP-25", Person("p:cy", "Cy"), Place("playground", "general"))
    newer = await stores.drafts.keep(Draft.of("triage", record, (LABELS,), call=call), call=call, policy=LEADS)

    assert (await stores.drafts.read(fresh.id)).state is State.SUPERSEDED
    assert [draft.id for draft in await stores.drafts.waiting()] == [newer.id]
    with pytest.raises(AlreadyDecided, match="superseded"):
        await stores.drafts.approve(stores.press(fresh, Verb.APPROVE))


async def test_what_a_person_asked_for_and_what_has_a_vote_stays(stores, run, approved, connectors, sandbox):
    fresh = await successor(stores, await run_stale(run, approved, sandbox))
    two = replace(LEADS, quorum=2)
    record = await connectors["jira"].read("SUP-25")

    async def ask(key):
        call = Call(key, "triage", "SUP-25", Person("p:cy", "Cy"), Place("playground", "general"))
        return await stores.drafts.keep(Draft.of("triage", record, (LABELS,), call=call), call=call, policy=two)

    asked = await ask("one")
    assert (await stores.drafts.read(fresh.id)).state is State.SUPERSEDED
    await stores.drafts.approve(stores.press(asked, Verb.APPROVE))
    other = await ask("two")

    assert {draft.id for draft in await stores.drafts.waiting()} == {asked.id, other.id}
