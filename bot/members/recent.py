"""What was asked a short while ago: one question however many want the answer, and no answer older than its age."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from handlers.errors import Trouble

AGE = 300.0
"""Seconds; what changes at a platform without an event is noticed after this."""
MOST = 10_000
"""Answers that are kept; the oldest goes first."""

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Recent(Generic[Key, Found]):
    """Answers by key. A failure is told to everybody who waits for it and then forgotten."""

    def __init__(self, fetch: Callable[[Key], Awaitable[Found]], *, age: float = AGE, most: int = MOST) -> None:
        self._fetch = fetch
        self._age = age
        self._most = most
        self._kept: dict[Key, tuple[float, asyncio.Task[Found]]] = {}

    async def get(self, key: Key) -> Found:
        """The answer, asked for anew when there is none that is young enough. Its age counts from the question."""
        asked, task = self._kept.get(key, (0.0, None))
        if task is None or time.monotonic() - asked > self._age:
            task = self._ask(key)
        return await asyncio.shield(task)  # whoever gives up must not take the answer from the others

    def forget(self, suits: Callable[[Key], bool]) -> None:
        """Drop answers, those on their way too: who asks from now on gets a newer one."""
        for key in [key for key in self._kept if suits(key)]:
            del self._kept[key]

    async def close(self) -> None:
        """Give up what is being asked."""
        tasks = [task for _, task in self._kept.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._kept.clear()

    def _ask(self, key: Key) -> asyncio.Task[Found]:
        async def fetched() -> Found:
            return await self._fetch(key)

        task = asyncio.create_task(fetched())
        self._kept.pop(key, None)
        self._kept[key] = (time.monotonic(), task)
        task.add_done_callback(lambda done: self._ended(key, done))
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return task

    def _ended(self, key: Key, task: asyncio.Task[Found]) -> None:
        wrong = task.exception() if not task.cancelled() else Trouble("cancelled")
        if wrong is not None and self._kept.get(key, (0.0, None))[1] is task:
            del self._kept[key]
