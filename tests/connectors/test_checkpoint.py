"""What was seen is told once, whatever comes late, and a checkpoint survives being stored."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.checkpoint import OVERLAP, Checkpoint, Sighting, news
from handlers.errors import Invalid

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
minutes = st.integers(0, 30).map(lambda n: NOON + timedelta(minutes=n))


def sight(identity, at, made=None):
    return Sighting(identity, made or NOON - timedelta(days=1), at, at.isoformat())


sights = st.builds(sight, st.sampled_from(["A-1", "A-2", "A-3"]), minutes, minutes | st.none())


@given(st.lists(st.lists(sights, max_size=6), max_size=5))
def test_no_state_is_told_twice_and_none_within_the_overlap_is_missed(looks):
    here, told = Checkpoint.now(NOON), []
    for found in looks:
        visible = [one for one in found if one.at >= here.since]
        for event, reached in news(visible, here, "jira.issue"):
            assert reached.at >= here.at
            told.append(event.id)
            here = reached
        assert {one.name for one in visible} <= {*told}
    assert len(told) == len(set(told))


@given(st.lists(sights, max_size=8))
def test_it_is_the_same_after_it_was_stored(found):
    here = Checkpoint.now(NOON)
    for one in found:
        here = here.after(one)

    assert Checkpoint.of(here.text) == here


@given(st.lists(sights, max_size=12))
def test_it_keeps_no_more_than_the_overlap(found):
    here = Checkpoint.now(NOON)
    for one in sorted(found, key=lambda one: one.at):
        here = here.after(one)

    assert all(at >= here.at - OVERLAP for _, at in here.seen)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "7", '{"start": 1, "at": 2, "seen": []}', '{"start": "x", "at": "y", "seen": 1}']
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Invalid, match="cannot be read"):
        Checkpoint.of(text)


def test_a_record_is_created_once_and_updated_after_that():
    made = NOON + timedelta(minutes=1)
    first, second = sight("A-1", made, made), sight("A-1", NOON + timedelta(minutes=2), made)

    told = news([second, first, sight("A-2", NOON + timedelta(minutes=1))], Checkpoint.now(NOON), "jira.issue")

    assert sorted((event.record, event.name) for event, _ in told) == [
        ("A-1", "jira.issue.created"), ("A-1", "jira.issue.updated"), ("A-2", "jira.issue.updated"),
    ]  # fmt: skip


def test_an_import_of_thousands_is_told_in_little_room_and_time():
    found = [sight(f"A-{number}", NOON + timedelta(milliseconds=number)) for number in range(4000)]
    here, count = Checkpoint.now(NOON), 0
    tracemalloc.start()
    try:
        for start in range(0, len(found), 2000):
            for _, reached in news(found[start : start + 2000], here, "salesforce.lead"):
                here, count = reached, count + 1
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (count, len(here.seen)) == (4000, 4000)
    assert most < 50_000_000


def test_what_is_older_than_the_start_is_no_news_however_late_it_shows():
    assert list(news([sight("A-1", NOON - timedelta(minutes=1))], Checkpoint.now(NOON), "jira.issue")) == []
