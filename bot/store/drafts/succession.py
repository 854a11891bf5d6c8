"""Drafts in whose place another one stands: superseded by a newer proposal, or taken up by a bundle.

Whoever keeps a draft locks in one order, and so does everybody else: subjects, then rows of drafts by their id, then the head of the
audit trail. A decision holds one row and waits for the head; nobody may hold the head and wait for that row.
"""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.drafts.bodies import TURN, assembled
from bot.store.drafts.errands import Errands
from bot.store.drafts.witness import Witness
from bot.store.tables import drafts
from handlers.errors import Stale
from handlers.models import Draft, State

TOP = drafts.c.parent == ""
"""What people decide on: an item of a bundle is decided with it."""
WAITS = (drafts.c.state == State.PENDING, TOP)


class Succession:
    """Ends drafts for others. Every method works in the caller's transaction."""

    def __init__(self, errands: Errands, witness: Witness) -> None:
        self._errands = errands
        self._witness = witness

    async def hold(self, tx: AsyncConnection, by: Draft, absorbs: Draft | None = None) -> Sequence[Draft]:
        """Lock whatever a new draft may end, before anything is witnessed; what waits about its record in its workflow."""
        same = and_(drafts.c.record_key == by.record.key, drafts.c.workflow == by.workflow)
        ends = or_(same, drafts.c.id == absorbs.id) if absorbs else same
        rows = (await tx.execute(select(drafts).where(ends, *WAITS).order_by(drafts.c.id).with_for_update())).all()
        taken = absorbs.id if absorbs else ""
        return [await assembled(tx, row) for row in rows if row.id != taken]

    async def supersede(self, tx: AsyncConnection, old: Sequence[Draft], by: Draft) -> None:
        """End what the bot drew up by itself and nobody voted on, never what a person asked for, once a newer proposal stands there."""
        for found in old:
            if found.follows and not found.undoes and not found.votes:
                await self._end(tx, found, by)

    async def absorb(self, tx: AsyncConnection, old: Draft, by: Draft) -> None:
        """End a draft that waits untouched, since a bundle holds it from now on. Raises Stale where somebody was at it."""
        mine = (drafts.c.id == old.id, drafts.c.version == old.version)
        row = (await tx.execute(select(drafts).where(*mine, *WAITS))).one_or_none()
        found = await assembled(tx, row) if row is not None else None
        if found is None or found.votes:
            raise Stale(f"stale: {old.id} was decided on meanwhile.")
        await self._end(tx, found, by)

    async def _end(self, tx: AsyncConnection, old: Draft, by: Draft) -> None:
        await tx.execute(TURN, {"name": old.id, "to": State.SUPERSEDED})
        await self._errands.void(tx, old)
        await self._witness.draft(tx, "bot", "superseded", old, by=by.id)
        await self._errands.amend(tx, old, "superseded")
