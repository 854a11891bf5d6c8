"""Which system kept the job at hand from its end: noted where systems are asked, read where the job is given up."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from handlers.errors import Unavailable, Unknown


@dataclass(slots=True)
class Away:
    """`system` is the last one that did not answer, or asked us to come back; empty where each did its part."""

    system: str = ""


AWAY: ContextVar[Away | None] = ContextVar("away", default=None)


@contextmanager
def noting() -> Iterator[Away]:
    """Note it for the block, and for the tasks that it starts."""
    found = Away()
    token = AWAY.set(found)
    try:
        yield found
    finally:
        AWAY.reset(token)


@contextmanager
def asking_of(system: str) -> Iterator[None]:
    """The block asks a system. That a deadline cuts it off is its doing, too."""
    found = AWAY.get()
    try:
        yield
    except (Unavailable, Unknown, asyncio.CancelledError):
        if found is not None:
            found.system = system
        raise
    if found is not None and found.system == system:
        found.system = ""
