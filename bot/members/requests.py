"""How much one person may ask for within a minute: `[limits] requests_per_user_per_minute`, counted over all workers that share a Redis."""

import math
import time
from collections.abc import Callable
from typing import cast

from bot.net.shared import Client, Shared
from handlers.models import Reply

WINDOW = 60.0
"""Seconds."""
MOST_PEOPLE = 10_000
"""People whom one process remembers; who asked least lately is forgotten first."""
PREFIX = "countersign:requests:"
COUNT = """
local told = redis.call('TIME')
local now, window = told[1] + told[2] / 1000000, tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZSCORE', KEYS[1], ARGV[3]) then return '0' end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  return tostring(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + window - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('EXPIRE', KEYS[1], math.ceil(window))
return '0'
"""
"""Counts one request, or says after how many seconds the oldest one is out of the window."""


class Requests:
    """`most` requests of a person in any minute; None: as many as they like. A Redis that is away costs precision, never a request."""

    def __init__(
        self, redis_url: str = "memory://", *, most: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._clock = clock
        self._redis = Shared(redis_url, what="counts of requests")
        self._asked: dict[str, dict[str, float]] = {}

    async def close(self) -> None:
        """Let go of every connection."""
        await self._redis.close()

    async def refused(self, person: str, request: str) -> Reply | None:
        """What is said instead of an answer where a person asks too often. A request counts once, however often it is tried."""
        if self._most is None:
            return None
        wait = await self._redis.ask(lambda client: self._shared(client, person, request), otherwise=-1.0)
        wait = self._here(person, request) if wait < 0 else wait
        if not wait:
            return None
        words = f"You have asked for {self._most} things within a minute, which is all that I do for one person. Ask again in"
        return Reply(f"{words} {max(math.ceil(wait), 1)} s.", private=True, trouble=True)

    async def _shared(self, client: Client, person: str, request: str) -> float:
        found = await client.eval(COUNT, 1, PREFIX + person, str(self._most), str(WINDOW), request)
        return max(float(cast("bytes", found)), 0.0)

    def _here(self, person: str, request: str) -> float:
        now = self._clock()
        asked = {one: at for one, at in self._asked.pop(person, {}).items() if at > now - WINDOW}
        self._asked[person] = asked
        while len(self._asked) > MOST_PEOPLE:
            del self._asked[next(iter(self._asked))]
        if request in asked:
            return 0.0
        if self._most is not None and len(asked) >= self._most:
            return next(iter(asked.values())) + WINDOW - now
        asked[request] = now
        return 0.0
