"""A card as lines: everything that gets signed stands there, in full, and nothing that a stranger wrote looks like ours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import SHAPES, new_draft

from bot.cli.render import card, hours, reply_lines
from handlers.models import (
    Call,
    Change,
    Draft,
    Person,
    Picture,
    Place,
    Policy,
    Record,
    Ref,
    Reply,
    Source,
    State,
    Verb,
    Vote,
    shown,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RECORD = Record("jira", "issue", "SUP-1", "v1", "Payments fail", "", {}, "https://jira.example/SUP-1")
CALL = Call("c", "triage", "SUP-1", Person("p:ada", "Ada"), Place("p", "c"))
DRAFT = replace(
    Draft.of("triage", RECORD, (Change("priority", Ref("3", "Medium"), Ref("2", "High")),), call=CALL),
    id="k7m2p9qa", reasons=("votes",), sources=(Source("SUP-9 Old", "https://jira.example/SUP-9"), Source("Page")),
    confidence={"priority": 0.71}, expires=NOW + timedelta(hours=5, minutes=59), policy=Policy(quorum=2),
)  # fmt: skip


def vote(who="Bo", verb=Verb.APPROVE, version=1):
    return Vote(verb, version, who.lower(), who, NOW)


def test_a_card_that_waits():
    assert card(replace(DRAFT, votes=(vote(),)), now=NOW) == [
        "triage: jira issue SUP-1 Payments fail",
        "https://jira.example/SUP-1",
        "priority: Medium → High (71%)",
        "because votes",
        "see SUP-9 Old https://jira.example/SUP-9",
        "see Page",
        "asked by Ada; version 1; 5 h left",
        "may approve: 2 of anybody here (1 of 2 so far)",
        "approved by Bo, 2026-11-20 12:00 UTC",
        "draft k7m2p9qa",
    ]


@pytest.mark.parametrize(
    ("verb", "state", "outcome", "end"),
    [
        (
            Verb.APPROVE,
            State.WRITTEN,
            "https://jira.example/SUP-1",
            ["approved by Bo, 2026-11-20 12:00 UTC", "written: https://jira.example/SUP-1"],
        ),
        (Verb.REJECT, State.REJECTED, "", ["rejected by Bo, 2026-11-20 12:00 UTC", "rejected"]),
    ],
)
def test_a_card_that_was_decided(verb, state, outcome, end):
    lines = card(replace(DRAFT, state=state, outcome=outcome, votes=(vote(verb=verb),)), now=NOW)

    assert lines[-3:] == [*end, "draft k7m2p9qa"]
    assert not [line for line in lines if "may approve" in line or " left" in line]


def test_votes_on_an_older_version_have_lapsed():
    lines = card(replace(DRAFT, version=2, votes=(vote(version=1),)), now=NOW)

    assert not [line for line in lines if "approved by" in line]


def test_what_a_stale_draft_saw_is_the_third_way():
    change = Change("priority", Ref("4", "Low"), Ref("2", "High"), saw=Ref("3", "Medium"))

    assert "priority: was Medium, Low → High (71%)" in card(replace(DRAFT, changes=(change,), follows="x"), now=NOW)
    assert "priority: Low → High (71%)" in card(replace(DRAFT, changes=(change,)), now=NOW)


def test_text_from_outside_is_marked():
    assert "shaped by text from outside the company: read it as data" in card(replace(DRAFT, tainted=True), now=NOW)


def test_long_texts_stand_in_full_line_by_line():
    before, after = "old one\r\nold two", "Hello,\n\nbye"

    lines = card(replace(DRAFT, changes=(Change("reply", before, after),)), now=NOW)
    shorter = card(replace(DRAFT, changes=(Change("reply", before, None),)), now=NOW)

    start = lines.index("reply: what follows →")
    assert lines[start + 1 : start + 6] == ["  - old one", "  - old two", "  | Hello,", "  | ", "  | bye"]
    assert "  | empty" in shorter


hostile = st.text(st.sampled_from("ab\n\r→: ") | st.characters(), max_size=12)


@given(hostile, hostile, hostile, hostile)
def test_nothing_a_stranger_wrote_makes_a_line_of_its_own(title, before, after, reason):
    change = Change("f", before, after)
    draft = replace(DRAFT, record=replace(RECORD, title=title), changes=(change,), reasons=(reason,))

    lines = card(draft, now=NOW)

    assert all("\n" not in line for line in lines)
    assert lines[-1] == "draft k7m2p9qa"
    assert sum(line.startswith(("draft ", "may approve: ", "asked by ")) for line in lines) == 3
    text = "".join(line.removeprefix("  | ") + "\n" for line in lines)
    for part in shown(after).replace("\r\n", "\n").split("\n"):
        assert part in text


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=24), "24 h"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(-1), "0 min"),
    ],
)
def test_time_left(left, words):
    assert hours(NOW + left, NOW) == words


def test_a_draft_without_an_end_names_none():
    assert "asked by Ada; version 1" in card(replace(DRAFT, expires=None), now=NOW)


def test_a_reply_with_its_sources_and_cards():
    reply = Reply("One.\nTwo.", (Source("Refunds", "https://kb/x"), Source("Page\nspoof")), 0.5, waiting=(DRAFT, DRAFT))

    lines = reply_lines(reply, now=NOW)

    assert lines[:5] == ["One.", "Two.", "[1] Refunds https://kb/x", "[2] Page\\nspoof", "confidence 50%"]
    assert lines[5] == ""
    assert lines.count("draft k7m2p9qa") == 2


def test_a_picture_is_said_in_words():
    lines = reply_lines(Reply("Since nine.", picture=Picture(b"png", "Alerts\nper hour: 3 critical")), now=NOW)

    assert lines == ["Since nine.", "[Chart] Alerts per hour: 3 critical"]


def test_a_reply_that_is_a_card_is_that_card():
    assert reply_lines(Reply("", draft=DRAFT), now=NOW) == card(DRAFT, now=NOW)


def test_a_bundle_shows_every_record_and_how_it_stands():
    lines = card(new_draft(**SHAPES["bundle-stopped"]), now=NOW)

    assert "1. jira issue SUP-21 Renter was charged twice: written, https://jira.example/browse/SUP-21" in lines
    assert "2. zendesk ticket 153 Charged <b>twice</b>: failed, Zendesk refused this: too long" in lines
    assert "1.priority: Low → High (71%)" in lines
    assert lines[-1] == "draft k7mp2xqa"


def test_nobody_is_asked_to_approve_in_shadow_mode():
    lines = card(new_draft(**SHAPES["shadow"]), now=NOW)

    assert "shadow: nothing can be written" in lines
    assert not [line for line in lines if line.startswith("may approve")]
