"""What a system's headers say of how much may still be asked of it. A table, one row a spelling; pure.

Sources: the vendors' pages on rate limits, as read in 2026; a header that is absent or nonsense says nothing.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 3600.0
"""Seconds; a quota that comes back later is looked at again by then."""
MOST = 10**9
"""Requests; a larger number is nonsense."""
EPOCH = 1_000_000_000
"""A number of seconds from here on is a point in time, below it a while."""
SPAN = re.compile(r"(?=.)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?", re.ASCII)
"""A while as servers of language models write it: `1s`, `6m0s`, `1h2m3.5s`, `120ms`."""
USAGE = re.compile(r"(?:^|[;,\s])api-usage=(\d{1,9})/(\d{1,9})(?:$|[;,\s])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quota:
    """`remaining` of `limit` requests may be made in the next `reset` seconds, by everybody who shares them.

    `rolls`: what counts are the last so many seconds, so room comes back bit by bit; else all of it at once, when they are over.
    """

    limit: int
    remaining: int
    reset: float
    rolls: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One header a number. `reset` may hold seconds, or a point in time; `unit` is its length in seconds, `window` what counts without it.

    `rolls`: it holds no more than the length of the window, which ends now. One of which no end is told is taken for such a window, too.
    """

    limit: str
    remaining: str
    reset: str = ""
    unit: float = 1.0
    window: float = 60.0
    rolls: bool = False

    def quota(self, headers: Mapping[str, str], now: float) -> Quota | None:
        """What these headers say, if they are there."""
        limit, remaining = number(headers.get(self.limit)), number(headers.get(self.remaining))
        if limit is None or remaining is None:
            return None
        until = seconds_until(headers.get(self.reset, ""), now, unit=self.unit) if self.reset else None
        reset, rolls = (self.window, True) if until is None else (until, self.rolls)
        return Quota(limit, min(remaining, limit), reset, rolls)


@dataclass(frozen=True, slots=True)
class Usage:
    """Used and allowed in one header, over a day that ends at no stated time; so it is looked at again after `window` seconds."""

    header: str
    window: float

    def quota(self, headers: Mapping[str, str], now: float) -> Quota | None:  # noqa: ARG002 - the signature of every row
        """What the header says, if it is there."""
        found = USAGE.search(headers.get(self.header, ""))
        if found is None or not (limit := int(found[2])):
            return None
        return Quota(limit, max(limit - int(found[1]), 0), self.window, rolls=True)


TABLE: Mapping[str, tuple[Row | Usage, ...]] = {
    "jira": (Row("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),),
    "zendesk": (
        Row("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
        Row("X-Rate-Limit", "X-Rate-Limit-Remaining"),
    ),
    "hubspot": (
        Row(
            "X-HubSpot-RateLimit-Max",
            "X-HubSpot-RateLimit-Remaining",
            "X-HubSpot-RateLimit-Interval-Milliseconds",
            unit=0.001,
            window=10.0,
            rolls=True,
        ),
    ),
    "model": (Row("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),),
    "salesforce": (Usage("Sforce-Limit-Info", window=900.0),),
}
COMMON = (Row("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),)
"""The spelling that was to become a standard, for a system without a row."""


def quota(system: str, headers: Mapping[str, str], *, now: float) -> Quota | None:
    """What an answer says of how much is left; None when it says nothing. `now` is in seconds since 1970.

    Where the answer has a Date, points in time count from there: what matters is how far off they are by the system's own clock.
    """
    there = clock(headers.get("Date", ""), now)
    for row in TABLE.get(system.lower(), COMMON):
        if (found := row.quota(headers, there)) is not None:
            return found
    return None


def number(text: str | None) -> int | None:
    """A count in a header; None for anything else. A list of them ("100, 100;w=60") begins with the one that holds."""
    head = re.split(r"[,;]", text or "")[0].strip()
    return min(int(head), MOST) if head.isascii() and head.isdigit() and len(head) <= len(str(MOST)) else None


def seconds_until(text: str, now: float, *, unit: float = 1.0) -> float | None:
    """Seconds to a time that is given as a while, as seconds since 1970, in ISO 8601 or like a Date; None for anything else."""
    text = text.strip()
    if (parts := SPAN.fullmatch(text)) is not None:
        hours, minutes, seconds, thousandths = (float(part or 0) for part in parts.groups())
        return min(hours * 3600 + minutes * 60 + seconds + thousandths / 1000, LONGEST)
    try:
        value = float(text) * unit
    except ValueError:
        at = moment(text)
        value = math.nan if at is None else at - now
    else:
        if value >= EPOCH:
            value -= now
    return None if math.isnan(value) else min(max(value, 0.0), LONGEST)


def moment(text: str) -> float | None:
    """A written point in time, in seconds since 1970; one without a zone is in UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def clock(date: str, now: float) -> float:
    """The system's time by its Date header, else ours."""
    found = moment(date) if date else None
    return now if found is None else found
