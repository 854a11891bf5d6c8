"""A library that speaks HTTP in its own way goes the same way out as everybody: admitted, slowed down, counted, cut off in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

from bot.net.budget import clipped
from bot.net.http import MARGIN, Http, sending
from bot.net.outcome import NotAsked, Unanswered
from handlers.errors import Busy, Unknown

LATER = "Try again in a minute."
AGAIN = 2.0
"""Seconds after which to come back where the time ran out before it was one's turn."""


class Guest:
    """The way out of one library to one system. Its transport has to send over `session`, and each request stands in a `call`."""

    def __init__(self, http: Http, system: str) -> None:
        self.system = system
        self._http = http

    @property
    def session(self) -> aiohttp.ClientSession:
        """Ours, with its TLS, its connections and no cookies. A POST is sent over it once."""
        return self._http.kept_alive

    @asynccontextmanager
    async def call(self, within: float) -> AsyncIterator[None]:
        """The block is one request and its whole answer, within so many seconds or what the job has left of its own.

        It raises Busy when the system is not to be asked right now; all workers wait where the block itself says so. Whatever
        aiohttp meets, and the deadline, become Unavailable, of the kind Unanswered once it may have arrived; that and an Unknown of the block count once as failures of the system.
        """
        total = clipped(self.system, within)
        end, is_asked = time.monotonic() + total, False
        try:
            async with asyncio.timeout(total), self._http.admitted(self.system), self._asking():
                is_asked = True
                with sending(self.system):
                    async with asyncio.timeout(max(end - time.monotonic() - MARGIN, MARGIN)):
                        yield
        except TimeoutError as late:
            if not is_asked:
                raise NotAsked(f"Others wait for {self.system} already. {LATER}", after=AGAIN) from late
            raise Unanswered(f"{self.system} did not answer in time. {LATER}") from late
        except Unknown as lost:
            raise Unanswered(f"{lost}. {LATER}") from lost

    async def told(self, headers: Mapping[str, str]) -> None:
        """Pass on what an answer's headers say of the system's limits."""
        await self._http.told(self.system, headers)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            yield
        except Busy as busy:
            await self._http.put_off(self.system, busy.after)
            raise
