"""How many requests of one process may be under way to one system: one that hangs must leave room for the others."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.net.outcome import NotAsked

MOST = 4
"""Requests to one system at a time: half of what a worker does at once."""
STILL = 1.0
"""Seconds without a request to a system ending or beginning after which nobody waits for a slot any more."""
LONGEST = 8.0
"""Seconds that a request waits for a slot of a system that does move: what a person waits for a read."""
AGAIN = 2.0
"""Seconds after which to come back."""


class Crowded(NotAsked):
    """All slots of the system are taken by requests that do not end."""


@dataclass(slots=True)
class Lane:
    """The requests to one system. `moved` is when one last began or ended; `waiting` is first come, first served."""

    taken: int = 0
    moved: float = 0.0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Slots:
    """Slots of every system. Who waits does so only while the system moves: the ledger can wait, a worker's slot cannot."""

    def __init__(self, most: int = MOST, *, still: float = STILL, longest: float = LONGEST) -> None:
        self._most = most
        self._still = still
        self._longest = longest
        self._lanes: dict[str, Lane] = {}

    @asynccontextmanager
    async def one(self, system: str) -> AsyncIterator[None]:
        """A slot during the block. Raises Crowded when the system takes too long to free one."""
        lane = self._lanes.setdefault(system.lower(), Lane())
        await self._enter(system, lane)
        try:
            yield
        finally:
            self._leave(lane)

    async def _enter(self, system: str, lane: Lane) -> None:
        if lane.taken < self._most:
            lane.taken += 1
            lane.moved = time.monotonic()
            return
        turn, end = asyncio.get_running_loop().create_future(), time.monotonic() + self._longest
        lane.waiting.append(turn)
        try:
            while not turn.done():
                await asyncio.wait([turn], timeout=self._patience(system, lane, end))
        except BaseException:
            if turn.done():
                self._leave(lane)  # the slot came, but too late for a task that was cancelled
            else:
                lane.waiting.remove(turn)
            raise

    def _patience(self, system: str, lane: Lane, end: float) -> float:
        left = min(end, lane.moved + self._still) - time.monotonic()
        if left <= 0:
            raise Crowded(f"{system} is slow right now; others wait for it already. Try again in a minute.", after=AGAIN)
        return left

    def _leave(self, lane: Lane) -> None:
        lane.moved = time.monotonic()
        if lane.waiting:
            lane.waiting.popleft().set_result(None)
        else:
            lane.taken -= 1
