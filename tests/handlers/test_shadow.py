"""Shadow mode that is switched on while a write is under way."""

import pytest

from bot.connectors.registry import WritesBySystem, WritesByWorkflow
from bot.sandbox.faults import Fault
from handlers.approvals import carry_out
from handlers.errors import Unknown
from handlers.models import Call, Change, Draft, Person, Place, Policy, State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_write_that_was_cut_off_before_is_still_found(stores, connectors, sandbox):
    call = Call("c1", "triage", "SUP-25", Person("p:ada", "Ada"), Place("playground", "general"))
    record = await connectors["jira"].read("SUP-25")
    drawn = Draft.of("triage", record, [Change("labels", record.fields["labels"], ("urgent",))], call=call)
    draft = await stores.drafts.keep(drawn, call=call, policy=Policy())
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
    sandbox.jira.faults.add(Fault("reset", method="PUT", after=True))
    with pytest.raises(Unknown):
        await carry_out(draft.id, 1, drafts=stores.drafts, writes=WritesBySystem(connectors))
    sandbox.jira.faults.clear()

    shadow = WritesByWorkflow(WritesBySystem(connectors), lambda _: True)
    done = await carry_out(draft.id, 1, drafts=stores.drafts, writes=shadow)

    assert (done.state, len(sandbox.jira.writes("SUP-25"))) == (State.WRITTEN, 1)
