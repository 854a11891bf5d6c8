"""When the alerts of a digest began: counts over its window by severity, for a chart. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from handlers.rollup import Item, News
from handlers.speech import Bucket

MOST = 48
"""Bars of one chart: more of them nobody tells apart. A window of more hours has bars of several."""
HOUR = timedelta(hours=1)
FEWEST, SPREAD = 5, 3
"""Alerts, and bars that they are in, from which on a chart says more than the lines do."""


def buckets(items: Sequence[Item], since: datetime, until: datetime) -> tuple[Bucket, ...]:
    """The counts of each hour, or of several where the window is long; nothing where a chart would not help."""
    first = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    step = width(first, until)
    counts: list[dict[str, int]] = [{} for _ in range(max(0, -(-(until - first) // step)))]
    for item in items:
        began = item.alert.changed if item.news is News.AGAIN else item.alert.first
        place = (began - first) // step
        if began >= since and place < len(counts):
            severity = str(item.alert.severity)
            counts[place][severity] = counts[place].get(severity, 0) + 1
    every, filled = sum(sum(one.values()) for one in counts), sum(map(bool, counts))
    if every < FEWEST or filled < SPREAD:
        return ()
    return tuple(Bucket(first + place * step, one) for place, one in enumerate(counts))


def width(first: datetime, until: datetime) -> timedelta:
    """The hours of one bar."""
    return HOUR * max(1, -(-(until - first) // (MOST * HOUR)))


def title(some: Sequence[Bucket]) -> str:
    """What a chart of these shows."""
    hours = (some[1].start - some[0].start) // HOUR
    return "Alerts per hour" if hours == 1 else f"Alerts per {hours} hours"
