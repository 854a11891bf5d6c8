"""When nothing is said that can wait: quiet hours, and windows in which somebody works on a system. Local times, kept through clock changes. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"\s*([0-9]{1,2}:[0-9]{2})\s*-\s*([0-9]{1,2}:[0-9]{2})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of local time that comes again: on these days of the week it begins, and it may end on the next one."""

    begins: time
    ends: time
    zone: ZoneInfo
    days: frozenset[str] = frozenset(DAYS)

    @classmethod
    def read(cls, text: str, timezone: str) -> "Hours":
        """`18:00-08:00` in a time zone. Raises Invalid with how it is written."""
        if (found := SPAN.fullmatch(text)) is None:
            raise Invalid(f"Hours are written like 18:00-08:00, not {text!r}.")
        return cls(clock_time(found[1]), clock_time(found[2]), zone(timezone))

    def until(self, moment: datetime) -> datetime | None:
        """When the span ends that this moment is in, in UTC; None outside."""
        today = moment.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            first, last = self._at(day, self.begins), self._at(day + timedelta(days=self.ends <= self.begins), self.ends)
            if DAYS[day.weekday()] in self.days and first <= moment < last:
                return last
        return None

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Once:
    """A span that comes once."""

    begins: datetime
    ends: datetime

    def until(self, moment: datetime) -> datetime | None:
        """When it ends, where this moment is in it."""
        return self.ends if self.begins <= moment < self.ends else None


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance window. `rules` are those of whose alerts nothing is said meanwhile; none is all of them."""

    name: str
    span: Hours | Once
    rules: frozenset[str] = frozenset()

    def until(self, rule: str, moment: datetime) -> datetime | None:
        """When it ends, where it holds for a rule at this moment."""
        return self.span.until(moment) if not self.rules or rule in self.rules else None


def zone(name: str) -> ZoneInfo:
    """A time zone by its name. Raises Invalid."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"There is no time zone {name!r}; one looks like Europe/Berlin.") from None


def clock_time(text: str) -> time:
    """`09:00`. Raises Invalid."""
    hour, _, minute = text.partition(":")
    if not (len(hour) <= 2 and len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdecimal()):  # noqa: PLR2004 - 09:00
        raise Invalid(f"A time is hours and minutes, for example 09:00, not {text!r}.")
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Invalid(f"A day has no {text}; a time is for example 09:00.") from None


def following(at: time, where: ZoneInfo, moment: datetime) -> datetime:
    """The next time that a clock in this zone shows this, after a moment; in UTC."""
    today = moment.astimezone(where).date()
    found = (datetime.combine(today + timedelta(days=more), at, where).astimezone(UTC) for more in range(3))
    return next(one for one in found if one > moment)
