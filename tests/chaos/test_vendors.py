"""How the ledgers are read: every write is told with its draft and both sides, one that is sent twice is seen, and nobody else's is ours."""

from dataclasses import replace

import aiohttp
import pytest
from chaos.desk import Desk
from chaos.oracle import Evidence, Kept, violations
from chaos.vendors import VENDORS, plain

from handlers.models import Call, Change, Draft, Person, Place, Ref

ASKED = Call("c", "x", "1", Person("playground:ada", "Ada"), Place("p", "c"))
CHANGES = {
    "jira": Change("priority", None, Ref("2", "High")),
    "zendesk": Change("priority", None, "high"),
    "hubspot": Change("score", None, "75"),
    "salesforce": Change("score", None, "75"),
}


@pytest.fixture
async def desk(sandbox):
    async with aiohttp.ClientSession() as http:
        yield Desk(http, sandbox.environment())


@pytest.fixture
def written(desk, connectors):
    """A draft of a new record, and what the bot's own connector makes of it so many times."""

    async def write(vendor, times=1):
        record = await connectors[vendor].read(await desk.open(vendor, 1))
        change = replace(CHANGES[vendor], before=record.fields[CHANGES[vendor].field])
        draft = Draft.of("x", record, (change,), call=ASKED)
        for _ in range(times):
            now = await connectors[vendor].read(record.id)
            await connectors[vendor].write(replace(draft, record=now))
        sides = ({change.field: plain(vendor, change.field, as_json(side))} for side in (change.before, change.after))
        return Kept(draft.id, "written", f"{vendor}/{record.id}", "ada", *sides, record_version=record.version)

    return write


def as_json(value):
    return {"id": value.id, "label": value.label} if isinstance(value, Ref) else value


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_write_is_read_back_with_its_draft_and_both_sides(desk, written, vendor):
    kept = await written(vendor)

    [write] = await desk.writes([kept])

    assert (write.draft, write.version, write.record) == (kept.id, 1, kept.record)
    [(name, before)], [after] = kept.shown.items(), kept.asked.values()
    assert (write.before[name], write.after[name]) == (before, after)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_what_is_sent_twice_is_seen(desk, written, vendor):
    kept = await written(vendor, times=2)

    found = Evidence(drafts=(kept,), writes=tuple(await desk.writes([kept])))

    assert len(found.writes) == 2
    assert {violation.kind for violation in violations(found)} & {"double write", "unapproved write"}


@pytest.mark.parametrize("vendor", VENDORS)
async def test_what_others_edit_is_no_write_of_ours_and_new_each_time(desk, connectors, vendor):
    name = await desk.open(vendor, 1)
    field = CHANGES[vendor].field
    seen = []
    for _ in range(2):
        await desk.edit(vendor, name)
        seen.append((await connectors[vendor].read(name)).fields[field])

    assert seen[0] != seen[1]
    assert await desk.writes([]) == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_fault_hits_the_next_write_and_is_counted(desk, written, vendor):
    await desk.break_next(vendor, ".*", {"kind": "duplicate"})
    await written(vendor)

    assert (await desk.faults())["duplicate, before the write"] >= 1
