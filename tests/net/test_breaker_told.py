"""What others learn of the breakers: who is left alone, and when a system answers again."""

import time
from contextlib import suppress

import pytest

from bot.net.breaker import Breakers, CircuitOpen, Rule
from handlers.errors import Unknown

QUICK = Rule(calls=3, rest=0.1)


@pytest.fixture(params=["memory", "redis"])
async def workers(request, redis):
    """The breakers of two workers, and what their bell has rung; with Redis they know of each other, else both are the same ones."""
    rung = []

    async def bell(system):
        rung.append(system)

    if request.param == "memory":
        only = Breakers(rule=QUICK, closed=bell)
        yield only, only, rung
        return
    async with Breakers(redis.url, rule=QUICK, closed=bell) as one, Breakers(redis.url, rule=QUICK, closed=bell) as two:
        yield one, two, rung


async def call(breakers, error=None):
    async with breakers.guard("Vendor"):
        if error is not None:
            raise error


async def opens(breakers):
    for _ in range(QUICK.calls * 2):
        with suppress(Unknown, CircuitOpen):
            await call(breakers, Unknown("lost"))


@pytest.fixture
def answers(wait_until):
    """A call that is let through, once the rest is over."""

    async def again(breakers):
        async def probe():
            try:
                await call(breakers)
            except CircuitOpen:
                return False
            return True

        await wait_until(probe)

    return again


async def test_who_is_left_alone_is_known_to_all_until_it_answers_and_then_the_bell_rings_once(workers, answers):
    one, two, rung = workers
    await call(one)
    assert (await one.open(), rung) == (frozenset(), [])
    for number in (1, 2):
        await opens(one)
        assert await one.open() == await two.open() == {"vendor"}
        await answers(two)
        await call(one)
        await call(two)
        assert await one.open() == await two.open() == frozenset()
        assert rung == ["vendor"] * number


@pytest.mark.parametrize("closed_by", ["a probe", "nobody"])
async def test_what_was_forgotten_closes_once_for_all_workers_and_not_again_where_another_has_closed_it(
    redis, answers, wait_until, closed_by
):
    rung, rule = [], Rule(calls=3, rest=0.05, forgotten=1.0)

    async def bell(system):
        rung.append(system)

    async with Breakers(redis.url, rule=rule, closed=bell) as one, Breakers(redis.url, rule=rule, closed=bell) as two:
        since = time.monotonic()
        await opens(one)
        await opens(two)
        if closed_by == "a probe":
            await answers(two)
        await wait_until(lambda: time.monotonic() - since > rule.forgotten + 0.5)
        for worker in (one, two, one, two):
            await call(worker)

    assert rung == ["vendor"]


async def test_a_worker_that_hears_that_another_has_closed_it_forgets_that_it_was_open(redis, answers):
    rung = []

    async def bell(system):
        rung.append(system)

    async with Breakers(redis.url, rule=QUICK, closed=bell) as one, Breakers(redis.url, rule=QUICK, closed=bell) as two:
        await opens(one)
        await answers(two)
        await call(one)
        await redis.stop()
        await call(one)
        await call(one)

    assert rung == ["vendor"]


async def test_the_bell_rings_too_for_one_that_was_open_for_so_long_that_it_was_forgotten(wait_until):
    rung = []

    async def bell(system):
        rung.append(system)

    breakers = Breakers(rule=Rule(calls=3, rest=60, forgotten=0.05), closed=bell)
    await opens(breakers)
    since = time.monotonic()
    await wait_until(lambda: time.monotonic() - since > 0.1)
    await call(breakers)
    await call(breakers)

    assert (rung, await breakers.open()) == (["vendor"], frozenset())
