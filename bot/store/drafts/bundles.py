"""The items of a bundle as rows of their own: drafts with a parent, which is the one that people decide on.

The signatures under the bundle are copied to each item in the transaction that completes them, bound to the item's own digest, so an
item is written under the same checks as any draft. The next one's job is made in the transaction that ends the one before it as written.
"""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.drafts.bodies import assembled, dump
from bot.store.drafts.errands import Errands
from bot.store.tables import draft_versions, drafts, now, votes
from handlers.bundles import not_begun, standing
from handlers.errors import NotAllowed
from handlers.models import Draft, State, Verb


class Bundles:
    """Keeps, signs and advances the items. Every method works in the caller's transaction."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands

    async def keep(self, tx: AsyncConnection, whole: Draft, *, by: str) -> None:
        """The rows of new items. They have the policy of the bundle, and neither cards nor an expiry of their own."""
        for position, item in enumerate(whole.items, 1):
            row = {
                "id": item.id, "version": item.version, "state": State.PENDING, "workflow": item.workflow, "record_key": item.record.key,
                "call_key": f"item:{whole.id}:{position}", "body": dump(item), "digest": item.digest, "outcome": "", "parent": whole.id,
                "position": position,
            }  # fmt: skip
            seconds = whole.policy.expires.total_seconds()
            await tx.execute(insert(drafts).values(**row, expires_at=now() + seconds, created=now(), updated=now()))
            await self._version(tx, item, by)

    async def amend(self, tx: AsyncConnection, whole: Draft, *, by: str) -> None:
        """The next version of each item."""
        for item in whole.items:
            values = {"version": item.version, "body": dump(item), "digest": item.digest, "updated": now()}
            await tx.execute(update(drafts).where(drafts.c.id == item.id, drafts.c.parent == whole.id).values(**values))
            await self._version(tx, item, by)

    async def sign(self, tx: AsyncConnection, whole: Draft) -> None:
        """Put every signature under the bundle under each item, and make the job of the first. Raises NotAllowed when one of them
        was given to something else than what is stored.
        """
        mine = (votes.c.draft == whole.id, votes.c.version == whole.version, votes.c.verb == Verb.APPROVE)
        cast = (await tx.execute(select(votes).where(*mine))).all()
        if {vote.digest for vote in cast} != {whole.digest}:
            raise NotAllowed("not allowed: what is stored is not what was approved, so it is not written. Ask again.")
        for item in whole.items:
            for vote in cast:
                own = {"draft": item.id, "version": item.version, "digest": item.digest}
                same = {name: getattr(vote, name) for name in ("person", "actor", "name", "verb", "at")}
                await tx.execute(insert(votes).values(**own, **same))
        await self._errands.write(tx, whole.items[0])

    async def begun(self, tx: AsyncConnection, item: Draft) -> None:
        """The bundle is being written as soon as its first item is."""
        mine = (drafts.c.id == item.parent, drafts.c.state == State.APPROVED)
        await tx.execute(update(drafts).where(*mine).values(state=State.WRITING, updated=now()))

    async def advance(self, tx: AsyncConnection, ended: Draft, *, final: bool) -> tuple[Draft, ...]:
        """Go on behind an item that was written; stop behind any other end, and wait while it may still be found out (not `final`).

        The bundle as it stands then, and behind it the items that end with this one.
        """
        waiting = [item for item in await self._items(tx, ended.parent) if item.state is State.APPROVED]
        dropped: list[Draft] = []
        if ended.state is State.WRITTEN and waiting:
            await self._errands.write(tx, waiting[0])
        elif ended.state is not State.WRITTEN and (ended.state is not State.UNKNOWN or final):
            dropped = waiting
            for item in dropped:
                values = {"state": State.FAILED, "outcome": not_begun(ended), "updated": now()}
                await tx.execute(update(drafts).where(drafts.c.id == item.id).values(**values))
        state, outcome = standing(await self._items(tx, ended.parent))
        await tx.execute(update(drafts).where(drafts.c.id == ended.parent).values(state=state, outcome=outcome, updated=now()))
        whole = await assembled(tx, (await tx.execute(select(drafts).where(drafts.c.id == ended.parent))).one())
        names = {item.id for item in dropped}
        return (whole, *(item for item in whole.items if item.id in names))

    async def _items(self, tx: AsyncConnection, parent: str) -> Sequence[Draft]:
        query = select(drafts).where(drafts.c.parent == parent).order_by(drafts.c.position)
        return [await assembled(tx, row) for row in (await tx.execute(query)).all()]

    async def _version(self, tx: AsyncConnection, item: Draft, by: str) -> None:
        row = {"draft": item.id, "version": item.version, "body": dump(item), "digest": item.digest, "by": by}
        await tx.execute(insert(draft_versions).values(**row, at=now()))
