"""The ledger: claimed by one, finished only with the fence, tried again, dead at the end."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.jobs import BACKOFF_CAP, backoff


@pytest.fixture
def enqueue(stores):
    async def add(key="k", **more):
        async with stores.database.write() as tx:
            return await stores.jobs.enqueue(tx, "call", key=key, payload={"a": 1}, **more)

    return add


async def test_the_same_key_is_one_job(stores, enqueue):
    assert await enqueue() is True
    assert await enqueue() is False
    assert len(await stores.jobs.due(10)) == 1


async def test_of_thirty_claims_one_wins(stores, enqueue):
    await enqueue()
    [job] = await stores.jobs.due(1)

    claims = await asyncio.gather(*(stores.jobs.claim(job, lease=30) for _ in range(30)))

    assert [claim.payload for claim in claims if claim] == [{"a": 1}]


async def test_a_delayed_job_is_not_due_and_can_be_cancelled(stores, enqueue):
    await enqueue(delay=60)

    assert await stores.jobs.due(1) == []
    async with stores.database.write() as tx:
        await stores.jobs.cancel(tx, "k")
    assert [job.state for job in await stores.jobs.list()] == ["cancelled"]


async def test_who_lost_the_lease_cannot_finish(stores, enqueue):
    await enqueue()
    [job] = await stores.jobs.due(1)
    first = await stores.jobs.claim(job, lease=-1)
    second = await stores.jobs.claim(job, lease=30)

    assert await stores.jobs.finish(first) is False
    assert await stores.jobs.extend(first, lease=30) is False
    assert await stores.jobs.finish(second) is True
    assert second.attempts == 2


async def test_a_job_that_kills_its_process_runs_out_of_attempts(stores, enqueue):
    await enqueue(attempts=2)
    [job] = await stores.jobs.due(1)
    await stores.jobs.claim(job, lease=-1)
    last = await stores.jobs.claim(job, lease=-1)

    assert last.last
    assert await stores.jobs.due(1) == []
    assert [claim.id for claim in await stores.jobs.spent()] == [job]


async def test_a_retry_waits_and_the_dead_stay(stores, enqueue):
    await enqueue()
    [job] = await stores.jobs.due(1)
    await stores.jobs.retry(await stores.jobs.claim(job, lease=30), "busy", after=60)
    assert await stores.jobs.due(1) == []
    assert [(j.state, j.error) for j in await stores.jobs.list()] == [("pending", "busy")]

    await enqueue("other")
    [other] = await stores.jobs.due(1)
    await stores.jobs.bury(await stores.jobs.claim(other, lease=30), "no")
    assert [j.key for j in await stores.jobs.list(state="dead")] == ["other"]


async def test_a_sole_owner_takes_over_at_once(stores, enqueue):
    await enqueue()
    [job] = await stores.jobs.due(1)
    await stores.jobs.claim(job, lease=600)
    assert await stores.jobs.due(1) == []

    assert await stores.jobs.take_over() == 1
    assert await stores.jobs.due(1) == [job]


@given(st.integers(1, 60))
def test_backoff_is_spread_over_the_whole_range_and_capped(attempts):
    assert 0 <= backoff(attempts) <= min(BACKOFF_CAP, 2.0**attempts)
