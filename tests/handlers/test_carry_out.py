"""Every end of an approved write, against the vendors' stand-ins: exactly one write, or none and a word that says why."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.connectors.registry import Shadow, WritesBySystem
from bot.sandbox.faults import Fault
from handlers.approvals import LATE, carry_out, give_up
from handlers.errors import Busy, NotFound, Unavailable, Unknown
from handlers.models import Call, Change, Draft, Person, Place, Policy, Ref, State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LABELS = Change("labels", (), ("urgent", "payments"))
REPLY = Change("reply", None, "Hello,\n\nyour refund is on its way.")
PRIORITY = Change("priority", None, "high")


@dataclass
class Desk:
    """Drafts of real records, approved, and what becomes of them."""

    stores: object
    connectors: dict
    writes: object

    async def approved(self, system: str, name: str, *changes: Change) -> Draft:
        record = await self.connectors[system].read(name)
        drawn = [replace(change, before=record.fields.get(change.field)) for change in changes]
        call = Call(f"call-{system}-{name}", "triage", name, Person("p:ada", "Ada"), Place("playground", "general"))
        kept = await self.stores.drafts.keep(Draft.of("triage", record, drawn, call=call), call=call, policy=Policy())
        return await self.stores.drafts.approve(self.stores.press(kept, Verb.APPROVE))

    async def run(self, draft: Draft) -> Draft:
        return await carry_out(draft.id, draft.version, drafts=self.stores.drafts, writes=self.writes)

    async def read(self, draft: Draft) -> Draft:
        return await self.stores.drafts.read(draft.id)


@pytest.fixture
def desk(stores, connectors) -> Desk:
    return Desk(stores, connectors, WritesBySystem(connectors))


Setup = Callable[[], Awaitable[Draft]]


@pytest.fixture(params=["jira", "zendesk"])
def case(request, desk, sandbox):
    """(the vendor's stand-in, the record's name, how to get an approved draft of it), for each vendor."""
    name = {"jira": "SUP-25", "zendesk": "149"}[request.param]
    changes = {"jira": (LABELS,), "zendesk": (REPLY, PRIORITY)}[request.param]
    return getattr(sandbox, request.param), name, lambda: desk.approved(request.param, name, *changes)


def fault(kind, **more):
    return Fault(kind, method="PUT", **more)


async def test_an_approved_draft_is_written_once_and_links_the_record(desk, case):
    vendor, name, approved = case
    draft = await approved()

    done = await desk.run(draft)

    assert (done.state, done.outcome) == (State.WRITTEN, draft.record.url)
    assert len(vendor.writes(name)) == 1
    assert await desk.connectors[draft.record.system].landed(draft)


async def test_a_second_delivery_of_the_job_does_nothing(desk, case):
    vendor, name, approved = case
    draft = await approved()

    await desk.run(draft)
    again = await desk.run(draft)

    assert again.state is State.WRITTEN
    assert len(vendor.writes(name)) == 1


async def test_an_unapproved_or_older_version_is_never_written(desk, case):
    vendor, name, approved = case
    draft = await approved()

    assert (await desk.run(replace(draft, version=2))).state is State.APPROVED
    await desk.run(replace(draft, version=0))

    assert vendor.writes(name) == []


@pytest.mark.parametrize("kind", ["reset", "hang", "half_body", "malformed", "status"])
async def test_a_lost_answer_is_read_back_and_not_written_again(desk, case, kind):
    vendor, name, approved = case
    if (kind, vendor.vendor.name) == ("malformed", "jira"):
        return  # Jira answers an edit with 204, which has no body to spoil
    draft = await approved()
    vendor.faults.add(fault(kind, after=True))

    with pytest.raises(Unknown):
        await desk.run(draft)
    assert (await desk.read(draft)).state is State.UNKNOWN
    done = await desk.run(draft)

    assert (done.state, done.outcome) == (State.WRITTEN, LATE)
    assert len(vendor.writes(name)) == 1


@pytest.mark.parametrize("kind", ["reset", "status"])
async def test_a_request_that_was_lost_is_written_by_the_next_attempt(desk, case, kind):
    vendor, name, approved = case
    draft = await approved()
    vendor.faults.add(fault(kind))

    with pytest.raises(Unknown):
        await desk.run(draft)
    done = await desk.run(draft)

    assert (done.state, done.outcome) == (State.WRITTEN, draft.record.url)
    assert len(vendor.writes(name)) == 1


async def test_nothing_that_did_not_take_effect_concludes_a_draft(desk, case, wait_until):
    vendor, name, approved = case
    draft = await approved()
    vendor.faults.add(fault("status", status=429, retry_after=1))

    with pytest.raises(Busy) as busy:
        await desk.run(draft)

    assert busy.value.after == 1
    assert (await desk.read(draft)).state is State.APPROVED

    async def written():
        try:
            return (await desk.run(draft)).state is State.WRITTEN
        except Busy:  # nobody asks before the second is over
            return False

    await wait_until(written)
    assert len(vendor.writes(name)) == 1


async def test_a_vendor_that_is_away_is_asked_again(desk, case):
    vendor, name, approved = case
    draft = await approved()
    vendor.faults.add(Fault("status", method="GET", status=503, count=6))  # a ticket is read by two requests at once

    with pytest.raises(Unavailable):
        await desk.run(draft)
    vendor.faults.clear()

    assert (await desk.run(draft)).state is State.WRITTEN
    assert len(vendor.writes(name)) == 1


@pytest.mark.parametrize(("status", "words"), [(400, "refused the change"), (401, "credentials"), (403, "rights"), (404, "")])
async def test_a_refusal_of_the_vendor_ends_the_draft(desk, case, status, words):
    vendor, name, approved = case
    draft = await approved()
    vendor.faults.add(fault("status", status=status, body={"errors": {"labels": "no"}, "error": "no"}))

    done = await desk.run(draft)

    assert done.state is State.FAILED
    assert words in done.outcome
    assert vendor.writes(name) == []


async def test_a_record_that_is_gone_ends_the_draft(desk, case):
    vendor, name, approved = case
    draft = await approved()
    del vendor.vendor.records[name]

    done = await desk.run(draft)

    assert done.state is State.FAILED
    assert name in done.outcome


async def test_a_system_that_is_no_longer_connected_ends_the_draft(desk, case):
    _, _, approved = case
    draft = await approved()

    done = await carry_out(draft.id, 1, drafts=desk.stores.drafts, writes=WritesBySystem({}))

    assert (done.state, "not connected any more" in done.outcome) == (State.FAILED, True)


async def test_in_shadow_mode_nothing_leaves(desk, case):
    vendor, name, approved = case
    draft = await approved()

    done = await carry_out(draft.id, 1, drafts=desk.stores.drafts, writes=Shadow())

    assert (done.state, "SHADOW is on" in done.outcome) == (State.FAILED, True)
    assert vendor.writes(name) == []


async def test_a_field_that_is_not_ours_is_never_sent(desk, sandbox):
    for system, name in (("jira", "SUP-25"), ("zendesk", "149")):
        draft = await desk.approved(system, name, Change("status", None, Ref("10001", "Done")), Change("owner", None, "eve"))

        done = await desk.run(draft)

        assert (done.state, "does not write the field" in done.outcome) == (State.FAILED, True)
        assert getattr(sandbox, system).writes(name) == []


async def test_what_somebody_else_wrote_first_is_not_written_again(desk, sandbox):
    """The two vendors' guards differ, the reply's words prove the write in Zendesk whatever happened to the fields since."""
    draft = await desk.approved("zendesk", "149", REPLY, PRIORITY)
    sandbox.zendesk.faults.add(fault("reset", after=True))
    with pytest.raises(Unknown):
        await desk.run(draft)
    await sandbox.zendesk.edit("149", {"priority": "low"})

    done = await desk.run(draft)

    assert (done.state, done.outcome) == (State.WRITTEN, LATE)
    assert len(sandbox.zendesk.writes("149")) == 1


async def test_a_reply_is_found_on_a_ticket_with_more_comments_than_a_page(desk, sandbox):
    record = sandbox.zendesk.vendor.records["149"]
    first = record["comments"][0]
    record["comments"] += [{**first, "id": 149_100 + n, "body": f"ping {n}"} for n in range(150)]
    draft = await desk.approved("zendesk", "149", REPLY)
    sandbox.zendesk.faults.add(fault("reset", after=True))
    with pytest.raises(Unknown):
        await desk.run(draft)

    done = await desk.run(draft)

    assert (done.state, done.outcome) == (State.WRITTEN, LATE)
    assert len(sandbox.zendesk.writes("149")) == 1


@pytest.mark.parametrize("trouble", [Unknown("lost"), Unavailable("away"), NotFound("gone")])
@pytest.mark.parametrize("cut_off", [True, False], ids=["cut off while writing", "nothing sent"])
async def test_when_the_attempts_have_run_out(desk, case, trouble, cut_off):
    _, _, approved = case
    draft = await approved()
    if cut_off:
        await desk.stores.drafts.begin(draft.id, 1)
    state = State.UNKNOWN if cut_off or isinstance(trouble, Unknown) else State.FAILED

    done = await give_up(draft.id, 1, trouble, drafts=desk.stores.drafts)

    assert (done.state, str(trouble) in done.outcome) == (state, True)
    assert ("a person has to look" in done.outcome) == (state is State.UNKNOWN)


async def test_a_write_that_may_have_landed_is_never_called_failed(desk, case):
    vendor, _, approved = case
    draft = await approved()
    vendor.faults.add(fault("reset", after=True))
    with pytest.raises(Unknown):
        await desk.run(draft)
    vendor.faults.add(Fault("status", method="GET", count=None))
    with pytest.raises(Unavailable) as away:
        await desk.run(draft)

    done = await give_up(draft.id, 1, away.value, drafts=desk.stores.drafts)

    assert (done.state, "a person has to look" in done.outcome) == (State.UNKNOWN, True)


async def test_a_write_whose_answer_was_lost_is_found_though_somebody_went_on_from_it(desk, sandbox):
    """Nothing of it is left on the ticket, and still it is not called stale: its mark stands in the ticket's history."""
    draft = await desk.approved("zendesk", "149", PRIORITY)
    sandbox.zendesk.faults.add(fault("reset", after=True))
    with pytest.raises(Unknown):
        await desk.run(draft)
    await sandbox.zendesk.edit("149", {"priority": "low"})

    done = await desk.run(draft)

    assert (done.state, done.outcome) == (State.WRITTEN, LATE)
    assert sandbox.zendesk.record("149")["priority"] == "low"


async def test_where_the_system_does_not_tell_the_draft_is_unknown_and_not_stale(desk, sandbox):
    draft = await desk.approved("zendesk", "149", PRIORITY)
    sandbox.zendesk.faults.add(fault("reset", after=True), Fault("status", path="/audits", status=403, count=None))
    with pytest.raises(Unknown):
        await desk.run(draft)
    await sandbox.zendesk.edit("149", {"priority": "low"})

    with pytest.raises(Unknown):
        await desk.run(draft)

    assert (await desk.read(draft)).state is State.UNKNOWN
    assert len(sandbox.zendesk.writes("149")) == 1
