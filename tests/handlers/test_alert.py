"""Alerts as a fold of what was seen: no order, no copy changes anything, and what people did stays where it belongs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.alert import Acts, Severity, Sighting, Snooze, Standing, folded

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
ACKNOWLEDGED = "Bo Lindqvist"


def seen(name, minute, *, holds=True, record="jira:APP-1", severity=Severity.WARNING):
    at = START + timedelta(minutes=minute)
    return Sighting(f"e{name}", "jira.issue.updated", "slack:T1/C1", record, f"Title {name}", "", severity, at, holds)


SIGHTINGS = st.lists(
    st.builds(
        seen, st.integers(0, 400), st.integers(0, 60), holds=st.booleans(), record=st.sampled_from(["jira:APP-1", "jira:APP-2"]),
        severity=st.sampled_from(list(Severity)),
    ),
    min_size=1, max_size=200, unique_by=lambda one: one.id,
)  # fmt: skip


def alerts(told):
    """What is kept of sightings that come one after the other: their looks, each once, and the newest of them."""
    newest, looks = {}, {}
    for one in told:
        known = looks.setdefault(one.alert, {})
        known.setdefault(one.id, one.look)
        newest[one.alert] = max(newest.get(one.alert, one), one, key=lambda each: each.look)
    return {name: folded(newest[name], list(known.values())) for name, known in looks.items()}


@settings(max_examples=100)
@given(SIGHTINGS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_any_order_and_any_number_of_copies_make_the_same_alerts(told, copies, dice):
    shuffled = [one for one in told for _ in range(dice.randint(1, copies))]
    dice.shuffle(shuffled)

    assert alerts(shuffled) == alerts(told)
    by_time = sorted(told, key=lambda one: one.look)
    for name, alert in alerts(told).items():
        own = [one for one in by_time if one.alert == name]
        assert alert.count == sum(one.holds for one in own)
        assert (alert.title, alert.severity) == (own[-1].title, own[-1].severity)
        assert alert.standing is (Standing.OPEN if own[-1].holds else Standing.RESOLVED)


def fold(*told, acts=None):
    return folded(max(told, key=lambda one: one.look), [one.look for one in told], acts or Acts())


def acknowledged(at):
    return Acts(ACKNOWLEDGED, at.look, at.at, assigned="Gus")


def test_an_acknowledgement_stays_until_the_thing_is_gone():
    first, again = seen(1, 0), seen(2, 1)
    alert = fold(first, again, acts=acknowledged(first))

    assert (alert.standing, alert.by, alert.assigned) == (Standing.ACKNOWLEDGED, ACKNOWLEDGED, "Gus")


def test_what_is_wrong_again_is_open_again_and_still_somebodys():
    first, gone, back = seen(1, 0), seen(2, 1, holds=False), seen(3, 2)

    assert fold(first, gone, acts=acknowledged(first)).standing is Standing.RESOLVED
    alert = fold(first, gone, back, acts=acknowledged(first))
    assert (alert.standing, alert.by, alert.assigned, alert.count) == (Standing.OPEN, "", "Gus", 2)
    assert alert.changed == back.at


def test_what_comes_late_from_before_the_acknowledgement_does_not_end_it():
    gone, first = seen(1, 0, holds=False), seen(2, 1)

    assert fold(first, gone, acts=acknowledged(first)).standing is Standing.ACKNOWLEDGED


def test_a_snooze_until_it_changes_ends_with_the_next_change_and_a_copy_is_none():
    first, copy, change = seen(1, 0), replace(seen(1, 0), id="poll"), seen(2, 1)
    acts = Acts(snooze=Snooze(change=True), snoozed=first.look)

    assert fold(first, copy, acts=acts).snooze == Snooze(change=True)
    assert fold(first, copy, change, acts=acts).snooze is None


def test_a_snooze_until_a_time_outlasts_changes_and_ends_by_the_clock():
    until = START + timedelta(hours=1)
    alert = fold(seen(1, 0), seen(2, 1), acts=Acts(snooze=Snooze(until), snoozed=seen(1, 0).look))

    assert alert.is_snoozed(until - timedelta(seconds=1))
    assert not alert.is_snoozed(until)
    assert not fold(seen(1, 0)).is_snoozed(until)
