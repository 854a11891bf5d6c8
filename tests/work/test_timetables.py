"""Timetables of any part: a hundred firings over two workers, a clock that was set back, and runs that do not overlap."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.settings.timetable import every
from bot.store.ledger.firings import Firings, Timetable
from bot.store.tables import jobs
from bot.watch import metrics
from bot.work.kinds import DAY
from bot.work.runner import Kind, Runner
from bot.work.schedule import Schedule

MINUTE = timedelta(minutes=1)
WORKERS = 2


@pytest.fixture
def fired():
    """The times of the firings whose job was run."""
    return []


@pytest.fixture
def working(stores, fired):
    """Two workers of one timetable during the block. `go` lets its jobs end."""

    @asynccontextmanager
    async def begin(go=None, **more):
        async def run(payload):
            fired.append(payload["at"])
            if go is not None:
                await go.wait()

        table = Timetable("watch/clock", every(MINUTE), "tick", lambda at: {"at": at}, **more)
        runners = []
        for _ in range(WORKERS):
            schedule = Schedule(Firings(stores.database, stores.jobs), [table])
            await schedule.plan()
            runners.append(Runner(stores.database, stores.jobs, {**schedule.kinds(), "tick": Kind(run)}))
        tasks = [asyncio.create_task(runner.run()) for runner in runners]
        try:
            yield
        finally:
            if go is not None:
                go.set()
            for runner in runners:
                runner.stop()
            await asyncio.gather(*tasks)

    return begin


@pytest.fixture
def hurry(stores):
    """Let what waits be due now: time passes as fast as the workers work."""

    async def once():
        async with stores.database.write() as tx:
            await tx.execute(update(jobs).where(jobs.c.kind == "schedule", jobs.c.state == "pending").values(run_at=0))

    return once


@pytest.fixture
def jumped(stores):
    """The next firing is one that was planned while the clock was a day ahead."""

    async def once():
        [job] = await stores.whole()
        at = job.payload["at"] + DAY
        values = {"key": f"schedule:watch/clock@{at:.0f}", "payload": {**job.payload, "at": at}, "run_at": at}
        async with stores.database.write() as tx:
            await tx.execute(update(jobs).where(jobs.c.id == job.id).values(values))

    return once


@pytest.fixture
def until(wait_until, hurry, fired):
    """Let time pass until so many firings have been."""

    async def reached(number):
        async def probe():
            await hurry()
            return len(fired) >= number

        await wait_until(probe, within=30)

    return reached


async def test_a_hundred_firings_over_two_workers_are_each_once_also_when_the_clock_is_set_back(working, until, fired):
    async with working():
        await until(100)
    assert len(fired) == len(set(fired)) >= 100
    assert sorted(fired) == [min(fired) + 60 * number for number in range(len(fired))]

    before = len(fired)  # of times up to an hour and a half ahead of the clock, as after it was set back so far
    async with working():
        await until(before + 3)
    assert len(fired) == len(set(fired))
    assert sorted(fired) == [min(fired) + 60 * number for number in range(len(fired))]


async def test_a_clock_that_was_a_day_ahead_for_a_moment_holds_nothing_up(stores, jumped, wait_until):
    schedule = Schedule(Firings(stores.database, stores.jobs), [Timetable("watch/clock", every(MINUTE), "tick", lambda _at: {})])
    await schedule.plan()
    await jumped()
    task = asyncio.create_task(schedule.keep(pause=0.02))

    async def times():
        now, found = time.time(), [job.run_at for job in await stores.jobs.list() if job.state == "pending"]
        return len(found) >= 2 and min(found) <= now + MINUTE.total_seconds() < max(found)

    try:
        await wait_until(times)
    finally:
        task.cancel()


async def test_a_firing_is_left_out_while_the_job_of_the_last_one_runs(working, hurry, until, fired, wait_until):
    def left_out():
        return metrics.REGISTRY.get_sample_value("bot_firings_left_out_total", {"kind": "tick"}) or 0

    async def several():
        await hurry()
        return left_out() - before >= 3

    go, before = asyncio.Event(), left_out()
    async with working(go, alone=True):
        await until(1)
        await wait_until(several)
        assert len(fired) == 1
        go.set()
        await until(3)
    assert len(fired) == len(set(fired))


async def test_without_that_they_overlap(working, until):
    go = asyncio.Event()
    async with working(go):
        await until(2)
        assert not go.is_set()


async def test_what_is_done_of_old_firings_is_cleared_and_nothing_else(working, until, stores, fired):
    async with working(alone=True, at_once="first"):
        await until(4)
        async with stores.database.write() as tx:
            for name, state in (("a", "done"), ("b", "dead")):
                old = f"schedule:watch/clock@100000000{1 if name == 'a' else 2}:tick"
                await stores.jobs.enqueue(tx, "tick", key=old, payload={})
                await tx.execute(update(jobs).where(jobs.c.key == old).values(state=state))
        await until(len(fired) + 2)
    kept = [job.key for job in await stores.jobs.list(limit=100) if job.kind == "tick"]

    assert "schedule:watch/clock@1000000001:tick" not in kept
    assert "schedule:watch/clock@1000000002:tick" in kept
    assert "schedule:watch/clock@first:first:tick" in kept


async def test_what_comes_next_is_told_but_for_what_the_bot_does_for_itself(stores):
    firings = Firings(stores.database, stores.jobs)
    for name, minutes in (("monday", 60), ("source/docs", 30), ("watch/self", 1), ("digest/morning", 90), ("changes/jira", 2)):
        await firings.plan(Timetable(name, every(timedelta(minutes=minutes)), "tick", lambda at: {"at": at}))
    found = await firings.coming(5)

    assert {name for name, _ in found} == {"monday", "source/docs", "digest/morning"}
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert len(await firings.coming(2)) == 2


async def test_no_two_timetables_have_one_name(stores):
    table = Timetable("watch/clock", every(MINUTE), "tick", lambda at: {"at": at})
    with pytest.raises(ValueError, match="watch/clock"):
        Schedule(Firings(stores.database, stores.jobs), [table, Timetable("watch/clock", every(MINUTE), "tock", table.payload)])


@given(st.integers(1, 10**6), st.floats(0, 4e9))
def test_an_interval_is_due_at_its_whole_multiples(seconds, moment):
    at = every(timedelta(seconds=seconds))(moment)
    assert at % seconds == 0
    assert moment < at <= moment + seconds
    assert every(timedelta(seconds=seconds))(at - 1) == at
