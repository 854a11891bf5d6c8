"""Checkpoints of reconcilers: each moves in the transaction of the events up to it, and only from where it was read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.ledger.inbound import Beside
from bot.store.tables import now
from bot.store.tables.looks import looks
from handlers.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Look:
    """A row, for people too. `at` is in seconds since 1970, by the database's clock."""

    connector: str
    kind: str
    checkpoint: str
    trouble: str
    at: float


class Checkpoints:
    """The checkpoints on one database. Each method raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, connector: str, kind: str, checkpoint: str) -> None:
        """Where the first look begins; nothing where there is one already."""
        async with self._database.write() as tx:
            row = {"connector": connector, "kind": kind, "checkpoint": checkpoint, "trouble": "", "at": now()}
            await self._database.insert_once(tx, looks, **row)

    async def read(self, connector: str, kind: str) -> Look | None:
        """How far one kind of record was looked through; None before the first look."""
        return next((one for one in await self.all() if (one.connector, one.kind) == (connector, kind)), None)

    async def all(self) -> Sequence[Look]:
        """Every row, by its name."""
        query = select(looks).order_by(looks.c.connector, looks.c.kind)
        async with self._database.read() as tx:
            return [Look(row.connector, row.kind, row.checkpoint, row.trouble, row.at) for row in (await tx.execute(query)).all()]

    def moved(self, look: Look, checkpoint: str) -> Beside:
        """Moves a checkpoint on in a transaction of events. It raises Unavailable when somebody else has moved it since it was read."""
        mine = (*name(look.connector, look.kind), looks.c.checkpoint == look.checkpoint)

        async def move(tx: AsyncConnection) -> None:
            if (await tx.execute(update(looks).where(*mine).values(checkpoint=checkpoint))).rowcount != 1:
                raise Unavailable(f"Somebody else looks for changes of {look.kind} in {look.connector} at this moment.")

        return move

    async def ended(self, connector: str, kind: str, trouble: str = "") -> bool:
        """Note how a look ended: without trouble, or why not. True when that trouble was not noted before."""
        values = {"trouble": trouble} if trouble else {"trouble": "", "at": now()}
        one = name(connector, kind)
        async with self._database.write() as tx:
            known = (await tx.execute(select(looks.c.trouble).where(*one))).scalar_one_or_none()
            await tx.execute(update(looks).where(*one).values(values))
        return bool(trouble) and trouble != known


def name(connector: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions of one row."""
    return looks.c.connector == connector, looks.c.kind == kind
