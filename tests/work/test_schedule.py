"""Schedules on the ledger of both databases: one firing over all workers, a missed one once, none twice."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.settings import Configuration
from bot.store.ledger.firings import Firings
from bot.store.tables import jobs
from bot.work.runner import Kind, Runner
from bot.work.schedule import Schedule, workflows


def rules(**more):
    table = {"workflow": "ask", "argument": "how are we?", "channel": "playground:general", "at": "09:00", **more}
    return Configuration.model_validate({"schedules": {"morning": table}})


@pytest.fixture
def clockwork(stores):
    """A worker with this `bot.toml`, at work during the block; what it started so far."""
    started = []

    async def start(payload):
        started.append(dict(payload))

    @asynccontextmanager
    async def working(found=None):
        schedule = Schedule(Firings(stores.database, stores.jobs), workflows(found or rules()))
        runner = Runner(stores.database, stores.jobs, {**schedule.kinds(), "trigger": Kind(start)})
        await schedule.plan()
        task = asyncio.create_task(runner.run())
        try:
            yield started
        finally:
            runner.stop()
            await task

    return working


@pytest.fixture
def firings(stores):
    async def found(state):
        return [job for job in await stores.whole(state=state) if job.kind == "schedule"]

    return found


@pytest.fixture
def missed(stores, firings):
    """Let the firing that waits be one of some days ago."""

    async def turn_back(days=3):
        [waiting] = await firings("pending")
        at = waiting.payload["at"] - days * 86400
        values = {"run_at": at, "key": f"schedule:morning@{at:.0f}", "payload": {"name": "morning", "at": at}}
        async with stores.database.write() as tx:
            await tx.execute(update(jobs).where(jobs.c.id == waiting.id).values(values))

    return turn_back


async def test_the_next_firing_stands_in_the_ledger_once_however_many_plan_it(clockwork, firings):
    async with clockwork(), clockwork(), clockwork():
        [waiting] = await firings("pending")

    at = datetime.fromtimestamp(waiting.payload["at"], UTC)
    assert (at.hour, at.minute) == (9, 0)
    assert timedelta(0) < at - datetime.now(UTC) <= timedelta(days=1)
    assert abs(waiting.run_at - waiting.payload["at"]) < 1


async def test_what_was_missed_is_made_up_for_once_over_all_workers(clockwork, firings, missed, wait_until):
    async with clockwork():
        pass
    await missed()
    async with clockwork() as started, clockwork():
        await wait_until(lambda: started)
        done = await wait_until(lambda: firings("done"))

    [waiting] = await firings("pending")
    assert (len(started), len(done)) == (1, 1)
    assert (started[0]["workflow"], started[0]["argument"], started[0]["channel"]) == ("ask", "how are we?", "playground:general")
    assert started[0]["id"].startswith("schedule:morning@")
    assert waiting.payload["at"] > datetime.now(UTC).timestamp()


async def test_a_firing_that_has_been_is_not_planned_again(clockwork, firings, missed, wait_until, stores):
    async with clockwork():
        pass
    await missed()
    async with clockwork() as started:
        await wait_until(lambda: started)
    [done] = await firings("done")
    [table] = workflows(rules())
    again = replace(table, after=lambda _: done.payload["at"])  # as a clock that was set back would
    await Firings(stores.database, stores.jobs).plan(again)

    assert [job.id for job in await firings("done")] == [done.id]
    assert len(await firings("pending")) == 1


@pytest.mark.parametrize("found", [Configuration(), rules(at="10:30")])
async def test_a_schedule_that_was_changed_does_not_fire_at_its_old_time(clockwork, firings, missed, wait_until, found):
    async with clockwork():
        pass
    await missed()
    async with clockwork(found) as started:
        await wait_until(lambda: firings("done"))

    assert started == []
