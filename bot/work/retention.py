"""`[retention]`: each hour what is over for long is deleted. Small transactions with pauses between them; who is killed goes on at what is left."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta

from bot.settings.timetable import every
from bot.store.ledger.firings import Timetable
from bot.store.retention.retention import Retention
from bot.store.retention.sweeping import BEGINNING, Key
from bot.watch import log
from bot.watch.failpoint import failpoint
from bot.work.runner import Kind, Payload

KIND = "retention"
EVERY = timedelta(hours=1)
LONGEST = 40 * 60.0
"""Seconds of one run; what is left then is the next one's."""
REST = 3
"""Times as long as a transaction took that others have the database for themselves after it,"""
LEAST = 0.01
"""and no less than this, in seconds."""
logger = log.get("retention")


class Keeping:
    """The job of each hour."""

    def __init__(self, retention: Retention, *, longest: float = LONGEST, least: float = LEAST) -> None:
        self._retention = retention
        self._longest = longest
        self._least = least

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do. It ends itself in time."""
        return {KIND: Kind(self._run, budget=None)}

    async def _run(self, _payload: Payload) -> None:
        """Delete what may go, then count what stands."""
        ends, began = time.monotonic() + self._longest, time.monotonic()
        for sweep in await self._retention.sweeps():
            after: Key | None = BEGINNING
            while after is not None and time.monotonic() < ends:
                since = time.monotonic()
                after = await self._retention.step(sweep, after)
                failpoint("after_sweep")
                if after is not None:
                    await asyncio.sleep(max(self._least, REST * (time.monotonic() - since)))
        standing = await self._retention.count()
        logger.info("what is over was deleted", seconds=round(time.monotonic() - began, 1), **standing)


def timetable() -> Timetable:
    """When what is over is deleted."""
    return Timetable(f"{KIND}/all", every(EVERY), KIND, lambda at: {"at": at}, alone=True)
