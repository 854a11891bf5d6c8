"""The side panel: before, proposed, now, and what became of each field."""

from dataclasses import replace

import pytest

from bot.platforms.playground.panel import UNREADABLE, panel
from handlers.models import Change, Ref, State

LOW, HIGH, TOP = Ref("4", "Low"), Ref("2", "High"), Ref("1", "Highest")


@pytest.fixture
def draft(new_draft):
    return new_draft(changes=(Change("priority", LOW, HIGH),))


@pytest.mark.parametrize(
    ("now", "state", "mark"),
    [
        (LOW, State.PENDING, "same"), (HIGH, State.WRITTEN, "written"), (TOP, State.PENDING, "moved"), (TOP, State.WRITTEN, "moved"),
        (HIGH, State.REJECTED, "moved"), (LOW, State.REJECTED, "same"),
    ],
)  # fmt: skip
def test_a_field_says_what_became_of_it(draft, now, state, mark):
    [cell] = panel(replace(draft, state=state), replace(draft.record, fields={"priority": now})).cells
    assert (cell.before, cell.proposed, cell.now, cell.mark) == ("Low", "High", now.label, mark)


def test_other_fields_are_there_and_empty_ones_are_not(draft):
    view = panel(draft, replace(draft.record, fields={"priority": LOW, "status": "open", "labels": ()}))
    assert [(cell.field, cell.now) for cell in view.others] == [("status", "open")]


@pytest.mark.parametrize(("state", "words"), [(State.PENDING, "not sent"), (State.WRITTEN, "added to the conversation")])
def test_a_reply_is_no_field_but_its_fate_is_told(new_draft, state, words):
    draft = new_draft(changes=(Change("reply", None, "Hello"),), state=state)
    assert panel(draft, draft.record).cells[0].now == words


def test_a_system_that_does_not_answer_leaves_a_sentence_and_what_was_proposed(draft):
    view = panel(draft, None)
    assert view.trouble == UNREADABLE
    assert [(cell.before, cell.proposed, cell.now) for cell in view.cells] == [("Low", "High", "")]


def test_a_three_way_card_starts_from_what_was_seen_first(new_draft):
    draft = new_draft(follows="q2w3e4r5", changes=(Change("priority", TOP, HIGH, saw=LOW),))
    [cell] = panel(draft, replace(draft.record, fields={"priority": TOP})).cells
    assert (cell.before, cell.now, cell.mark) == ("Low", "Highest", "same")
