"""How much time a job has for all that it asks of other systems together: one slow answer must not add up with the next."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from handlers.errors import Unavailable

PERSON = 8.0
"""Seconds while a person waits; they are told something within ten."""
READING = 240.0
"""Seconds for a file that somebody sent: they see that it is being read."""
JOB = 60.0
"""Seconds for what nobody waits for."""
LEAST = 0.2
"""Seconds below which a question is not worth asking."""
LEAST_WRITE = 3.0
"""Seconds below which a write is not begun: cut off, its outcome would be unknown."""

DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)
"""A reading of the clock that never goes back; None where there is no hurry."""


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Let the block, and the tasks that it starts, have so many seconds; never more than it had already. None changes nothing."""
    before = DEADLINE.get()
    if seconds is None:
        yield
        return
    end = time.monotonic() + seconds
    token = DEADLINE.set(end if before is None else min(before, end))
    try:
        yield
    finally:
        DEADLINE.reset(token)


@contextmanager
def anew(seconds: float) -> Iterator[None]:
    """Let the block have so many seconds from now, whatever it had: what it takes longer for was announced to the person."""
    token = DEADLINE.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        DEADLINE.reset(token)


def clipped(system: str, total: float, *, least: float = LEAST) -> float:
    """The seconds that a call may take: its own total, or what the job has left. Raises Unavailable below `least`; nothing was sent."""
    end = DEADLINE.get()
    left = total if end is None else min(total, end - time.monotonic())
    if left < min(least, total):
        raise Unavailable(f"There was no time left to ask {system}. Try again in a minute.")
    return left
