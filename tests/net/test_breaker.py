"""A system that fails too often is left alone by all workers, and one call finds out whether it is well again."""

import asyncio
import time

import pytest

from bot.net.breaker import Breakers, CircuitOpen, Rule
from bot.net.http import Http
from bot.net.slots import Slots
from bot.watch.metrics import REGISTRY
from handlers.errors import Busy, NotFound, Stale, Trouble, Unavailable, Unknown

QUICK = Rule(rest=0.3)


def figure(system="vendor"):
    return REGISTRY.get_sample_value("bot_breaker_state", {"dependency": system})


async def call(breakers, error=None, system="Vendor"):
    async with breakers.guard(system):
        if error is not None:
            raise error


async def calls(breakers, errors, system="Vendor"):
    for error in errors:
        with pytest.raises(type(error)):
            await call(breakers, error, system)


async def is_open(breakers, system="Vendor"):
    try:
        await call(breakers, system=system)
    except CircuitOpen:
        return True
    return False


async def opened(breakers):
    """Fail until it opens; when that was."""
    for _ in range(60):
        try:
            await call(breakers, Unknown("lost"))
        except CircuitOpen:
            return time.monotonic()
        except Unknown:
            continue
    pytest.fail("it does not open")


@pytest.fixture(params=["memory", "redis"])
async def pair(request, redis):
    """The breakers of two workers: with Redis they know of each other, without it both names mean the same ones."""
    if request.param == "memory":
        only = Breakers(rule=QUICK)
        yield only, only
        return
    async with Breakers(redis.url, rule=QUICK) as one, Breakers(redis.url, rule=QUICK) as two:
        yield one, two


async def test_half_of_ten_failures_open_it_for_all_workers(pair):
    one, two = pair
    for _ in range(5):
        await call(one)
    await calls(one, [Unknown("lost")] * 4)
    assert figure() == 0
    await calls(two, [Unavailable("down")])

    with pytest.raises(CircuitOpen, match="Vendor failed too often, so it is left alone; it is tried again in 1 s") as told:
        await call(one)

    assert 0 < told.value.after <= QUICK.rest * 1.25
    assert isinstance(told.value, Unavailable)
    assert figure() == 2
    assert await is_open(two)
    assert not await is_open(one, "Other")


async def test_nine_failures_or_less_than_half_open_nothing(pair):
    one, _ = pair
    await calls(one, [Unknown("lost")] * 9)
    assert not await is_open(one)
    for _ in range(10):
        await call(one, system="Big")
    await calls(one, [Unknown("lost")] * 9, "Big")

    assert not await is_open(one, "Big")


@pytest.mark.parametrize("answer", [Busy("later", after=1), NotFound("none"), Stale("stale"), Trouble("no"), ValueError("bug")])
async def test_what_a_well_system_says_is_no_failure(pair, answer):
    await calls(pair[0], [answer] * 30)

    assert not await is_open(pair[0])


async def test_after_its_rest_one_call_of_all_goes_first(pair, wait_until):
    since = await opened(pair[0])
    inside, go, refused = [], asyncio.Event(), []
    await wait_until(lambda: time.monotonic() - since > QUICK.rest)

    async def probe(breakers):
        try:
            async with breakers.guard("Vendor"):
                inside.append(breakers)
                await go.wait()
        except CircuitOpen as told:
            refused.append(told)

    tasks = [asyncio.create_task(probe(pair[n % 2])) for n in range(20)]
    await wait_until(lambda: len(inside) + len(refused) == 20)

    assert len(inside) == 1
    assert figure() == 1
    assert "being tried again right now" in str(refused[-1])
    go.set()
    await asyncio.gather(*tasks)
    assert figure() == 0
    assert [await is_open(breakers) for breakers in pair] == [False, False]


async def test_a_probe_that_fails_or_is_cut_off_starts_another_rest(pair, wait_until):
    one, two = pair
    for error in (Unknown("lost"), asyncio.CancelledError(), ValueError("bug")):
        since = await opened(one)
        await wait_until(lambda since=since: time.monotonic() - since > QUICK.rest)

        with pytest.raises(type(error)):
            await call(two, error)

        assert await is_open(one)


async def test_a_probe_that_is_answered_with_a_no_closes_it(pair, wait_until):
    await opened(pair[0])

    async def probed():
        try:
            await call(pair[1], NotFound("none"))
        except CircuitOpen:
            return False
        except NotFound:
            return True

    assert await wait_until(probed)
    assert not await is_open(pair[0])


async def test_a_recovery_starts_a_new_count(pair, wait_until):
    await opened(pair[0])

    async def well():
        return not await is_open(pair[0])

    assert await wait_until(well)
    await calls(pair[1], [Unknown("lost")])

    assert not await is_open(pair[0])


async def test_failures_that_come_late_prolong_no_rest(pair, wait_until):
    one, two = pair
    inside, go = [], asyncio.Event()

    async def late():
        async with one.guard("Vendor"):
            inside.append(1)
            await go.wait()
            raise Unknown("lost")

    tasks = [asyncio.create_task(late()) for _ in range(12)]
    await wait_until(lambda: len(inside) == 12)
    await opened(two)
    started = time.monotonic()
    await wait_until(lambda: time.monotonic() - started > QUICK.rest * 0.8)
    go.set()
    assert {type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)} == {Unknown}

    async def well():
        return not await is_open(two)

    assert await wait_until(well)
    assert time.monotonic() - started < QUICK.rest * 1.7


async def test_what_is_asked_first_says_nothing_about_the_system(pair, wait_until):
    one, two = pair

    async def lost():
        raise Unavailable("the ledger is down")

    async def tried():
        async with one.guard("Vendor", first=lost):
            pytest.fail("the call was made all the same")

    for _ in range(20):
        with pytest.raises(Unavailable, match="ledger"):
            await tried()
    await opened(one)

    async def half_open():
        try:
            await tried()
        except CircuitOpen:
            return False
        except Unavailable:
            return True

    assert await wait_until(half_open)
    assert not await is_open(two)


async def test_without_redis_a_worker_goes_by_what_it_saw_itself(redis, wait_until):
    async with Breakers(redis.url, rule=QUICK, away=0.1) as one:
        await redis.stop()
        await opened(one)
        assert await is_open(one)

        async def well():
            return not await is_open(one)

        assert await wait_until(well)


async def test_a_probe_whose_process_died_does_not_keep_it_open_for_ever(redis, wait_until):
    rule = Rule(rest=0.1, probe=0.4)
    async with Breakers(redis.url, rule=rule) as dead, Breakers(redis.url, rule=rule) as alive:
        await opened(dead)
        entered = asyncio.Event()

        async def dies():
            while True:
                try:
                    async with dead.guard("Vendor"):
                        entered.set()
                        await asyncio.Event().wait()
                except CircuitOpen:
                    await asyncio.sleep(0.02)

        task = asyncio.create_task(dies())
        await entered.wait()
        assert await is_open(alive)

        async def well():
            return not await is_open(alive)

        assert await wait_until(well)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("way", ["read", "write"])
async def test_a_person_is_told_at_once_instead_of_waiting_for_a_system_that_hangs(server, acts, wait_until, way):
    server.does(acts.hangs)
    async with Http(read_total=0.3, write_total=0.3, breakers=Breakers(rule=QUICK), slots=Slots(20)) as http:

        async def once():
            if way == "read":
                await http.read("Vendor", server.url, auth="x")
            else:
                await http.write("Vendor", "PUT", server.url, auth="x", body={})

        ended = await asyncio.gather(*(once() for _ in range(10)), return_exceptions=True)
        assert {type(each) for each in ended} == ({Unavailable} if way == "read" else {Unknown})
        asked = len(server.requests)
        with pytest.raises(CircuitOpen):
            await once()
        assert len(server.requests) == asked

        server.does(acts.says(200, {}))

        async def answered():
            try:
                await once()
            except CircuitOpen:
                return False
            return True

        assert await wait_until(answered)
