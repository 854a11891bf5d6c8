"""Hints over a real Redis: quick while it is there, and nothing is lost while it is not."""

import asyncio

import pytest

from bot.store.database import Database
from bot.store.ledger.jobs import Jobs
from bot.work.queue import Queue

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEVER = 3600.0


@pytest.fixture
async def queue(stores, redis):
    """Start a queue beside a runner (or as the sending side alone)."""
    running = []

    def begin(*, runner=None, jobs=None, bell=None):
        made = Queue(redis.url, jobs or stores.jobs, take=runner.take if runner else None, bell=bell)
        running.append(asyncio.create_task(made.run()))
        return made

    yield begin
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
async def elsewhere(stores):
    """The ledger as another process sees it: its commits wake nobody here. A job goes in with `enqueue`."""
    url = stores.database._engine.url.render_as_string(hide_password=False)
    database = Database(url)
    jobs = Jobs(database)

    async def enqueue(key="k"):
        async with database.write() as tx:
            await jobs.enqueue(tx, "call", key=key, payload={"words": key})

    yield enqueue, jobs, database.bell
    await database.close()


@pytest.fixture
def hinted(start, queue, wait_until, elsewhere):
    """A runner that does not look into the ledger by itself, fed by the queue; what puts a job in elsewhere, and sends the hint."""

    async def begin():
        enqueue, jobs, bell = elsewhere
        runner, _ = start()
        runner.poll = lambda: NEVER
        queues = queue(runner=runner), queue(jobs=jobs, bell=bell)
        await wait_until(lambda: not any(each.trouble for each in queues))
        return enqueue

    return begin


async def test_a_hint_is_followed(hinted, ends, desk):
    enqueue = await hinted()
    await enqueue()

    assert (await ends("done")).attempts == 1
    assert desk.runs == [{"words": "k"}]


@sqlite
async def test_a_flush_loses_nothing(hinted, redis, ends, desk):
    enqueue = await hinted()
    for n in range(20):
        await enqueue(f"k{n}")
        if n % 5 == 0:
            await redis.flush()

    for n in range(20):
        await ends("done", f"k{n}")
    assert len(desk.runs) == 20


@pytest.fixture
def fed(start, queue, wait_until):
    """A runner and its queue, connected."""

    async def begin():
        runner, _ = start()
        found = queue(runner=runner)
        await wait_until(lambda: not found.trouble)
        return found

    return begin


@sqlite
async def test_a_redis_that_comes_later_is_found(start, queue, redis, wait_until):
    await redis.stop()
    runner, _ = start()
    found = queue(runner=runner)
    await wait_until(lambda: "polling until it is back" in found.trouble)

    await redis.start()
    await wait_until(lambda: not found.trouble)


@sqlite
async def test_without_redis_the_ledger_is_polled_and_health_says_why(fed, redis, enqueue, ends, wait_until):
    found = await fed()
    await redis.stop()
    await wait_until(lambda: "polling until it is back" in found.trouble)

    await enqueue()
    await ends("done")

    await redis.start()
    await wait_until(lambda: not found.trouble)
