"""How the latest look at each folder of `[sources]` went: what `check`, `sources list` and the watch tell of."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from bot.store.database import Database
from bot.store.tables import now, source_syncs


@dataclass(frozen=True, slots=True)
class Sync:
    """The latest look at one folder. `at` is in seconds since 1970; `trouble` is a sentence, empty when it went well."""

    source: str
    at: float
    documents: int
    trouble: str


class Syncs:
    """The table of syncs: one row a source."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, source: str, *, documents: int = 0, trouble: str = "") -> None:
        """Write down how it went. In trouble the number of documents stays, for nothing of them was forgotten."""
        values = {"at": now(), "trouble": trouble} | ({} if trouble else {"documents": documents})
        async with self._database.write() as tx:
            if not await self._database.insert_once(tx, source_syncs, source=source, **{"documents": documents, **values}):
                await tx.execute(update(source_syncs).where(source_syncs.c.source == source).values(values))

    async def list(self) -> Sequence[Sync]:
        """All that were ever looked at, by name."""
        async with self._database.read() as tx:
            rows = (await tx.execute(select(source_syncs).order_by(source_syncs.c.source))).all()
        return [Sync(row.source, row.at, row.documents, row.trouble) for row in rows]
