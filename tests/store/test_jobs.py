"""The ledger: claimed by one, finished only with the fence, tried again, dead at the end."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.store.ledger.jobs import BACKOFF_CAP, backoff
from bot.store.ledger.steps import Steps
from bot.store.tables import jobs
from handlers.errors import NotFound, Unavailable


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


async def test_a_job_whose_attempts_are_spent_is_concluded_by_one_and_is_no_longer_its_first_owners(stores, enqueue):
    await enqueue(attempts=1)
    first = await stores.jobs.claim((await stores.jobs.due(1))[0], lease=-1)
    [spent] = await stores.jobs.spent()
    taken = [await stores.jobs.conclude(spent, lease=30) for _ in range(2)]

    assert [bool(one) for one in taken] == [True, False]
    assert await stores.jobs.extend(first, lease=30) is False
    assert await stores.jobs.finish(first) is False
    assert await stores.jobs.extend(taken[0], lease=30) is True


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


@pytest.fixture
def claim(stores):
    async def take(*, lease=30.0):
        """Claim the first due job."""
        due = await stores.jobs.due(1)
        return await stores.jobs.claim(due[0], lease=lease) if due else None

    return take


@pytest.fixture
def again(stores):
    """Replay a job."""

    async def replayed(name):
        async with stores.database.write() as tx:
            return await stores.jobs.replay(tx, name)

    return replayed


async def test_jobs_of_one_record_run_in_their_order_one_at_a_time(stores, enqueue, again):
    for key in ("a", "b", "c"):
        await enqueue(key, record_key="jira/SUP-1")
    await enqueue("free", record_key="jira/SUP-2")
    order = {}
    for job in await stores.jobs.list():
        order[job.key] = job.id

    assert set(await stores.jobs.due(10)) == {order["a"], order["free"]}
    first = await stores.jobs.claim(order["a"], lease=30)
    assert await stores.jobs.claim(order["b"], lease=30) is None
    await stores.jobs.retry(first, "busy", after=60)
    assert order["b"] not in await stores.jobs.due(10)  # an older one that waits for its time keeps its place
    await again(order["a"])
    assert await stores.jobs.void(order["a"])

    second = await stores.jobs.claim(order["b"], lease=-1)
    assert await stores.jobs.claim(order["c"], lease=30) is None  # its lease has ended, but its turn has not
    again = await stores.jobs.claim(order["b"], lease=30)
    assert (second.fence, again.fence) == (1, 2)
    await stores.jobs.finish(again)
    assert order["c"] in await stores.jobs.due(10)


@pytest.mark.parametrize("delay", [0.0, 60.0])
async def test_a_replayed_job_goes_before_younger_ones_of_its_record_that_wait(stores, enqueue, claim, delay):
    """What began while it was dead has gone ahead; and a replay that begins a little later keeps its place until then."""
    for key in ("dead", "ahead", "waits"):
        await enqueue(key, record_key="jira/SUP-1")
    ids = {job.key: job.id for job in await stores.jobs.list()}
    await stores.jobs.bury(await claim(), "no answer")
    ahead = await claim()

    async with stores.database.write() as tx:
        assert await stores.jobs.replay(tx, ids["dead"], delay=delay)
    assert (ahead.id, await stores.jobs.due(10)) == (ids["ahead"], [])
    await stores.jobs.finish(ahead)

    assert await stores.jobs.due(10) == ([] if delay else [ids["dead"]])
    assert await stores.jobs.claim(ids["waits"], lease=30) is None


async def test_of_many_claims_on_one_record_one_wins(stores, enqueue):
    for n in range(8):
        await enqueue(f"k{n}", record_key="jira/SUP-1")
    made = [job.id for job in await stores.jobs.list()]

    claims = await asyncio.gather(*(stores.jobs.claim(job, lease=30) for job in made))

    assert len([claim for claim in claims if claim]) == 1


async def test_the_database_itself_refuses_two_running_jobs_of_a_record(stores, enqueue, claim):
    await enqueue("a", record_key="jira/SUP-1")
    await enqueue("b", record_key="jira/SUP-1")
    await claim()

    with pytest.raises(Unavailable, match=r"(?i)unique"):
        async with stores.database.write() as tx:
            await tx.execute(update(jobs).values(state="running"))


async def test_a_replayed_job_has_all_its_attempts_and_its_old_key(stores, enqueue, claim, again):
    await enqueue(attempts=1)
    held = await claim()
    await stores.jobs.bury(held, "nobody can say", state="unknown")

    assert await again(held.id)
    found = await stores.jobs.read(held.id)
    assert (found.state, found.attempts, found.key, found.error) == ("pending", 0, "k", "")
    assert (await claim()).fence == 2


async def test_only_what_ended_badly_is_replayed_and_only_what_waits_is_called_off(stores, enqueue, claim, again):
    await enqueue()
    held = await claim()
    assert not await again(held.id)
    assert not await stores.jobs.void(held.id)
    await stores.jobs.finish(held)
    assert not await again(held.id)
    with pytest.raises(NotFound, match="no job nope"):
        await stores.jobs.read("nope")


async def test_a_finished_step_is_not_done_again(stores, enqueue, claim):
    await enqueue()
    done = []

    async def work():
        done.append(1)
        return {"n": len(done)}

    first = await claim(lease=-1)
    assert await Steps(stores.database, first).once("fetch", work) == {"n": 1}
    second = await claim()

    assert await Steps(stores.database, second).once("fetch", work) == {"n": 1}
    assert await Steps(stores.database, second).once("store", work) == {"n": 2}
    assert await Steps(stores.database, second).finished() == {"fetch": {"n": 1}, "store": {"n": 2}}


async def test_who_lost_the_lease_keeps_no_step(stores, enqueue, claim):
    await enqueue()
    first = await claim(lease=-1)
    second = await claim()

    async def work():
        return 1

    with pytest.raises(Unavailable, match="taken the job over"):
        await Steps(stores.database, first).once("fetch", work)
    assert await Steps(stores.database, second).finished() == {}


@given(st.integers(1, 60))
def test_backoff_is_spread_over_the_whole_range_and_capped(attempts):
    assert 0 <= backoff(attempts) <= min(BACKOFF_CAP, 2.0**attempts)
