"""Quiet hours and windows: local times, through the nights in which clocks are set."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import Invalid
from handlers.hours import Hours, Once, Window, clock_time, following, zone

NIGHT = Hours.read("18:00-08:00", "Europe/Berlin")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "timezone", "moment", "until"),
    [
        ("18:00-08:00", "Europe/Berlin", "2026-11-20 17:00", "2026-11-21 07:00"),
        ("18:00-08:00", "Europe/Berlin", "2026-11-20 16:59", None),
        ("18:00-08:00", "Europe/Berlin", "2026-11-21 06:59", "2026-11-21 07:00"),
        ("18:00-08:00", "Europe/Berlin", "2026-11-21 07:00", None),
        ("12:00-13:00", "UTC", "2026-11-20 12:30", "2026-11-20 13:00"),
        ("00:00-00:00", "UTC", "2026-11-20 12:30", "2026-11-21 00:00"),
        ("18:00-08:00", "Europe/Berlin", "2026-03-28 23:00", "2026-03-29 06:00"),  # the clocks go forward in that night
        ("18:00-08:00", "Europe/Berlin", "2026-10-24 23:00", "2026-10-25 07:00"),  # and back in this one
        ("22:00-06:00", "America/New_York", "2026-11-01 05:00", "2026-11-01 11:00"),
        ("22:00-06:00", "Asia/Kolkata", "2026-11-01 00:29", "2026-11-01 00:30"),
    ],
)
def test_the_hours_end_by_the_local_clock(hours, timezone, moment, until):
    assert Hours.read(hours, timezone).until(at(moment)) == (at(until) if until else None)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_moment_is_in_the_hours_until_they_end_and_not_then(moment):
    if (end := NIGHT.until(moment)) is not None:
        assert moment < end <= moment + timedelta(hours=15)
        assert NIGHT.until(end) is None
        assert NIGHT.until(end - timedelta(seconds=1)) == end


def test_a_window_begins_on_its_days_and_is_for_its_rules():
    sundays = Hours(clock_time("23:00"), clock_time("02:00"), zone("UTC"), frozenset({"sun"}))
    window = Window("m", sundays, frozenset({"jira.issue.updated"}))

    assert window.until("jira.issue.updated", at("2026-11-22 23:30")) == at("2026-11-23 02:00")  # a Sunday, then its Monday
    assert window.until("jira.issue.updated", at("2026-11-23 01:30")) == at("2026-11-23 02:00")
    assert window.until("jira.issue.updated", at("2026-11-22 01:30")) is None
    assert window.until("zendesk.ticket.updated", at("2026-11-22 23:30")) is None
    assert Window("o", Once(at("2026-11-20 22:00"), at("2026-11-20 23:00"))).until("any", at("2026-11-20 22:00"))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)), st.times())  # noqa: DTZ001 - as above
def test_the_next_time_of_a_clock_comes_within_a_day_and_a_change_of_it(moment, time):
    found = following(time, zone("Europe/Berlin"), moment)
    assert moment < found <= moment + timedelta(hours=26)


@pytest.mark.parametrize(
    "text", ["", "18-08", "25:00-08:00", "18:00-08:60", "evening", "18:00 to 08:00", "\uff11\uff18:00-08:00"]
)
def test_what_are_no_hours_is_refused_with_how_they_are_written(text):
    with pytest.raises(Invalid, match=r"like 18:00-08:00|A day has no"):
        Hours.read(text, "UTC")


def test_a_zone_that_is_none_is_refused():
    with pytest.raises(Invalid, match="no time zone 'Mars'"):
        Hours.read("18:00-08:00", "Mars")
