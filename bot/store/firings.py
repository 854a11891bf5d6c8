"""Firings of timetables in the ledger: one row under a timetable's name and the time of the firing, so none happens twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.bodies import clock
from bot.store.database import Database
from bot.store.jobs import MAX_ATTEMPTS, Jobs

KIND = "schedule"


@dataclass(frozen=True, slots=True)
class Timetable:
    """What is due again and again, and the job that each firing puts into the ledger.

    `name` is unique among all timetables: those of `[schedules]` have theirs without a slash, others are `digest/morning`. `after` gives
    the first time after a time, both in whole seconds since 1970. `kind`, `payload` of the time of the firing and `attempts` are the
    job's. `alone`: a firing is left out while the job of an earlier one is not finished.
    """

    name: str
    after: Callable[[float], float]
    kind: str
    payload: Callable[[float], Mapping[str, object]]
    alone: bool = False
    attempts: int = MAX_ATTEMPTS

    def comes(self, at: float) -> bool:
        """Whether it is due at this time."""
        return self.after(at - 1) == at


class Firings:
    """The ledger's part of timetables. Times are seconds since 1970, by the database's clock."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database = database
        self._jobs = jobs

    async def plan(self, table: Timetable) -> None:
        """Put in the firing that follows now, once. Raises Unavailable."""
        await self._put(table, None)

    async def fire(self, table: Timetable, at: float) -> bool:
        """Put in the firing that follows now and this one, and with it the job that this one starts. False: it was left out."""
        return await self._put(table, at)

    async def _put(self, table: Timetable, fired: float | None) -> bool:
        async with self._database.write() as tx:
            now = await clock(tx)
            at = table.after(now if fired is None else max(now, fired))
            await self._jobs.enqueue(tx, KIND, key=key(table, at), payload={"name": table.name, "at": at}, delay=at - now)
            return fired is not None and await self._start(tx, table, fired)

    async def _start(self, tx: AsyncConnection, table: Timetable, at: float) -> bool:
        name, record = f"{key(table, at)}:{table.kind}", f"{KIND}:{table.name}" if table.alone else ""
        if record and await self._jobs.is_open(tx, record, besides=name):
            return False
        job: dict[str, Any] = {"key": name, "payload": table.payload(at), "record_key": record, "attempts": table.attempts}
        await self._jobs.enqueue(tx, table.kind, **job)
        return True


def key(table: Timetable, at: float) -> str:
    """The one name of a firing."""
    return f"{KIND}:{table.name}@{at:.0f}"
