"""Presses that had their effect: one may be taken up again after a crash, or by a worker beside its first answer."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.drafts.bodies import ID, LARGEST
from bot.store.tables import now, presses
from handlers.models import Decision


async def take(database: Database, tx: AsyncConnection, decision: Decision) -> None:
    """Write down, in the transaction of its effect, that a press has one."""
    if decision.press:
        row = {"press": decision.press, "draft": decision.draft, "version": decision.version, "person": decision.person.id}
        await database.insert_once(tx, presses, **row, verb=str(decision.verb), at=now())


async def is_taken(tx: AsyncConnection, decision: Decision) -> bool:
    """Whether this very press of this person's had its effect."""
    if not decision.press or not ID.match(decision.draft) or not 0 < decision.version < LARGEST:
        return False
    same = (presses.c.press == decision.press, presses.c.draft == decision.draft, presses.c.version == decision.version)
    mine = (presses.c.person == decision.person.id, presses.c.verb == str(decision.verb))
    return (await tx.execute(select(presses.c.at).where(*same, *mine))).first() is not None
