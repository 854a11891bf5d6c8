"""A disk that does not answer holds up nobody: neither who asks, nor who asks again, nor the end of the process."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from threading import Event

import pytest

from knowledge.disk import Disk
from knowledge.errors import Hung

NEVER = """
import asyncio, threading
from knowledge.disk import Disk
from knowledge.errors import Hung

async def main():
    try:
        await Disk(0.05)(threading.Event().wait)
    except Hung as hung:
        print(hung)

asyncio.run(main())
"""


@pytest.fixture
def gate() -> Iterator[Event]:
    """What a call waits for; open at the end, so that no thread is left."""
    event = Event()
    yield event
    event.set()


async def test_what_a_call_returns_or_raises_comes_out() -> None:
    assert await Disk()(sorted, [2, 1], reverse=True) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        await Disk()(divmod, 1, 0)


async def test_one_that_does_not_answer_is_given_up_and_not_asked_again_until_it_does(gate: Event) -> None:
    disk, asked = Disk(0.05), list[int]()
    with pytest.raises(Hung, match="does not answer"):
        await disk(gate.wait)
    with pytest.raises(Hung):
        await disk(asked.append, 1)
    assert asked == []

    gate.set()
    async with asyncio.timeout(10):
        while True:
            try:
                await disk(asked.append, 2)
                break
            except Hung:
                await asyncio.sleep(0.01)
    assert asked == [2]


async def test_one_that_shows_signs_of_life_is_waited_for(gate: Event) -> None:
    disk, beats = Disk(0.5), 0

    def long() -> int:
        nonlocal beats
        while not gate.wait(0.01):
            beats += 1
            disk.beat()
        return beats

    call = asyncio.create_task(disk(long))
    done, _ = await asyncio.wait([call], timeout=1.2)
    gate.set()
    assert done == set()
    assert await call == beats


async def test_who_stops_waiting_leaves_nothing_behind(gate: Event) -> None:
    call = asyncio.create_task(Disk()(gate.wait))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


def test_a_process_ends_while_a_thread_hangs() -> None:
    ended = subprocess.run([sys.executable, "-c", NEVER], capture_output=True, text=True, timeout=20, check=True)
    assert ended.stdout.startswith("The disk does not answer (for 0.05 s or more)")
