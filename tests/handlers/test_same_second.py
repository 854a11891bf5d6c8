"""A vendor that dates its records in whole seconds: what happened within one of them is still seen."""

from dataclasses import replace

import pytest

from bot.connectors.registry import WritesBySystem
from bot.sandbox.faults import Fault
from handlers.approvals import LATE, carry_out
from handlers.errors import Unknown
from handlers.models import Call, Change, Draft, Person, Place, Policy, State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def approved(stores, connectors):
    """An approved change of a ticket's priority."""
    record = await connectors["zendesk"].read("149")
    call = Call("call", "triage", "149", Person("p:ada", "Ada"), Place("playground", "general"))
    change = replace(Change("priority", None, "high"), before=record.fields["priority"])
    kept = await stores.drafts.keep(Draft.of("triage", record, (change,), call=call), call=call, policy=Policy())
    return await stores.drafts.approve(stores.press(kept, Verb.APPROVE))


@pytest.fixture
def run(stores, connectors):
    async def carried(draft):
        return await carry_out(draft.id, draft.version, drafts=stores.drafts, writes=WritesBySystem(connectors))

    return carried


async def test_an_edit_within_the_same_second_is_seen_though_the_version_is_the_same(approved, run, sandbox):
    """Zendesk dates a ticket in whole seconds."""
    before = sandbox.zendesk.record("149")["updated_at"]
    await sandbox.zendesk.edit("149", {"priority": "low"})
    sandbox.zendesk.vendor.records["149"]["updated_at"] = before

    assert (await run(approved)).state is State.STALE
    assert sandbox.zendesk.writes("149") == []


async def test_a_lost_write_within_the_same_second_is_found_by_its_mark(approved, run, sandbox):
    before = sandbox.zendesk.record("149")["updated_at"]
    sandbox.zendesk.faults.add(Fault("reset", method="PUT", after=True))
    with pytest.raises(Unknown):
        await run(approved)
    sandbox.zendesk.vendor.records["149"]["updated_at"] = before

    assert (await run(approved)).outcome == LATE
    assert len(sandbox.zendesk.writes("149")) == 1
