"""A record that is still to be made: approved, written once whatever became of the answer, and not taken back by the bot."""

import pytest

from bot.connectors.registry import WritesBySystem
from bot.sandbox.faults import Fault
from handlers.approvals import LATE, carry_out
from handlers.errors import Invalid, Unavailable, Unknown
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, Ref, State, Verb
from handlers.undo import undo

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ISSUE = (
    Change("summary", None, "Payments fail"),
    Change("type", None, Ref("10004", "Bug")),
    Change("labels", None, ("payments",)),
)
TICKET = (Change("subject", None, "Payments fail"), Change("description", None, "Nobody can pay."))
HERE = Place("playground", "general")


@pytest.fixture(params=["jira", "zendesk"])
def system(request):
    return request.param


@pytest.fixture
def approved(stores, system):
    """An approved draft of a new record, and another one of the same, for nothing may be taken for its twin."""

    async def make(call="call-1"):
        kind, where, changes = {"jira": ("issue", "SUP", ISSUE), "zendesk": ("ticket", "", TICKET)}[system]
        asked = Call(call, "issue", "Payments fail", Person("p:ada", "Ada"), HERE)
        drawn = Draft.of("issue", Record.new(system, kind, where, title="Payments fail", outside_text=True), changes, call=asked)
        kept = await stores.drafts.keep(drawn, call=asked, policy=Policy())
        return await stores.drafts.approve(stores.press(kept, Verb.APPROVE))

    return make


@pytest.fixture
def run(stores, connectors):
    async def carried_out(draft):
        return await carry_out(draft.id, draft.version, drafts=stores.drafts, writes=WritesBySystem(connectors))

    return carried_out


def made(sandbox, system):
    return [write for write in getattr(sandbox, system).ledger.entries if write.effect]


async def test_it_is_made_once_and_its_address_told(approved, run, connectors, sandbox, system):
    draft = await run(await approved())
    again = await run(draft)

    assert (draft.state, again.outcome) == (State.WRITTEN, draft.outcome)
    there = await connectors[system].read(draft.outcome.rpartition("/")[2])
    assert (there.url, there.title, draft.tainted) == (draft.outcome, "Payments fail", True)
    assert len(made(sandbox, system)) == 1


@pytest.mark.parametrize(
    "fault", [Fault("reset", method="POST", after=True), Fault("half_body", method="POST"), Fault("reset", method="POST")]
)
async def test_without_an_answer_it_is_looked_for_before_it_is_made_again(approved, run, sandbox, system, fault):
    first, twin = await approved(), await approved("call-2")
    await run(twin)
    getattr(sandbox, system).faults.add(fault)

    with pytest.raises(Unknown):
        await run(first)
    ended = await run(first)

    assert ended.state is State.WRITTEN
    assert (ended.outcome == LATE) is fault.late
    assert len(made(sandbox, system)) == 2


async def test_a_system_that_is_busy_is_asked_again(approved, run, sandbox, system):
    draft = await approved()
    getattr(sandbox, system).faults.add(Fault("status", method="POST", status=429, retry_after=1))

    with pytest.raises(Unavailable):
        await run(draft)

    assert (await run(draft)).state is State.WRITTEN
    assert len(made(sandbox, system)) == 1


async def test_what_was_made_is_not_unmade(approved, run, stores, connectors, system):
    written = await run(await approved())
    call = Call("undo", "undo", written.id, Person("p:bo", "Bo"), HERE)

    with pytest.raises(Invalid, match=f"the bot deletes nothing: do that in {system} itself"):
        await undo(call, drafts=stores.drafts, reread=WritesBySystem(connectors).reread, policies=lambda _draft: Policy())
