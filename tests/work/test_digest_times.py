"""When digests come: at their local time whatever the clocks do, and once, whoever plans them."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from work.editions import START, Town, rules

from bot.store.ledger.firings import Firings
from bot.work.digests import following, timetables, told
from bot.work.schedule import Schedule


@pytest.fixture
def town(stores, wait_until):
    return Town(stores, wait_until)


ZONES = {
    "Europe/Berlin": [
        ("02:30", "2026-03-29", "2026-03-29T01:00"),  # skipped: due as the clocks go from two to three
        ("02:30", "2026-10-25", "2026-10-25T00:30"),  # comes twice: due the first time
        ("09:00", "2026-03-29", "2026-03-29T07:00"),
        ("09:00", "2026-10-25", "2026-10-25T08:00"),
    ],
    "America/New_York": [
        ("02:30", "2026-03-08", "2026-03-08T07:00"),
        ("01:30", "2026-11-01", "2026-11-01T05:30"),
        ("09:00", "2026-03-08", "2026-03-08T13:00"),
        ("09:00", "2026-11-01", "2026-11-01T14:00"),
    ],
    "Australia/Lord_Howe": [  # by half an hour: from 02:00 to 02:30, and back again
        ("02:15", "2026-10-04", "2026-10-03T15:30"),
        ("01:45", "2026-04-05", "2026-04-04T14:45"),
        ("09:00", "2026-10-04", "2026-10-03T22:00"),
        ("09:00", "2026-04-05", "2026-04-04T22:30"),
    ],
}


@pytest.mark.parametrize(("zone", "at", "day", "due"), [(zone, *row) for zone, some in ZONES.items() for row in some])
def test_when_the_clocks_change_a_digest_comes_once_at_its_local_time(zone, at, day, due):
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    table = rules(at=at, timezone=zone, days=days).digests["morning"]
    around, found = datetime.fromisoformat(f"{day}T00:00Z"), []
    moment = (around - timedelta(hours=36)).timestamp()
    while (moment := following(table, moment)) < (around + timedelta(hours=36)).timestamp():
        found.append(datetime.fromtimestamp(moment, UTC))
    expected = datetime.fromisoformat(f"{due}Z")

    assert expected in found
    assert [one for one in found if abs(one - expected) < timedelta(hours=20)] == [expected]
    assert all(timedelta(hours=22) < later - one < timedelta(hours=26) for one, later in pairwise(found))


async def test_a_clock_that_is_set_back_an_hour_comes_upon_a_digest_that_has_been(town):
    [table] = timetables(rules())
    firings = Firings(town.stores.database, town.stores.jobs)
    at = table.after(START.timestamp() - 3600)
    for _ in range(2):  # at its time, and an hour after that was set back to the same time
        await firings.fire(table, at)
    async with town.working(rules()):
        await town.ended(told("morning", at)["id"])

    assert at == START.timestamp()
    assert len([job for job in await town.stores.jobs.list() if job.kind == "digest"]) == len(town.said()) == 1


async def test_workers_that_plan_the_same_digests_put_each_time_in_once(town):
    schedules = [Schedule(Firings(town.stores.database, town.stores.jobs), timetables(rules())) for _ in range(2)]
    await asyncio.gather(*(schedule.plan() for schedule in schedules))

    assert [job.payload["name"] for job in await town.stores.whole(state="pending")] == ["digest/morning"]
