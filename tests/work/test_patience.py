"""What a job pays for trouble: nothing while a platform is away and its kind is patient, an attempt for a bug."""

import pytest
from sqlalchemy import update

from bot.store.tables import jobs
from handlers.errors import Busy, Unavailable, Unknown

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_platform_that_is_away_costs_no_attempt_for_as_long_as_the_kind_is_patient(desk, enqueue, start, ends):
    desk.script = [Unavailable("Slack is away."), Unknown("Slack broke off."), Unavailable("Slack is away.")]
    start(patience=3600.0)
    await enqueue(attempts=2)

    found = await ends("done")

    assert (len(desk.runs), found.attempts, desk.told) == (4, 1, [])


async def test_the_patience_of_a_kind_has_an_end(desk, enqueue, start, ends, stores):
    desk.script = [Unavailable("Slack is away.")] * 9
    await enqueue(attempts=2)
    async with stores.database.write() as tx:
        await tx.execute(update(jobs).values(created=jobs.c.created - 3601))
    start(patience=3600.0)

    await ends("dead")

    assert len(desk.runs) == 2


async def test_a_bug_counts_however_patient_the_kind_is(desk, enqueue, start, ends):
    desk.script = [ValueError("bug")] * 9
    start(patience=3600.0)
    await enqueue(attempts=2)

    await ends("dead")

    assert len(desk.runs) == 2


@pytest.fixture
async def aged(stores, enqueue, job):
    """A job of two hours ago with one attempt; calling it reads its row."""
    await enqueue(attempts=1)
    async with stores.database.write() as tx:
        await tx.execute(update(jobs).values(created=jobs.c.created - 7200))
    return job


@pytest.mark.parametrize("after", [0.5, 3600.0])
async def test_a_system_that_names_an_hour_may_do_so_all_day(desk, aged, start, wait_until, after):
    desk.script = [Busy("HubSpot answers no more today.", after=after)]
    runner, task = start()
    await wait_until(lambda: desk.runs)
    runner.stop()
    await task
    found = await aged()

    assert (found.state, found.attempts) == (("dead", 1) if after < 1 else ("pending", 0))
