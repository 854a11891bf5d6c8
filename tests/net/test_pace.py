"""Limits are shared through a real Redis, kept without one, and a pause told to one worker holds for all."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.net.pace import Pace, Rate
from handlers.errors import Busy

SLOW = Rate.per_minute(3)


async def entered(pace, key, rate, times):
    """How many of these tries were let in at once."""
    count = 0
    for _ in range(times):
        try:
            await pace.enter(key, rate)
        except Busy:
            continue
        count += 1
    return count


def test_rates_in_the_words_of_vendors():
    assert Rate.per_minute(20) == Rate(20, 60)
    assert Rate.per_second(1, burst=3) == Rate(3, 3)


async def test_what_is_within_the_limit_does_not_wait():
    started = time.monotonic()
    assert await entered(Pace(longest=0), "a", SLOW, 5) == 3
    assert time.monotonic() - started < 10


async def test_whoever_would_wait_too_long_is_told_when_to_come_back():
    pace = Pace(longest=0.2)
    await entered(pace, "a", SLOW, 3)

    async def three_more():
        """Where two windows meet one more may pass."""
        for _ in range(3):
            await pace.enter("a", SLOW)

    with pytest.raises(Busy) as told:
        await three_more()

    assert 0 < told.value.after <= 75


async def test_a_short_wait_is_waited():
    pace, rate = Pace(longest=4), Rate.per_second(2)
    started = time.monotonic()

    assert await entered(pace, "a", rate, 4) == 4

    assert 0.2 < time.monotonic() - started < 4


async def test_keys_do_not_know_each_other():
    pace = Pace(longest=0)
    await entered(pace, "a", SLOW, 5)

    assert await entered(pace, "b", SLOW, 5) == 3


async def test_two_workers_share_a_limit(redis):
    async with Pace(redis.url, longest=0) as one, Pace(redis.url, longest=0) as two:
        found = await asyncio.gather(*(entered(pace, "a", Rate.per_minute(10), 10) for pace in (one, two)))

    assert sum(found) == 10


async def test_a_pause_told_to_one_worker_holds_for_the_other(redis):
    async with Pace(redis.url, longest=0) as one, Pace(redis.url, longest=3) as two:
        await one.hold("a", 1.0)
        with pytest.raises(Busy) as told:
            await one.enter("a", SLOW)
        started = time.monotonic()
        await two.enter("a", SLOW)

    assert 0.5 < told.value.after < 1.4
    assert time.monotonic() - started > 0.7


async def test_a_shorter_pause_does_not_end_a_longer_one(redis):
    async with Pace(redis.url, longest=0) as one, Pace(redis.url, longest=0) as two:
        await one.hold("a", 30)
        await one.hold("a", 1)
        for pace in (one, two):
            with pytest.raises(Busy) as told:
                await pace.enter("a", SLOW)
            assert told.value.after > 25


async def test_a_shorter_pause_does_not_end_a_longer_one_in_process():
    pace = Pace(longest=0)
    await pace.hold("a", 30)
    await pace.hold("a", 1)

    with pytest.raises(Busy) as told:
        await pace.enter("a", SLOW)

    assert told.value.after > 25


async def test_without_redis_each_worker_counts_for_itself_and_says_so_once(redis):
    async with Pace(redis.url, longest=0) as pace:
        await pace.enter("a", SLOW)
        await redis.stop()
        with capture_logs() as said:
            assert await entered(pace, "a", SLOW, 9) == 3
            await pace.hold("b", 30)
            with pytest.raises(Busy):
                await pace.enter("b", SLOW)

    assert [line["event"] for line in said] == ["limits not shared"]
    assert "ConnectionError" in pace.trouble


async def test_a_redis_that_is_back_is_used_again(redis, wait_until):
    async with Pace(redis.url, longest=0, away=0.1) as pace:
        await redis.stop()
        await pace.enter("a", SLOW)
        assert pace.trouble
        await redis.start()

        async def shared():
            await pace.hold("b", 30)
            return not pace.trouble

        assert await wait_until(shared)
        async with Pace(redis.url, longest=0) as other:
            with pytest.raises(Busy):
                await other.enter("b", SLOW)


async def test_a_server_that_is_no_redis_costs_precision_and_no_request(unused_port):
    async with Pace(f"redis://127.0.0.1:{unused_port}/0", longest=0) as pace:
        assert await entered(pace, "a", SLOW, 5) == 3


@settings(max_examples=25, deadline=None)
@given(amount=st.integers(1, 8), tries=st.integers(1, 20))
def test_never_more_than_the_limit(amount, tries):
    async def count():
        return await entered(Pace(longest=0), "a", Rate.per_minute(amount), tries)

    assert asyncio.run(count()) == min(amount, tries)
