"""What has changed in Salesforce, over HTTP: each once, over many pages, and what was deleted."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.checkpoint import Checkpoint
from bot.sandbox.faults import Fault
from bot.sandbox.salesforce.ids import made
from handlers.errors import NotFound

KATYA = "Katya Marlow"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


async def test_changes_come_once_and_over_many_pages(force):
    begin = force.watch()
    records, lead = force.standin.vendor.records, force.standin.record(force.id_of(KATYA))
    for number in range(5000, 7100):
        stamp = f"{begin + timedelta(seconds=number - 5000):%Y-%m-%dT%H:%M:%S}.000+0000"
        records[made("00Q", number)] = lead | {"Id": made("00Q", number), "SystemModstamp": stamp}

    found = [each async for each in force.crm.changes("lead", Checkpoint.now(begin))]

    assert [told.record for told, _ in found] == [made("00Q", number) for number in range(5000, 7100)]
    here = Checkpoint.of(found[-1][1].text)
    assert [each async for each in force.crm.changes("lead", here)] == []
    force.watch.advance(hours=2)
    await force.standin.edit(lead["Id"], {"City": "Henley"})
    assert [(told.name, told.record) async for told, _ in force.crm.changes("lead", here)] == [
        ("salesforce.lead.updated", lead["Id"])
    ]


async def test_what_comes_after_pages_that_were_told_is_told_too(force):
    """A look goes back by the overlap: pages of what it has seen do not use up its own."""
    await force.crm.read(KATYA)
    stamp = "2026-11-20T09:00:00.000+0000"
    seen, fresh = (
        {"Id": name, "CreatedDate": stamp, "SystemModstamp": stamp, "IsDeleted": False}
        for name in ("00Q000000000001", "00Q000000000002")
    )
    more = {"totalSize": 2, "done": False, "nextRecordsUrl": "/services/data/v60.0/query/01g-2000", "records": [seen]}
    force.standin.faults.add(Fault("status", path=r"/query", status=200, body=more, count=60))
    force.standin.faults.add(Fault("status", path=r"/query", status=200, body=more | {"done": True, "records": [fresh]}))

    begin = Checkpoint.now(datetime(2026, 11, 20, tzinfo=UTC))
    told = [event.record async for event, _ in force.crm.changes("lead", begin)]

    assert told == [seen["Id"], fresh["Id"]]


async def test_what_was_deleted_is_told_as_such_and_once(force):
    here, (gone, kept) = Checkpoint.now(force.watch()), (force.id_of(KATYA), force.id_of("Molly Tran"))
    force.watch.advance(seconds=30)
    await force.standin.edit(kept, {"City": "Henley"})
    force.watch.advance(seconds=1)
    await force.standin.edit(gone, {"IsDeleted": True})

    found = [each async for each in force.crm.changes("lead", here)]

    assert [(told.name, told.record) for told, _ in found] == [
        ("salesforce.lead.updated", kept),
        ("salesforce.lead.deleted", gone),
    ]
    assert [each async for each in force.crm.changes("lead", found[-1][1])] == []
    with pytest.raises(NotFound):
        await force.crm.read(gone)
