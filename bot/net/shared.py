"""What all workers know together, in Redis. A Redis that is away costs what it was for, never a request."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import ConnectionPool
from redis.asyncio import Redis as Client
from redis.exceptions import RedisError

from bot.watch import log

PATIENCE = 1.0
"""Seconds for one question to Redis; a slower one counts as down."""
AWAY = 5.0
"""Seconds for which a Redis that was down is not asked again."""

__all__ = ["AWAY", "PATIENCE", "Client", "Shared"]
Found = TypeVar("Found")
logger = log.get("shared")


class Shared:
    """One connection pool to Redis; none for `memory://`. `what` is what workers lose without it, for the log and `trouble`."""

    def __init__(self, redis_url: str = "memory://", *, what: str, away: float = AWAY) -> None:
        self.pool: ConnectionPool | None = None
        self.trouble = ""
        self._what, self._lost, self._found = what, f"{what} not shared", f"{what} shared again"
        self._away = away
        self._back_at = 0.0
        self._client: Client | None = None
        if not redis_url.startswith("memory://"):
            self.pool = ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            self._client = Client(connection_pool=self.pool)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._client is not None and self.pool is not None:
            await self._client.aclose()
            await self.pool.disconnect()

    async def ask(self, question: Callable[[Client], Awaitable[Found]], *, otherwise: Found) -> Found:
        """Redis' answer; `otherwise` where there is none, or while it is away, which is said once."""
        if self._client is None or time.monotonic() < self._back_at:
            return otherwise
        try:
            async with asyncio.timeout(PATIENCE):
                found = await question(self._client)
        except (RedisError, OSError, TimeoutError) as down:
            self._back_at = time.monotonic() + self._away
            if not self.trouble:
                self.trouble = (
                    f"Redis cannot be used ({type(down).__name__}); until it is back each worker has {self._what} of its own."
                )
                logger.warning(self._lost, reason=self.trouble)
            return otherwise
        if self.trouble:
            self.trouble = ""
            logger.info(self._found)
        return found
