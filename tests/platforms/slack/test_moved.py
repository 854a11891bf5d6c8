"""A card whose record moved says all three sides, and a decision has the time of the vote that made it."""

from dataclasses import replace

import pytest
from shapes import AT, BO, NOW, new_draft

from bot.platforms.slack.cards import card
from handlers.models import Change, State, Verb, Vote

AGAIN = "q2w3e4r5"


def lines(draft) -> list[str]:
    found = []
    for message in card(draft, now=NOW):
        for block in message.blocks:
            found += [
                each["text"] for each in (block.get("text"), *block.get("elements", ())) if each and isinstance(each["text"], str)
            ]
    return found


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (Change("labels", ("a",), ("a", "b"), saw=()), "labels: was empty, now a → a, b"),
        (Change("labels", (), ("b",), saw=("a",)), "labels: was a, now empty → b"),
        (Change("labels", None, ("b",)), "labels: was empty, now empty → b"),
    ],
)
def test_what_was_empty_is_a_side_too(change, wanted):
    assert wanted in lines(new_draft(follows=AGAIN, changes=(change,), confidence={}))


def test_a_long_text_has_a_line_for_each_side_where_the_record_moved():
    told = lines(new_draft(follows=AGAIN, changes=(Change("note", None, "new\ntext", saw=None),), confidence={}))
    start = told.index("note, was")
    assert told[start : start + 6] == ["note, was", "empty", "note, now", "empty", "note, after", "new\ntext"]


def test_without_a_move_there_are_two_sides():
    told = lines(new_draft(changes=(Change("labels", (), ("b",)), Change("note", None, "new\ntext")), confidence={}))
    assert "labels: empty → b" in told
    assert not any(line.startswith(("labels: was", "note, was", "note, now")) for line in told)


def test_the_time_is_that_of_the_vote_that_decided():
    late = replace(BO, at=NOW)
    other = Vote(Verb.EDIT, 1, "cy@example.com", "Cy Marsh", AT)
    told = lines(new_draft(state=State.WRITTEN, votes=(late, other), outcome="done"))
    assert [line for line in told if f"<!date^{int(NOW.timestamp())}^" in line]
    assert not [line for line in told if f"<!date^{int(AT.timestamp())}^" in line]
