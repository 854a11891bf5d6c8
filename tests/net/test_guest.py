"""A library of others goes the same way out: admitted, counted once, cut off in time."""

import asyncio
import time

import pytest

from bot.net.budget import within
from bot.net.guest import Guest
from bot.net.http import Http
from bot.net.outcome import NotAsked
from bot.net.slots import Crowded, Slots
from bot.watch.metrics import REGISTRY
from handlers.errors import Busy, Invalid, Unavailable, Unknown


def count(word):
    labels = {"dependency": "library", "outcome": word}
    return REGISTRY.get_sample_value("bot_dependency_requests_total", labels) or 0


@pytest.mark.parametrize(
    ("inside", "outside", "words", "outcome"),
    [
        (Unknown("Library broke off"), Unavailable, "Library broke off. Try again in a minute.", "unknown"),
        (Unavailable("no money"), Unavailable, "no money", "unavailable"),
        (ConnectionResetError("x"), Unavailable, "broke off", "unknown"),
        (Invalid("no"), Invalid, "no", "refused"),
        (ValueError("a bug of ours"), ValueError, "a bug", "bug"),
    ],
)
async def test_what_happens_inside_is_counted_once(http, inside, outside, words, outcome):
    before = count(outcome)

    with pytest.raises(outside, match=words):
        async with Guest(http, "Library").call(5):
            raise inside

    assert count(outcome) == before + 1


async def test_a_request_over_the_session_reaches_the_system_once(server, http, acts):
    guest = Guest(http, "Library")
    server.does(acts.says(200, {}), acts.resets)
    for _ in range(2):
        try:
            async with guest.call(5), guest.session.post(server.url, json={}) as answer:
                await answer.read()
        except Unavailable as told:
            assert "broke off" in str(told)  # noqa: PT017 - the second one, on a connection that had been kept

    assert len(server.requests) == 2


async def test_a_hanging_request_ends_in_time_and_counts_as_a_failure(server, http, acts):
    server.does(acts.hangs)
    guest, before, started = Guest(http, "Library"), count("unknown"), time.monotonic()

    with within(0.4), pytest.raises(Unavailable, match="in time"):
        async with guest.call(60), guest.session.post(server.url, json={}):
            pass

    assert time.monotonic() - started < 10
    assert count("unknown") == before + 1


async def test_who_is_told_to_come_back_lets_all_wait(http):
    guest = Guest(http, "Library")
    with pytest.raises(Busy, match="later"):
        async with guest.call(5):
            raise Busy("later", after=30)

    with pytest.raises(Busy, match="lets nobody ask more") as told:
        async with guest.call(5):
            pytest.fail("it was asked")
    assert told.value.after > 20


async def test_headers_of_an_answer_hold_for_all(http):
    guest = Guest(http, "Library")
    await guest.told({"RateLimit-Limit": "100", "RateLimit-Remaining": "5", "RateLimit-Reset": "30"})

    with pytest.raises(Busy):
        async with guest.call(5):
            pytest.fail("it was asked")


async def test_whose_time_ends_in_the_queue_has_not_asked(wait_until):
    async with Http(slots=Slots(1, still=5)) as http:
        guest, go, inside = Guest(http, "Library"), asyncio.Event(), []

        async def hold():
            async with guest.call(20):
                inside.append(1)
                await go.wait()

        task = asyncio.create_task(hold())
        await wait_until(lambda: inside)
        before = count("unknown") + count("unavailable")
        with pytest.raises(NotAsked, match="Others wait"):
            async with guest.call(0.3):
                pytest.fail("it was asked")
        go.set()
        await task

    assert count("unknown") + count("unavailable") == before


async def test_slots_are_for_guests_too(wait_until):
    async with Http(slots=Slots(1, still=0.2)) as http:
        guest, go, inside = Guest(http, "Library"), asyncio.Event(), []

        async def hold():
            async with guest.call(20):
                inside.append(1)
                await go.wait()

        task = asyncio.create_task(hold())
        await wait_until(lambda: inside)
        with pytest.raises(Crowded):
            async with guest.call(5):
                pytest.fail("it was asked")
        go.set()
        await task
