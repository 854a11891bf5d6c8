"""What may be spent on a model today, over all, by workflow and by person. It is taken before a call and set right after it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal
from hashlib import sha256
from typing import Protocol

from bot.net.asking import ASKING, Asking
from bot.watch import log
from handlers.errors import NoModel, Unavailable

MICROS = 1_000_000
"""Parts of a US dollar in which money is counted."""
SLICE = 20_000
"""Millionths of a dollar that are fetched at once where there is room: two cents."""
IDLE = 60.0
"""Seconds after which money at hand goes back."""
EVERYTHING = "all"
"""The scope of the whole day."""
UNCOUNTED = "nobody can say what the language model has cost today."
"""The database is down, so no money is spent."""
logger = log.get("allowance")


@dataclass(frozen=True, slots=True)
class Ceilings:
    """US dollars a day: over all, by workflow, and by any name of a person; `*` is each person without an entry."""

    everything: float
    workflows: Mapping[str, float]
    persons: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Taken:
    """Money that was taken for one call: on which day, from which scopes."""

    day: str
    micros: int
    scopes: tuple[str, ...]


@dataclass(slots=True)
class Purse:
    """Money of some scopes that counts as spent already and is at hand here. `used` is by the clock that never goes back."""

    left: int = 0
    used: float = 0.0


class Book(Protocol):
    """Where spending is written down, for all processes together."""

    async def take(self, day: str, micros: int, limits: Mapping[str, int | None]) -> str:
        """Add to every scope unless one is full; its name, or nothing. Raises Unavailable."""
        ...

    async def correct(self, day: str, micros: int, scopes: tuple[str, ...]) -> None:
        """Add to every scope, whatever it holds. Raises Unavailable."""
        ...


def today() -> str:
    """The day of which the spending is, in UTC."""
    return datetime.now(UTC).date().isoformat()


class Allowance:
    """Takes money for calls and gives back what they did not cost. What was written down is never less than what was spent.

    Money is fetched a few cents at a time where there is room for them, so most calls wait for no COMMIT. What is at hand goes back
    with the first call after a minute without use, and at the end; a process that dies leaves it standing as spent.
    """

    def __init__(self, book: Book, ceilings: Ceilings, *, day: Callable[[], str] = today) -> None:
        self._book = book
        self._ceilings = ceilings
        self._day = day
        self._purses: dict[tuple[str, tuple[str, ...]], Purse] = {}
        self._settling: set[asyncio.Task[None]] = set()

    async def take(self, usd: Decimal) -> Taken:
        """Money for a call of whoever asks at the moment. Raises NoModel in words at a limit, and when nobody can say what was spent."""
        limits = scopes(self._ceilings, ASKING.get())
        taken = Taken(self._day(), micros(usd), tuple(limits))
        self._give_back(time.monotonic() - IDLE)
        purse = self._purse(taken)
        if purse.left < taken.micros:
            fetched = await self._fetched(taken, limits)
            purse.left += fetched  # read only now: others took and gave back meanwhile
        purse.left -= taken.micros
        return taken

    def settle(self, taken: Taken, usd: Decimal) -> None:
        """Set right what was taken. What a call cost beyond that is written down while the answer goes on its way."""
        purse = self._purse(taken)
        purse.left += taken.micros - micros(usd)
        if purse.left < 0:
            self._correct(taken.day, taken.scopes, -purse.left)
            purse.left = 0

    async def close(self) -> None:
        """Give back what is at hand, and wait until it is written down."""
        self._give_back(time.monotonic())
        await asyncio.gather(*self._settling)

    def _purse(self, taken: Taken) -> Purse:
        purse = self._purses.setdefault((taken.day, taken.scopes), Purse())
        purse.used = time.monotonic()
        return purse

    async def _fetched(self, taken: Taken, limits: Mapping[str, int | None]) -> int:
        """A few cents, or just what is needed where they would be over a limit. Raises NoModel."""
        full = ""
        for amount in sorted({max(taken.micros, SLICE), taken.micros}, reverse=True):
            try:
                full = await self._book.take(taken.day, amount, limits)
            except Unavailable:
                raise NoModel(UNCOUNTED) from None
            if not full:
                return amount
        raise NoModel(f"{told(full)} for the language model is used up; it is filled again at midnight UTC.")

    def _give_back(self, before: float) -> None:
        for (day, names), purse in list(self._purses.items()):
            if purse.used <= before:
                del self._purses[day, names]
                self._correct(day, names, -purse.left)

    def _correct(self, day: str, names: tuple[str, ...], difference: int) -> None:
        if difference:
            task = asyncio.create_task(self._written(day, names, difference), name="settling")
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

    async def _written(self, day: str, names: tuple[str, ...], difference: int) -> None:
        try:
            await self._book.correct(day, difference, names)
        except Unavailable as down:
            logger.warning("spending not set right", micros=difference, reason=str(down))


def scopes(ceilings: Ceilings, asking: Asking) -> dict[str, int | None]:
    """What a call counts for, with the limit of each in millionths of a dollar."""
    found: dict[str, int | None] = {EVERYTHING: limit(ceilings.everything)}
    if asking.workflow:
        found[f"workflow:{asking.workflow}"] = limit(ceilings.workflows.get(asking.workflow))
    if asking.person:
        names = {name.casefold(): usd for name, usd in ceilings.persons.items()}
        own = [names[name] for name in (asking.person.casefold(), *sorted(asking.names)) if name in names]
        found[f"person:{sha256(asking.person.encode()).hexdigest()[:32]}"] = limit(min(own) if own else names.get("*"))
    return found


def limit(usd: float | None) -> int | None:
    """A ceiling in millionths; None where there is none."""
    return None if usd is None else round(usd * MICROS)


def micros(usd: Decimal) -> int:
    """Money in millionths of a dollar, rounded up."""
    return int((usd * MICROS).to_integral_value(ROUND_UP))


def told(scope: str) -> str:
    """A scope that is used up, in words."""
    kind, _, name = scope.partition(":")
    return {"workflow": f"today's money of /{name}", "person": "your money of today"}.get(kind, "today's money")
