"""Threads of its own for an engine that would block the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from knowledge.errors import Closed

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """One thread, or a few: calls begin in the order in which they were made, and with one thread end in it too."""

    def __init__(self, name: str, *, threads: int = 1) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._is_closed = False

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(*args, **kwargs)` returns or raises, without blocking the loop meanwhile. Raises Closed after `close`."""
        if self._is_closed:
            raise Closed
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    async def close(self) -> None:
        """Let the calls that were made end and give the threads back."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)
