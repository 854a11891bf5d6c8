"""What the bot does by the clock: each firing is a row of the ledger, under its timetable's name and its time, so it happens once over all workers.

A firing puts the next one into the ledger before anything else. One that was missed while nobody worked is due at the next start, once: the next
one is that after now. A clock that was set back comes upon keys that are there. Now and then all of them are put in again: one that was planned
while the clock was ahead, or that a worker with another bot.toml took for a changed one, holds its timetable up no longer.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from bot.settings import Configuration
from bot.settings.tables import ScheduleTable
from bot.store.ledger.firings import KIND, Firings, Timetable
from bot.watch import log, metrics
from bot.work.kinds import DAY, text
from bot.work.runner import Kind, Payload
from handlers.errors import Unavailable

KEPT_UP = 600.0
"""Seconds between two looks at whether each timetable has its next firing."""
logger = log.get("schedule")


class Schedule:
    """All timetables on one ledger. Raises ValueError for two of one name."""

    def __init__(self, firings: Firings, timetables: Iterable[Timetable]) -> None:
        self._firings = firings
        self._timetables: dict[str, Timetable] = {}
        for table in timetables:
            if self._timetables.setdefault(table.name, table) is not table:
                raise ValueError(f"two timetables are named {table.name!r}")

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {KIND: Kind(self._fire, patience=DAY)}

    async def plan(self) -> None:
        """Put the next firing of each timetable into the ledger, at the start of whoever works. Raises Unavailable."""
        for table in self._timetables.values():
            await self._firings.plan(table)

    async def keep(self, *, pause: float = KEPT_UP) -> None:
        """Do so again every `pause` seconds, by a clock that nobody sets, until cancelled."""
        while True:
            await asyncio.sleep(pause)
            try:
                await self.plan()
            except Unavailable as down:
                logger.warning("firings not looked after", reason=str(down))

    async def _fire(self, payload: Payload) -> None:
        """Start the job of a firing, unless its timetable was changed meanwhile."""
        name, at = text(payload, "name"), float(text(payload, "at"))
        table = self._timetables.get(name)
        if table is None or not table.comes(at):
            logger.info("firing of a timetable that was changed", timetable=name)
        elif not await self._firings.fire(table, at):
            metrics.FIRINGS_LEFT_OUT.labels(kind=table.kind).inc()
            logger.warning("firing left out: the one before it is not finished", timetable=name)


def workflows(configuration: Configuration) -> Sequence[Timetable]:
    """`[schedules]`: workflows that the bot starts by the clock."""
    return [
        Timetable(name, partial(following, table), "trigger", partial(started, name, table))
        for name, table in configuration.schedules.items()
    ]


def following(table: ScheduleTable, seconds: float) -> float:
    """The first firing after a time, both in seconds since 1970."""
    return table.after(datetime.fromtimestamp(seconds, UTC)).timestamp()


def started(name: str, table: ScheduleTable, at: float) -> Mapping[str, object]:
    """The workflow of a firing, as the job that starts it."""
    moment = datetime.fromtimestamp(at, UTC)
    asked = {"workflow": table.workflow, "argument": table.argument, "channel": table.channel}
    return {"id": f"schedule:{name}@{moment:%Y-%m-%dT%H:%MZ}", **asked}
