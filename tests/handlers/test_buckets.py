"""When alerts began, in bars of a chart: every one of the window is counted once, and a chart that tells nothing is none."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.alert import Alert, Severity, Standing
from handlers.buckets import FEWEST, MOST, SPREAD, buckets, title
from handlers.rollup import Item, News

UNTIL = datetime(2026, 11, 27, 9, 20, tzinfo=UTC)


def item(minutes, *, severity=Severity.WARNING, news=News.NEW, changed=0):
    """An alert that began so many minutes before the end."""
    first, turned = UNTIL - timedelta(minutes=minutes), UNTIL - timedelta(minutes=changed)
    return Item(Alert("a", "r", "c", "", "jira:APP-1", "", "", severity, Standing.OPEN, 1, first, first, turned), news)


ITEMS = st.lists(st.builds(item, st.integers(1, 9000), severity=st.sampled_from(Severity)), max_size=60)


@settings(max_examples=60)
@given(ITEMS, st.integers(1, 20 * 24))
def test_every_alert_of_the_window_is_counted_once(items, hours):
    since = UNTIL - timedelta(hours=hours)
    found = buckets(items, since, UNTIL)
    inside = [one for one in items if one.alert.first >= since]

    if not found:
        hour = {(UNTIL - one.alert.first) // timedelta(hours=1) for one in inside}
        assert len(inside) < FEWEST or len(hour) <= 2 * SPREAD or hours > MOST
        return
    assert len(found) <= MOST + 1
    assert found[0].start <= since
    assert {b.start - a.start for a, b in pairwise(found)} == {found[1].start - found[0].start}
    for severity in Severity:
        assert sum(one.counts.get(severity, 0) for one in found) == sum(one.alert.severity is severity for one in inside)


def test_a_chart_is_of_several_alerts_over_several_hours():
    since = UNTIL - timedelta(hours=24)
    storm, spread = [item(10)] * 50, [item(minutes) for minutes in (30, 100, 200, 300, 400)]

    assert buckets(storm, since, UNTIL) == buckets(spread[1:], since, UNTIL) == ()
    assert title(buckets(spread, since, UNTIL)) == "Alerts per hour"
    assert title(buckets(spread, UNTIL - timedelta(hours=72), UNTIL)) == "Alerts per 2 hours"


def test_what_opened_again_counts_when_it_did():
    old = [item(9000, news=News.AGAIN, changed=minutes) for minutes in (30, 100, 200, 300, 400)]

    assert sum(one.counts.get("warning", 0) for one in buckets(old, UNTIL - timedelta(hours=24), UNTIL)) == 5
