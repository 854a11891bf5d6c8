"""What a digest tells of: only what changed and what is open, in few lines, with no critical alert hidden."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.alert import Alert, Severity, Sighting, Snooze, Standing, fingerprint, folded
from handlers.edition import MOST_LINES, Book, Dial, room, written
from handlers.rollup import Mark, Memory, News, rolled_up

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
DIAL = Dial(NOW, "Europe/Berlin")
CHANNEL = "slack:T1/C1"


def alert(number=1, *, rule="zendesk.ticket.updated", group="", severity=Severity.WARNING, standing=Standing.OPEN, **more):
    record = f"zendesk:{number}"
    given_ = {"count": 1, "first": MONDAY, "last": MONDAY, "changed": MONDAY, **more}
    url = f"https://help.example/{number}"
    return Alert(fingerprint(rule, CHANNEL, record), rule, CHANNEL, group, record, f"Ticket {number}", url, severity, standing, **given_)  # fmt: skip


def seen(*alerts):
    """What a digest that showed these remembers."""
    return Memory(MONDAY, {one.id: Mark.of(one) for one in alerts})


def text(alerts, memory=None, *, now=NOW):
    found = rolled_up(alerts, memory or Memory(), now=now)
    book = Book(room(found.items))
    head, lines = written("Digest", found, since=MONDAY, dial=Dial(now, "Europe/Berlin"), book=book)
    return "\n".join((head, *lines)), book.sources


def told(alerts, memory):
    return [(item.alert.record.rpartition(":")[2], item.news) for item in rolled_up(alerts, memory, now=NOW).items]


ALERTS = st.builds(
    alert,
    st.integers(1, 40),
    rule=st.sampled_from([f"zendesk.ticket.{what}" for what in ("created", "updated", "deleted")]),
    group=st.sampled_from(["", "VIP", "Billing"]),
    severity=st.sampled_from(Severity),
    standing=st.sampled_from(Standing),
    count=st.integers(1, 9),
    changed=st.integers(0, 5000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
)
SOME = st.lists(ALERTS, max_size=20)


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from([0.001, 0.05, 0.5, 1.0]), st.sampled_from([1, 5, 200, 10_000]))
def test_ten_thousand_alerts_are_twenty_lines_and_no_critical_one_is_hidden(seed, share, groups):
    dice = random.Random(seed)  # noqa: S311 - spread, not secrecy
    alerts = [
        alert(
            number,
            rule=f"zendesk.ticket.rule{dice.randrange(1, groups + 1) % 40}",
            group=f"group {dice.randrange(groups)}",
            severity=Severity.CRITICAL if dice.random() < share else dice.choice([Severity.INFO, Severity.WARNING]),
            standing=dice.choice([Standing.OPEN, Standing.OPEN, Standing.RESOLVED]),
            changed=NOW - timedelta(seconds=dice.randrange(3600)),
        )
        for number in range(10_000)
    ]
    words, sources = text(alerts)

    assert words.count("\n") + 1 + 1 + len(sources) < MOST_LINES  # one is left for the summary
    ids = set(re.findall(r"\d+", words))
    assert [one.record for one in alerts if one.severity is Severity.CRITICAL and one.record.rpartition(":")[2] not in ids] == []
    stand = {what: sum(one.standing is what for one in alerts) for what in Standing}
    assert f"{stand[Standing.OPEN]} new" in words.split("\n")[0]
    assert f"{stand[Standing.RESOLVED]} resolved" in words.split("\n")[0]


@settings(max_examples=40)
@given(SOME, SOME, st.randoms(use_true_random=False))
def test_order_and_copies_make_no_difference(alerts, before, dice):
    others = [*alerts, *dice.sample(alerts, len(alerts) // 2)]
    dice.shuffle(others)

    assert text(others, seen(*before)) == text(alerts, seen(*before))


SIGHTINGS = st.lists(
    st.builds(
        lambda number, minute, ticket, holds, severity: Sighting(
            f"e{number}", "zendesk.ticket.updated", CHANNEL, f"zendesk:{ticket}", f"Ticket {ticket} {number}", "", severity,
            NOW - timedelta(minutes=minute), holds, f"group {ticket % 3}",
        ),
        st.integers(0, 400), st.integers(0, 600), st.integers(1, 12), st.booleans(), st.sampled_from(Severity),
    ),
    min_size=1, max_size=200, unique_by=lambda one: one.id,
)  # fmt: skip


def raised(told):
    """The alerts that sightings make, which come one after the other: the looks of each, and the newest of its sightings."""
    newest, looks = {}, {}
    for one in told:
        looks.setdefault(one.alert, {}).setdefault(one.id, one.look)
        newest[one.alert] = max(newest.get(one.alert, one), one, key=lambda each: each.look)
    return [folded(newest[name], list(known.values())) for name, known in looks.items()]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(SIGHTINGS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_any_order_and_any_number_of_copies_of_the_sightings_make_the_same_digest(sightings, copies, dice):
    shuffled = [one for one in sightings for _ in range(dice.randint(1, copies))]
    dice.shuffle(shuffled)

    assert text(raised(shuffled)) == text(raised(sightings))
    assert rolled_up(raised(shuffled), Memory(), now=NOW) == rolled_up(raised(sightings), Memory(), now=NOW)


@settings(max_examples=40)
@given(SOME)
def test_what_was_shown_and_did_not_change_stands_there_only_while_it_is_open(alerts):
    first = rolled_up(alerts, Memory(), now=NOW)
    second = rolled_up(alerts, Memory(NOW, first.marks), now=NOW)

    assert {item.news for item in second.items} <= {News.CARRIED}
    assert {item.alert.standing for item in second.items} <= {Standing.OPEN}
    assert len(second.items) + second.silent == sum(mark.standing is not Standing.RESOLVED for mark in first.marks.values())


@settings(max_examples=40)
@given(SOME, SOME)
def test_every_figure_is_the_count_of_what_it_names(alerts, before):
    found = rolled_up(alerts, seen(*before), now=NOW)
    head, *lines = text(alerts, seen(*before))[0].split("\n")
    for what in News:
        named = [int(hit) for line in lines for hit in re.findall(rf"(\d+) {what}[,. (]", line.split(". ")[0] + ".")]
        [every] = [int(hit) for hit in re.findall(rf"(\d+) {what}[,. (]", head.split(". ")[0] + ".")] or [0]
        assert sum(named) == every == sum(item.news is what for item in found.items)


def test_an_item_comes_back_as_its_state_says():
    kept = alert(1)
    later = {"changed": NOW - timedelta(hours=1)}

    assert told([kept], Memory()) == [("1", News.NEW)]
    assert told([kept], seen(kept)) == [("1", News.CARRIED)]
    assert told([replace(kept, **later)], seen(replace(kept, standing=Standing.RESOLVED))) == [("1", News.AGAIN)]
    assert told([replace(kept, severity=Severity.CRITICAL)], seen(kept)) == [("1", News.TURNED)]
    taken = replace(kept, standing=Standing.ACKNOWLEDGED, by="Bo", **later)
    assert told([taken], seen(kept)) == [("1", News.ACKNOWLEDGED)]
    assert told([taken], seen(taken)) == []
    assert told([replace(kept, standing=Standing.RESOLVED, **later)], seen(taken)) == [("1", News.RESOLVED)]


@pytest.mark.parametrize(
    ("snooze", "is_there"),
    [
        (Snooze(until=NOW + timedelta(minutes=1)), False),
        (Snooze(until=NOW), True),
        (Snooze(change=True), False),
        (Snooze(record="jira:APP-1"), False),
        (None, True),
    ],
)
def test_what_is_snoozed_does_not_return_before_its_time(snooze, is_there):
    kept = replace(alert(1), snooze=snooze)

    assert bool(told([kept], seen(kept))) is is_there
    assert told([replace(kept, standing=Standing.RESOLVED)], seen(kept)) == [("1", News.RESOLVED)]


def test_the_words_of_a_digest():
    storm = [alert(n, severity=Severity.CRITICAL, group="VIP", count=n, changed=NOW - timedelta(hours=2)) for n in range(1, 6)]
    old, done = alert(30, rule="jira.issue.created"), alert(31, rule="jira.issue.created", standing=Standing.RESOLVED)
    quiet = alert(32, standing=Standing.ACKNOWLEDGED)
    words, sources = text([done, *storm, quiet, old], seen(old, quiet))

    assert words.split("\n") == [
        "Digest, since Monday 09:30 (Europe/Berlin): 5 new (5 critical), 1 still open, 1 resolved. Not told again: 1 acknowledged or snoozed.",
        "Critical: zendesk.ticket.updated, VIP: 5 new (5 critical). 5 Ticket 5, new, seen 5 times [1]; 4 Ticket 4, new, seen 4 times [2]; 3 Ticket 3, new, seen 3 times [3]; and 2 more, critical among them: 2, 1",
        "Warning: jira.issue.created: 1 still open, 1 resolved. 30 Ticket 30, still open since Monday [4]; 31 Ticket 31, resolved [5]",
    ]  # fmt: skip
    assert [(source.title, source.url) for source in sources[:1]] == [("5 Ticket 5", "https://help.example/5")]


def test_nothing_is_said_in_one_line():
    assert text([])[0] == "Digest, since Monday 09:30 (Europe/Berlin): nothing to tell."


def test_words_from_outside_are_words():
    bad = replace(alert(1), title="**x** <!channel> [click](https://evil.example/p) " + "y" * 400, group="<@U1> www.evil.example")
    words = text([bad])[0]

    assert not [sign for sign in ("<", "](", "evil.example", "**") if sign in words]
    assert len(words) < 500


@pytest.mark.parametrize(
    ("moment", "day", "exactly"),
    [
        (NOW, "10:00", "10:00"),
        (NOW - timedelta(hours=11), "Thursday", "Thursday 23:00"),
        (MONDAY, "Monday", "Monday 09:30"),
        (NOW - timedelta(days=7), "20 November", "20 November 10:00"),
        (NOW + timedelta(days=3), "Monday", "Monday 10:00"),
    ],
)
def test_a_day_is_said_as_people_say_it_there(moment, day, exactly):
    assert (DIAL.day(moment), DIAL.exactly(moment)) == (day, exactly)


def test_what_a_maintenance_window_holds_back_is_told_when_it_is_over():
    known, new, over = alert(1), alert(2), alert(3, standing=Standing.RESOLVED)
    found = rolled_up([known, new, over], seen(known), now=NOW, holds=lambda _: True)
    later = rolled_up([known, new, over], Memory(NOW, found.marks), now=NOW)

    assert [item.alert.record for item in found.items] == [over.record]
    assert found.held == 2
    assert {item.alert.record: item.news for item in later.items} == {known.record: News.CARRIED, new.record: News.NEW}
