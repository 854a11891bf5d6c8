"""Calls to a disk that may never come back: a network mount whose server is away holds a thread for ever, and nothing can interrupt it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

from knowledge.errors import Hung

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 60.0
"""Seconds without a sign of life after which a disk counts as hung: a slow one answers each single call long before."""


class Disk:
    """One disk, each call to it in a thread of its own that neither the caller nor the end of the process waits for.

    While a thread that hung is still there, the disk is not asked again: a mount that is away for days costs a few threads, not more each time.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._hung: list[Thread] = []
        self._beats = 0

    def beat(self) -> None:
        """A sign of life out of a call that takes long because it has much to do. Called in its thread."""
        self._beats += 1

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(*args, **kwargs)` returns or raises. Raises Hung when no sign of life comes for as long as the disk's patience."""
        self._hung = [thread for thread in self._hung if thread.is_alive()]
        if self._hung:
            raise self._silent()
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        thread = Thread(target=_run, args=(partial(work, *args, **kwargs), answer), name="disk", daemon=True)
        thread.start()
        while True:
            before = self._beats
            if (await asyncio.wait([answer], timeout=self._patience))[0]:
                return answer.result()
            if self._beats == before:
                self._hung.append(thread)
                raise self._silent()

    def _silent(self) -> Hung:
        return Hung(
            f"The disk does not answer (for {self._patience:g} s or more): look at the mount and at the server behind it."
        )


def _run(work: Callable[[], T], answer: "asyncio.Future[T]") -> None:
    """In the thread: do it and hand the answer over. Nobody takes it where the loop has ended meanwhile."""
    loop = answer.get_loop()
    try:
        found = work()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the answer is awaited
        _hand(loop, partial(_fail, answer, error))
    else:
        _hand(loop, partial(_end, answer, found))


def _hand(loop: asyncio.AbstractEventLoop, over: Callable[[], None]) -> None:
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(over)


def _end(answer: "asyncio.Future[T]", found: T) -> None:
    if not answer.done():
        answer.set_result(found)


def _fail(answer: "asyncio.Future[T]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
