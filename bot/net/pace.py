"""How fast we may call: a share of each limit for every worker, and a pause that one worker was told to make holds for all of them."""

import asyncio
import random
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from bot.net.headers import Quota
from bot.net.outcome import NotAsked
from bot.net.quota import Quotas
from bot.net.shared import AWAY, Client, Shared
from handlers.errors import Busy

LONGEST_ENTRY = 4.0
"""Seconds that a request waits for its turn; whoever would wait longer is told when to come back."""
LONGEST_TURN = 2.0
"""Seconds that a request waits in a worker's slot for a system's own limit."""
SHORTEST_LOOK = 0.05
"""Seconds between two looks at a limit that is used up."""
SPREAD = 0.25
"""Share of a wait that is added by chance, so that those who wait do not all come at once."""
LONGEST_HOLD = 3600.0
"""Seconds; a longer pause is asked for again."""
MOST_HOLDS = 10_000
"""Pauses that one process remembers; the shortest-lived are forgotten first."""
PREFIX = "countersign:pace"


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` requests in any `seconds`, whole seconds."""

    amount: int
    seconds: int

    @classmethod
    def per_minute(cls, amount: int) -> Self:
        """A rate as vendors publish it."""
        return cls(amount, 60)

    @classmethod
    def per_second(cls, amount: int, *, burst: int = 1) -> Self:
        """The same in seconds; `burst` seconds' worth may come at once."""
        return cls(amount * burst, burst)


class Paced(NotAsked):
    """A system's own limit is used up for now, or nearly."""


class Pace:
    """Counts in Redis when there is one, so that all workers share a limit; in this process while there is none.

    The counters use Redis' own clock. A Redis that is away costs precision, never a request: then each worker counts for itself.
    """

    def __init__(self, redis_url: str = "memory://", *, longest: float = LONGEST_ENTRY, away: float = AWAY) -> None:
        self._longest = longest
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._holds: dict[str, float] = {}
        self._redis = Shared(redis_url, what="limits", away=away)
        self._quotas = Quotas(self._redis, prefix=f"{PREFIX}:quota:")
        self._shared: SlidingWindowCounterRateLimiter | None = None
        if self._redis.pool is not None:
            storage = RedisStorage(
                f"async+{redis_url}",
                implementation="redispy",
                key_prefix=PREFIX,
                connection_pool=self._redis.pool,  # type: ignore[arg-type]  # passed through to the client, as its documentation says
            )
            self._shared = SlidingWindowCounterRateLimiter(storage)

    @property
    def trouble(self) -> str:
        """Why limits are not shared right now; empty when they are."""
        return self._redis.trouble

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        await self._redis.close()

    async def enter(self, key: str, rate: Rate) -> None:
        """Wait for a turn under this key. Raises Busy with the seconds after which it is worth another try."""
        item, end = RateLimitItemPerSecond(rate.amount, rate.seconds), time.monotonic() + self._longest
        while wait := await self._wait(key, item):
            wait = max(wait, SHORTEST_LOOK) * (1 + random.uniform(0, SPREAD))  # noqa: S311 - spread, not secrecy
            if time.monotonic() + wait > end:
                raise Busy(f"Too many requests at once; come back in {max(wait, 1):.0f} seconds.", after=wait)
            await asyncio.sleep(wait)

    async def turn(self, key: str, system: str) -> None:
        """Wait for a turn at a system that says itself how much it takes. Raises Paced with the seconds after which to come back.

        A long wait is the ledger's, not a worker's: who has to wait longer than a moment is sent away.
        """
        while not (turn := await self._quotas.take(key, longest=LONGEST_TURN)).is_taken:
            wait = turn.wait * (1 + random.uniform(0, SPREAD))  # noqa: S311 - spread, not secrecy
            if turn.wait > LONGEST_TURN:
                raise Paced(f"{system} lets nobody ask more right now; come back in {max(wait, 1):.0f} seconds.", after=wait)
            await asyncio.sleep(wait)
        await asyncio.sleep(turn.wait)

    async def told(self, key: str, quota: Quota) -> None:
        """A system said how much of its limit is left: all workers go by it."""
        await self._quotas.tell(key, quota)

    async def put_off(self, key: str, seconds: float) -> None:
        """A system said no more: let nobody have a turn for a while."""
        await self._quotas.hold(key, seconds)

    async def hold(self, key: str, seconds: float) -> None:
        """Let nobody enter under this key for a while: a system asked one worker to pause."""
        seconds = min(max(seconds, 0.001), LONGEST_HOLD)
        self._hold_here(key, time.monotonic() + seconds)

        async def longer(client: Client) -> None:
            name, pause = f"{PREFIX}:hold:{key}", int(seconds * 1000)
            if await client.pttl(name) < pause:
                await client.set(name, "1", px=pause)

        await self._redis.ask(longer, otherwise=None)

    async def _wait(self, key: str, item: RateLimitItemPerSecond) -> float:
        """Seconds until it is worth another look; 0 once the turn is taken."""
        if held := await self._held(key):
            return held

        async def asked(limiter: SlidingWindowCounterRateLimiter) -> float:
            if await limiter.hit(item, key):
                return 0.0
            reset = (await limiter.get_window_stats(item, key)).reset_time - time.time()
            return min(max(reset, SHORTEST_LOOK), float(item.get_expiry()))

        if (shared := self._shared) is not None:
            found = await self._redis.ask(lambda _client: asked(shared), otherwise=-1.0)
            if found >= 0:
                return found
        return await asked(self._here)

    async def _held(self, key: str) -> float:
        async def milliseconds(client: Client) -> int:
            return int(await client.pttl(f"{PREFIX}:hold:{key}"))

        shared = await self._redis.ask(milliseconds, otherwise=0)
        return max(self._holds.get(key, 0.0) - time.monotonic(), shared / 1000, 0.0)

    def _hold_here(self, key: str, end: float) -> None:
        now = time.monotonic()
        self._holds = {name: until for name, until in self._holds.items() if until > now}
        self._holds[key] = max(end, self._holds.get(key, 0.0))
        if len(self._holds) > MOST_HOLDS:
            del self._holds[min(self._holds, key=lambda name: self._holds[name])]
