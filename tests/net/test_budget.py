"""A job's time is for all of its calls together."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.net.budget import DEADLINE, JOB, LEAST_WRITE, PERSON, anew, clipped, within
from bot.net.fetch import Fetcher
from bot.net.http import Http
from bot.work.runner import Kind, Runner
from handlers.errors import Unavailable, Unknown

AUTH = "Basic eA=="


async def test_two_slow_reads_end_within_the_time_of_one(server, http, acts):
    server.does(acts.hangs)
    started = time.monotonic()
    with within(0.6):
        for _ in range(3):
            with pytest.raises(Unavailable, match=r"in time|no time left"):
                await http.read("Vendor", server.url, auth=AUTH)

    assert 0.4 < time.monotonic() - started < 4  # each alone has 5
    assert len(server.requests) == 1


async def test_a_write_is_cut_to_the_time_that_is_left_and_not_begun_with_too_little(server, http, acts):
    server.does(acts.hangs)
    started = time.monotonic()
    with within(LEAST_WRITE + 0.3), pytest.raises(Unknown):
        await http.write("Vendor", "PUT", server.url, auth=AUTH, body={})
    assert time.monotonic() - started < LEAST_WRITE + 2

    with within(LEAST_WRITE - 0.1), pytest.raises(Unavailable, match="no time left to ask Vendor"):
        await http.write("Vendor", "PUT", server.url, auth=AUTH, body={})
    assert len(server.requests) == 1


async def test_no_time_left_is_no_failure_of_the_system(server, acts):
    server.does(acts.says(200, {}))
    async with Http() as http:
        with within(0):
            for _ in range(20):
                with pytest.raises(Unavailable):
                    await http.read("Vendor", server.url, auth=AUTH)

        assert (await http.read("Vendor", server.url, auth=AUTH)).data == {}


async def test_a_strangers_address_has_no_more_time_than_the_job():
    async def slow(_host, _port):
        await asyncio.Event().wait()

    started = time.monotonic()
    with within(0.3), pytest.raises(Unavailable, match="in time"):
        await Fetcher(resolve=slow).fetch("https://files.example.com/", types={"text/html"})

    assert time.monotonic() - started < 8


@given(st.lists(st.none() | st.floats(0, 100), min_size=1, max_size=5), st.floats(0.1, 100))
def test_an_inner_budget_is_never_larger_than_an_outer_one(seconds, total):
    def nested(rest):
        if not rest:
            try:
                return clipped("Vendor", total)
            except Unavailable:
                return 0.0
        with within(rest[0]):
            return nested(rest[1:])

    assert nested(seconds) <= min([total, *(each for each in seconds if each is not None)])
    assert DEADLINE.get() is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind", "most"), [({}, JOB), ({"budget": PERSON}, PERSON), ({"budget": None}, None)])
async def test_the_runner_gives_each_attempt_the_time_of_its_kind(stores, wait_until, kind, most):
    given_time = []

    async def run(_payload):
        end = DEADLINE.get()
        given_time.append(None if end is None else end - time.monotonic())

    async with stores.database.write() as tx:
        await stores.jobs.enqueue(tx, "call", key="k", payload={})
    runner = Runner(stores.database, stores.jobs, {"call": Kind(run, **kind)})
    task = asyncio.create_task(runner.run())
    await wait_until(lambda: given_time)
    runner.stop()
    await task

    assert given_time == [None] if most is None else most - 2 < given_time[0] <= most


def test_what_was_announced_to_take_longer_has_time_of_its_own_and_gives_it_back():
    with within(0.5):
        with anew(90):
            assert 80 < clipped("a model", 120) <= 90
        assert clipped("a model", 120) <= 0.5
