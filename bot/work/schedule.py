"""Workflows by the clock: each firing is a row of the ledger, under its schedule's name and its time, so it happens once over all workers.

A firing puts the next one into the ledger before anything else. One that was missed while nobody worked is due at the next start, once: the next
one is that after now. A clock that was set back comes upon keys that are there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.settings import Configuration
from bot.settings.tables import ScheduleTable
from bot.store.firings import KIND, Firings
from bot.watch import log
from bot.work.kinds import DAY, text
from bot.work.runner import Kind, Payload

logger = log.get("schedule")


class Schedule:
    """`[schedules]` on one ledger."""

    def __init__(self, configuration: Configuration, firings: Firings) -> None:
        self._times = {name: Times(table) for name, table in configuration.schedules.items()}
        self._firings = firings

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {KIND: Kind(self._fire, patience=DAY)}

    async def plan(self) -> None:
        """Put the next firing of each schedule into the ledger, at the start of whoever works. Raises Unavailable."""
        for name, times in self._times.items():
            await self._firings.put(name, times.after)

    async def _fire(self, payload: Payload) -> None:
        """Start the workflow, unless the schedule was changed meanwhile."""
        name, at = text(payload, "name"), float(text(payload, "at"))
        times = self._times.get(name)
        if times is None or times.after(at - 1) != at:
            logger.info("firing of a schedule that was changed", schedule=name)
            return
        await self._firings.put(name, times.after, fired=at, started=times.started(name, at))


class Times:
    """One schedule, in seconds since 1970."""

    def __init__(self, table: ScheduleTable) -> None:
        self._table = table

    def after(self, seconds: float) -> float:
        """The first firing after a time."""
        return self._table.after(datetime.fromtimestamp(seconds, UTC)).timestamp()

    def started(self, name: str, at: float) -> Mapping[str, object]:
        """The workflow of a firing, as the job that starts it."""
        moment = datetime.fromtimestamp(at, UTC)
        table = self._table
        asked = {"workflow": table.workflow, "argument": table.argument, "channel": table.channel}
        return {"id": f"schedule:{name}@{moment:%Y-%m-%dT%H:%MZ}", **asked}
