"""The rules of /project: each finds what it says and nothing else, whatever a project holds."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Record, Ref
from handlers.project import Book, delays, figures, moved
from handlers.quoted import LONGEST, quotable, said
from handlers.risks import GROWTH, LOAD, RULES, STALE, WINDOW, Progress, risks

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
AGES = st.floats(0, 60).map(lambda days: NOW - timedelta(days=days))
WORDS = st.sampled_from(
    ["To Do", "In Progress", "Blocked", "Waiting for customer", "Wartet auf Kunde", "レビュー中", "Готово", ""]
)


def issue(number: int, **fields) -> Record:
    plain = {
        "category": "new", "created": NOW - timedelta(days=40), "updated": NOW, "moved": NOW - timedelta(days=40), "finished": "",
        "due": "", "waits_for": (), "flagged": (), "status": Ref("1", "To Do"), "labels": (), "assignee": None,
    }  # fmt: skip
    held = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in (plain | fields).items()}
    return Record(
        "jira", "issue", f"X-{number}", "v", fields.get("title", "A title"), "", held, url=f"https://x.example/X-{number}"
    )


@st.composite
def projects(draw):
    open_ones = draw(st.lists(st.sampled_from(["new", "indeterminate"]), max_size=20))
    done = draw(st.integers(0, 12))
    unfinished = [
        issue(
            number, category=category, created=draw(AGES), updated=draw(AGES), moved=draw(AGES), status=Ref("1", draw(WORDS)),
            due=draw(st.sampled_from(["", "2026-11-01", "2026-11-20", "2027-01-01", "tomorrow"])), title=draw(st.text(max_size=20)),
            assignee=draw(st.sampled_from([None, Ref("a", "Ivo"), Ref("b", "Ivo")])), labels=draw(st.sampled_from([(), ("blocked",)])),
            waits_for=draw(st.sampled_from([(), (Ref("Y-1", "Y-1"),)])), flagged=draw(st.sampled_from([(), (Ref("1", "Impediment"),)])),
        )
        for number, category in enumerate(open_ones)
    ]  # fmt: skip
    finished = [issue(100 + n, category="done", created=draw(AGES), finished=draw(AGES)) for n in range(done)]
    return Progress.of(unfinished, finished, at=NOW)


@given(projects())
def test_every_rule_finds_exactly_what_it_says(now):
    found = {risk.name: [sign.issue for sign in risk.signs] for risk in risks(now)}
    every = {one.id: one for one in now.unfinished}

    def active(one):
        return one.fields["category"] == "indeterminate"

    assert {one.id for one in found.get("overdue", ())} == {i for i, one in every.items() if one.fields["due"] == "2026-11-01"}
    assert {one.id for one in found.get("stale", ())} == {
        i for i, one in every.items() if active(one) and (NOW - datetime.fromisoformat(one.fields["updated"])).days > STALE
    }
    waits = {"Blocked", "Waiting for customer", "Wartet auf Kunde"}
    assert {one.id for one in found.get("blocked", ())} == {
        i
        for i, one in every.items()
        if one.fields["waits_for"] or one.fields["flagged"] or one.fields["labels"] or one.fields["status"].label in waits
    }
    assert ("scope growth" in found) == (len(now.created) - len(now.finished) >= GROWTH)
    for person in ("a", "b"):
        own = [one for one in every.values() if active(one) and one.fields["assignee"] and one.fields["assignee"].id == person]
        assert {one.id for one in own} <= {one.id for one in found.get("overloaded", ())} or len(own) <= LOAD
    assert len(found.get("overloaded", ())) in {0, *range(LOAD + 1, 21)}
    assert set(found) <= set(RULES)


@given(projects())
def test_figures_add_up_and_every_statement_names_an_issue(now):
    book = Book()
    lines = [*moved(now, book), *delays(risks(now), book)]

    assert sum(now.statuses.values()) == len(now.unfinished)
    assert figures("X", now).startswith(f"X: {len(now.unfinished)} open")
    assert all(re.search(r"X-\d+.*\[\d+\]", line) for line in lines if not line.startswith(("Risks of", "No risk")))
    marks = {int(mark) for line in lines for mark in re.findall(r"\[(\d+)\]", line)}
    assert marks == set(range(1, len(book.sources) + 1))
    assert len({source.url for source in book.sources}) == len(book.sources)


@pytest.mark.parametrize(("before", "counts"), [(timedelta(days=WINDOW), True), (timedelta(days=WINDOW, seconds=1), False)])
def test_a_window_ends_to_the_second(before, counts):
    now = Progress.of([], [issue(1, category="done", finished=NOW - before)], at=NOW)

    assert bool(now.finished) is counts


def test_an_issue_that_was_finished_between_two_reads_counts_once():
    now = Progress.of([issue(1)], [issue(1, category="done", created=NOW, finished=NOW)], at=NOW)

    assert (len(now.unfinished), len(now.created), len(now.finished)) == (0, 1, 1)


@given(st.text(max_size=600))
def test_what_is_quoted_is_one_line_without_an_address_or_a_mark(text):
    found = quotable(text)

    assert len(found) <= LONGEST
    assert "\n" not in found
    assert not re.search(r"[\[\]<>`*]|//\w|www\.\w", found)
    assert [line for line in said(text) if not line.strip()] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [this](https://evil.example/x) now", "See this ((address removed)) now"),
        ("<@U1> @channel ![x](//evil.example)", "U1 channel x ((address removed))"),
        ("**Bold** `code` mailto:a@b.example", "Bold code (address removed)"),
        ("Kalender zeigt Buchungen eine Stunde zu spät", "Kalender zeigt Buchungen eine Stunde zu spät"),
    ],
)
def test_what_would_be_followed_or_called_is_taken_out(text, expected):
    assert quotable(text) == expected
