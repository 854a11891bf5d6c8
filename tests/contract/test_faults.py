"""Every fault of the matrix on every connector, reading and writing. What is observed stands in docs/connectors.md."""

import time
from dataclasses import replace

import pytest
from contract.bench import HURRIED, READ_TOTAL, WRITE_TOTAL, bench
from contract.canaries import canaries, is_told
from contract.printed import rows
from contract.rows import LONG, READS, WRITES, WRITINGS, ReadRow, WriteRow
from contract.specimen import NAMES, specimen

from handlers.approvals import LATE
from handlers.errors import Busy, Trouble, Unknown
from handlers.models import State

PATIENCE = 5.0
"""Seconds that a machine at work may add to a time limit."""


def named(row: object) -> str:
    return getattr(row, "fault", str(row)).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("row", READS, ids=named)
async def test_a_read(row: ReadRow, name, observed, caplog):
    async with bench(name) as it:
        connector = await it.connector(read_total=HURRIED if row.hurried else READ_TOTAL, closed=row.closed)
        it.wire.spoilt = canaries(name)
        row.arm(it)
        start, seen = time.monotonic(), None
        try:
            record = await connector.read(it.specimen.record)
        except Trouble as trouble:
            seen = trouble
        took, asked = time.monotonic() - start, it.wire.count("", it.specimen.reads)

    assert took < (HURRIED if row.hurried else READ_TOTAL) + PATIENCE
    assert (row.error is None and seen is None) or isinstance(seen, row.error or ())
    if seen is None:
        assert (record.system, bool(record.version)) == (name, True)
        assert asked >= row.asked
    else:
        assert it.about.title in str(seen)
        assert asked <= row.asked
    if row.fault == "schema changed":
        assert it.specimen.lacks in str(seen)
    assert not is_told(seen, caplog.text)
    if isinstance(seen, Busy):
        assert seen.after == LONG
    words = "read" if seen is None else type(seen).__name__
    observed("read", row.fault, name, has_to=row.has_to, words=f"{words}, {asked} asked")


@pytest.mark.parametrize(("row", "name", "kind"), WRITINGS, ids=named)
async def test_a_write(row: WriteRow, name, kind, *, drafts, observed, caplog):
    written = specimen(name).written[kind]
    async with bench(name, drafts) as it:
        it.wire.spoilt = canaries(name)
        draft = await it.approved(written)
        connector = await it.connector(closed=row.closed)
        row.arm(it, written)
        start, seen = time.monotonic(), None
        try:
            await it.carried(draft, connector)
        except Trouble as trouble:
            seen = trouble
        took = time.monotonic() - start
        now = await drafts.read(draft.id)
        sent, effects = it.wire.count(written.method, written.path), it.effects(written)

        error, state, most, counted = row.expected(it, written)
        assert took < READ_TOTAL + WRITE_TOTAL + PATIENCE
        assert (error is None and seen is None) or isinstance(seen, error or ())
        assert (now.state, sent, effects) == (state, most, counted)
        assert it.about.title in (str(seen) if seen else now.outcome) or state in (State.WRITTEN, State.STALE)
        assert not is_told(seen, now.outcome, caplog.text)
        words = f"`{state}`, {sent} sent, {effects} counted"
        if state in (State.APPROVED, State.UNKNOWN):
            words += f"; then {await settled(it, written, draft, landed=isinstance(seen, Unknown) and effects == 1)}"
        observed("write", row.fault, name, has_to=row.has_to, words=words, kind=kind)


async def settled(it, written, draft, *, landed: bool) -> str:
    """Once all is well again: what another attempt does. The vendor has the change once, whatever happened."""
    it.standin.faults.clear()
    connector = await it.connector()
    assert await connector.landed(draft) is landed
    before = it.wire.count(written.method, written.path)
    done = await it.carried(draft, connector)
    sent = it.wire.count(written.method, written.path) - before
    assert (done.state, done.outcome == LATE, sent) == (State.WRITTEN, landed, 0 if landed else 1)
    assert it.effects(written) == 1
    assert await connector.landed(draft)
    assert await connector.landed(replace(draft, id="another2")) is not written.is_marked
    return f"`{done.state}`, {sent} sent"


def test_the_table_in_the_docs_has_no_row_that_nobody_observes(request):
    if request.config.getoption("--print-table", default=False):
        pytest.skip("The table is being printed.")
    assert rows() == [*(("read", row.fault) for row in READS), *(("write", row.fault) for row in WRITES)]
