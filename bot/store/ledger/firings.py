"""Firings of timetables in the ledger: one row under a timetable's name and the time of the firing, so none happens twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import clock
from bot.store.database import Database
from bot.store.ledger.jobs import MAX_ATTEMPTS, Jobs
from bot.store.tables import jobs

KIND = "schedule"
KEPT = 2 * 24 * 3600.0
"""Seconds for which done firings of a timetable that runs alone stay: a clock may be set back so far and none happens twice."""
TOLD = ("digest", "source")
"""Timetables beside `[schedules]` whose next time people ask for."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """What is due again and again, and the job that each firing puts into the ledger.

    `name` is unique among all timetables: those of `[schedules]` have theirs without a slash, others are `digest/morning`. `after` gives
    the first time after a time, both in whole seconds since 1970. `kind`, `payload` of the time of the firing and `attempts` are the
    job's. `alone`: a firing is left out while the job of an earlier one is not finished. `at_once` is a mark of what this is about: where
    it is new, a first job is put in at the start of whoever works.
    """

    name: str
    after: Callable[[float], float]
    kind: str
    payload: Callable[[float], Mapping[str, object]]
    alone: bool = False
    attempts: int = MAX_ATTEMPTS
    at_once: str = ""

    def comes(self, at: float) -> bool:
        """Whether it is due at this time."""
        return self.after(at - 1) == at


class Firings:
    """The ledger's part of timetables. Times are seconds since 1970, by the database's clock."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database = database
        self._jobs = jobs

    async def plan(self, table: Timetable) -> None:
        """Put in the firing that follows now, once, and the job that is due at once, once. Raises Unavailable."""
        async with self._database.write() as tx:
            now = await self._put(tx, table)
            if table.at_once:
                await self._start(tx, table, f"{KIND}:{table.name}@first:{table.at_once}", now)

    async def fire(self, table: Timetable, at: float) -> bool:
        """Put in the firing that follows now and this one, and with it the job that this one starts. False: it was left out."""
        async with self._database.write() as tx:
            now = await self._put(tx, table, fired=at)
            if table.alone:
                await self._clear(tx, table, before=now - KEPT)
            return await self._start(tx, table, f"{KIND}:{table.name}@{at:.0f}", at)

    async def coming(self, limit: int) -> Sequence[tuple[str, float]]:
        """Name and time of the firings that come next, but for what the bot does for itself all the time."""
        name = jobs.c.payload["name"].as_string()
        waiting = select(name, jobs.c.run_at).where(jobs.c.kind == KIND, jobs.c.state == "pending")
        told = waiting.where(or_(name.not_like("%/%"), *(name.like(f"{start}/%") for start in TOLD)))
        async with self._database.read() as tx:
            rows = (await tx.execute(told.order_by(jobs.c.run_at).limit(limit))).all()
        return [(str(row[0]), float(row[1])) for row in rows]

    async def _put(self, tx: AsyncConnection, table: Timetable, *, fired: float = 0.0) -> float:
        """The next firing; the time now."""
        now = await clock(tx)
        at = table.after(max(now, fired))
        name = f"{KIND}:{table.name}@{at:.0f}"
        await self._jobs.enqueue(tx, KIND, key=name, payload={"name": table.name, "at": at}, delay=at - now)
        return now

    async def _clear(self, tx: AsyncConnection, table: Timetable, *, before: float) -> None:
        """Delete what is done of old firings: a run each minute would fill the ledger. Marks of first jobs begin with a letter, so they stay."""
        first, last = (f"{KIND}:{table.name}@{at:.0f}" for at in (0, before))
        await tx.execute(delete(jobs).where(jobs.c.key.between(first, last), jobs.c.state == "done"))

    async def _start(self, tx: AsyncConnection, table: Timetable, firing: str, at: float) -> bool:
        name, record = f"{firing}:{table.kind}", f"{KIND}:{table.name}" if table.alone else ""
        if record and await self._jobs.is_open(tx, record, besides=name):
            return False
        job: dict[str, Any] = {"key": name, "payload": table.payload(at), "record_key": record, "attempts": table.attempts}
        await self._jobs.enqueue(tx, table.kind, **job)
        return True
