"""How a request to a system ended, in one word of a short list: what metrics are labelled with."""

import time
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager

from bot.watch import metrics
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown

WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (Busy, "busy"),
    (Unavailable, "unavailable"),
    (Unknown, "unknown"),
    (NotFound, "not_found"),
    (Stale, "stale"),
    (Invalid, "refused"),
    (CancelledError, "cancelled"),
)
"""The first that fits counts; anything else is a bug of ours and called so."""


class NotAsked(Busy):
    """We have not asked the system at all, and shall not for `after` seconds: another attempt before that is of no use."""


class Unanswered(Unavailable):
    """The system was asked, and no answer came that makes sense: what it did, and what that costs, nobody knows."""


def outcome(error: BaseException) -> str:
    """The word for an error."""
    return next((word for kind, word in WORDS if isinstance(error, kind)), "bug")


@contextmanager
def request_to(system: str) -> Iterator[None]:
    """Time one request and count it by its end."""
    started, word = time.monotonic(), "ok"
    try:
        yield
    except BaseException as error:
        word = outcome(error)
        raise
    finally:
        labels = {"dependency": system.lower(), "outcome": word}
        metrics.DEPENDENCY_REQUESTS.labels(**labels).inc()
        metrics.DEPENDENCY_SECONDS.labels(**labels).observe(time.monotonic() - started)


@contextmanager
def write_to(system: str) -> Iterator[None]:
    """Count one approved change by the system's answer."""
    word = "ok"
    try:
        yield
    except BaseException as error:
        word = outcome(error)
        raise
    finally:
        metrics.WRITES.labels(target=system, outcome=word).inc()
