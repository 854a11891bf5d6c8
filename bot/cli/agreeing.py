"""drafts agreement: how often people came to what a workflow in shadow mode had proposed."""

from bot.app import House
from bot.app.views import record_reader
from bot.cli.out import Out
from handlers.agreement import Agreement, agreement

MOST = 1000
"""Drafts that are looked at, oldest first: a read of a vendor each."""


async def agreements(house: House, out: Out) -> int:
    """One line a workflow and field."""
    store, floor = await house.store(), await house.floor()
    read = record_reader(floor.connectors)
    kept = [draft for draft in await store.drafts.list(limit=MOST) if draft.policy.shadow]
    shown = [item for draft in kept for item in (draft.items or (draft,)) if not item.record.is_new]
    found = [(draft, await read(draft.record)) for draft in shown]
    seen = [(draft, now) for draft, now in found if now is not None]
    for one in agreement(seen):
        out.line(line(one))
    gone = len(found) - len(seen)
    out.note(
        f"{len(seen)} proposals in shadow mode" + (f"; {gone} left out, because the record cannot be read now." if gone else ".")
    )
    return 0


def line(one: Agreement) -> str:
    """A field with its share, and what it is made of."""
    share = "  - " if one.share is None else f"{one.share:4.0%}"
    counts = f"agreed {one.agreed}, otherwise {one.otherwise}, untouched {one.untouched}"
    return f"{share}  {one.workflow:<8}  {one.field:<12}  {counts}"
