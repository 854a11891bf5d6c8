"""What may be spent on a model today, over all, by workflow and by person. It is taken before a call and set right after it."""

import asyncio
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
    """Takes money for calls and gives back what they did not cost. A process that dies between leaves the larger sum standing."""

    def __init__(self, book: Book, ceilings: Ceilings, *, day: Callable[[], str] = today) -> None:
        self._book = book
        self._ceilings = ceilings
        self._day = day
        self._settling: set[asyncio.Task[None]] = set()

    async def take(self, usd: Decimal) -> Taken:
        """Money for a call of whoever asks at the moment. Raises NoModel in words at a limit, and when nobody can say what was spent."""
        limits = scopes(self._ceilings, ASKING.get())
        taken = Taken(self._day(), micros(usd), tuple(limits))
        try:
            full = await self._book.take(taken.day, taken.micros, limits)
        except Unavailable:
            raise NoModel(UNCOUNTED) from None
        if full:
            raise NoModel(f"{told(full)} for the language model is used up; it is filled again at midnight UTC.")
        return taken

    def settle(self, taken: Taken, usd: Decimal) -> None:
        """Set right what was taken, while the answer goes on its way."""
        if (difference := micros(usd) - taken.micros) == 0:
            return
        task = asyncio.create_task(self._correct(taken, difference), name="settling")
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def close(self) -> None:
        """Wait for what is still being set right."""
        await asyncio.gather(*self._settling)

    async def _correct(self, taken: Taken, difference: int) -> None:
        try:
            await self._book.correct(taken.day, difference, taken.scopes)
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
