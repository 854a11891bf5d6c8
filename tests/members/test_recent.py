"""Answers that are kept for a while: asked once, dropped by events, never a failure."""

import asyncio

import pytest

from bot.members.recent import Recent
from handlers.errors import Unavailable


async def test_an_answer_on_its_way_when_it_was_forgotten_is_not_kept():
    said, gate = [], asyncio.Event()

    async def fetch(_key):
        said.append(len(said))
        number = said[-1]
        await gate.wait()
        return number

    recent = Recent(fetch)
    first = asyncio.create_task(recent.get("a"))
    await asyncio.sleep(0)
    recent.forget(lambda _key: True)
    second = asyncio.create_task(recent.get("a"))
    gate.set()

    assert (await first, await second, await recent.get("a")) == (0, 1, 1)


async def test_a_failure_is_not_kept_and_the_oldest_answers_go_first():
    asked = []

    async def fetch(key):
        asked.append(key)
        if len(asked) == 1:
            raise Unavailable("down")
        return key

    recent = Recent(fetch, most=2)
    with pytest.raises(Unavailable):
        await recent.get("a")
    for key in ("a", "b", "c", "b", "a"):
        await recent.get(key)

    assert asked == ["a", "a", "b", "c", "a"]


async def test_who_gives_up_does_not_take_the_answer_from_the_others():
    async def fetch(key):
        await asyncio.sleep(0.05)
        return key

    recent = Recent(fetch)
    others = asyncio.create_task(recent.get("a"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await recent.get("a")

    assert await others == "a"
