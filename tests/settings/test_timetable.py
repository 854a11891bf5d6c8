"""When a schedule is due: by local time, over changes of the clocks, and never twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.configuration import ScheduleTable, TriggerTable
from bot.settings.timetable import daily, following

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
MOMENTS = st.integers(1_767_225_600, 1_830_297_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""Moments of 2026 and 2027."""


@given(st.times(), st.sets(st.sampled_from(DAYS), min_size=1), st.sampled_from(ZONES), MOMENTS)
def test_a_local_time_comes_on_its_days_and_each_time_is_later(at, days, zone, moment):
    cron = daily(f"{at:%H:%M}", sorted(days))
    first = following(cron, zone, moment)
    second = following(cron, zone, first)

    assert moment < first < second
    assert first - moment <= timedelta(days=8)
    assert following(cron, zone, first - timedelta(seconds=1)) == first
    there = first.astimezone(ZoneInfo(zone))
    assert DAYS[there.weekday()] in days
    assert (there.hour, there.minute) == (at.hour, at.minute) or there.dst() != (there - timedelta(hours=24)).dst()


@pytest.mark.parametrize(
    ("day", "times"),
    [
        ("2026-03-29", ["2026-03-29T01:00:00+00:00"]),  # 02:30 is skipped: due as the clocks go to three
        ("2026-10-25", ["2026-10-25T00:30:00+00:00"]),  # 02:30 comes twice: due the first time
        ("2026-07-01", ["2026-07-01T00:30:00+00:00"]),
    ],
)
def test_when_the_clocks_change_it_comes_once(day, times):
    start = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    found, moment = [], start - timedelta(seconds=1)
    while (moment := following("30 2 * * *", "Europe/Berlin", moment).astimezone(UTC)) < start + timedelta(hours=23):
        found.append(moment.isoformat())

    assert found == times


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "either at"),
        ({"at": "09:00", "cron": "0 9 * * *"}, "either at"),
        ({"at": "9"}, "hours and minutes"),
        ({"at": "25:00"}, "no cron expression"),
        ({"at": "09:00", "days": []}, "at least 1 item"),
        ({"cron": "every day"}, "no cron expression"),
        ({"cron": "0 0 30 2 *"}, "30 2"),
        ({"at": "09:00", "timezone": "Mars/Olympus"}, "no time zone"),
    ],
)
def test_a_schedule_that_never_comes_is_refused_at_the_start(more, why):
    with pytest.raises(ValueError, match=why):
        ScheduleTable.model_validate({"workflow": "ask", "channel": "playground:general", **more})


@pytest.mark.parametrize("name", ["approvals", "undo", "bot", "traige", "*", ""])
def test_what_is_a_persons_own_or_no_workflow_is_not_started_by_itself(name):
    for table in (ScheduleTable, TriggerTable):
        more = {"at": "09:00"} if table is ScheduleTable else {}
        with pytest.raises(ValueError, match="there is no workflow"):
            table.model_validate({"workflow": name, "channel": "playground:general", **more})
