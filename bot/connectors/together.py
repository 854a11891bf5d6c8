"""Records that events ask for at nearly the same time are read together, where their system gives many at once.

Only for events, which have their records read again and propose nothing by what they see. Who draws up a draft or is about to write reads by
itself. Nothing is kept: an answer is only for those who had asked before its request was begun.
"""

import asyncio
import contextvars
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol, runtime_checkable

from bot.net.away import asking_of
from handlers.errors import Invalid, Trouble
from handlers.models import Record
from handlers.systems import Records

PAUSE = 0.5
"""Seconds from the beginning of one reading to that of the next, unless many wait. In HubSpot a reading is two requests: so events take two
fifths of the hundred in ten seconds that its smallest plan answers, however many there are.
"""
ENOUGH = 6
"""Records that do not wait for that: of the eight jobs that a worker does at once some are left for other systems."""
MOST = 100
"""Records in one reading."""


@runtime_checkable
class Several(Protocol):
    """The side of a connector that reads many records at once."""

    async def several(self, names: Sequence[str], /) -> Mapping[str, Record | Trouble]:
        """Each of these as `read` gives it now, or what `read` would raise for it. Raises what is about all of them."""
        ...


class Together:
    """The Records port of one system for events. `system` is its name, which stands behind a job that it kept from its end."""

    def __init__(self, system: str, port: Records, several: Several, *, pause: float = PAUSE, enough: int = ENOUGH) -> None:
        self._system = system
        self._port = port
        self._several = several
        self._pause = pause
        self._enough = enough
        self._waiting: dict[str, asyncio.Future[Record | Exception]] = {}
        self._came = asyncio.Event()
        self._begun = -pause
        self._reading: asyncio.Task[None] | None = None

    async def read(self, name: str) -> Record:
        """See the port."""
        loop = asyncio.get_running_loop()
        answer = self._waiting.get(name) or self._waiting.setdefault(name, loop.create_future())
        self._came.set()
        if self._reading is None or self._reading.done():  # in nobody's name: the deadline of whoever comes first is its own
            self._reading = loop.create_task(self._read(), context=contextvars.Context())
        with asking_of(self._system):
            found = await asyncio.shield(answer)
            if isinstance(found, Exception):
                raise found
            return found

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """See the port; nothing is read together here."""
        return await self._port.past(like, limit=limit)

    async def _read(self) -> None:
        """Read until nobody waits, one reading after the other: the longer one takes, the more the next one holds."""
        while self._waiting:
            await self._gathered()
            names = list(self._waiting)[:MOST]
            answers = {name: self._waiting.pop(name) for name in names}
            self._begun = time.monotonic()
            found = await self._found(names)
            for name, answer in answers.items():
                answer.set_result(found[name])

    async def _gathered(self) -> None:
        """Wait until it is time, or enough have come."""
        while len(self._waiting) < self._enough and (wait := self._begun + self._pause - time.monotonic()) > 0:
            self._came.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), wait)

    async def _found(self, names: Sequence[str]) -> Mapping[str, Record | Exception]:
        """What became of each."""
        try:
            found = await self._several.several(names)
        except Exception as wrong:  # noqa: BLE001 - whatever it was, those who wait are told, and go on with it as with their own
            return dict.fromkeys(names, wrong)
        lost = Invalid(f"{self._system} was asked for several records, and something else came.")
        return {name: found.get(name, lost) for name in names}


def for_events(connectors: Mapping[str, Records]) -> Mapping[str, Records]:
    """The same systems as events read them."""
    return {name: Together(name, one, one) if isinstance(one, Several) else one for name, one in connectors.items()}
