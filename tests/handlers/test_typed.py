"""An edit: what a person types becomes the kind of value that the field holds, or a sentence that says what can stand there."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.approvals import edited, typed
from handlers.errors import Invalid
from handlers.models import Change, Ref

HIGH, LOW, MEDIUM = Ref("2", "High"), Ref("4", "Low"), Ref("3", "Medium")
PRIORITY = Change("priority", MEDIUM, HIGH, (LOW,))
BILLING, APP = Ref("10", "Billing"), Ref("11", "App")
COMPONENT = Change("component", (), (BILLING,), (BILLING, APP))
LABELS = Change("labels", ("a",), ("b",))
WORD = Change("type", None, "question", ("question", "incident"))
TEXT = Change("reply", None, "Hello.")


@pytest.mark.parametrize(
    ("change", "text", "value"),
    [
        (PRIORITY, "Low", LOW),
        (PRIORITY, " hIGH ", HIGH),
        (PRIORITY, "3", MEDIUM),
        (COMPONENT, "app, 10", (APP, BILLING)),
        (COMPONENT, "", ()),
        (LABELS, "x, y,,x ", ("x", "y", "x")),
        (LABELS, " ", ()),
        (WORD, " incident ", "incident"),
        (TEXT, "Dear Ada,\r\n\r\nbye\r\n", "Dear Ada,\n\nbye"),
        (Change("assignee", HIGH, None, (LOW,)), "low", LOW),
    ],
)
def test_what_is_meant(change, text, value):
    assert typed(change, text) == value


@pytest.mark.parametrize(
    ("change", "text", "words"),
    [
        (PRIORITY, "Urgent", "Choose one of Low, Medium, High"),
        (PRIORITY, "", "cannot stand in priority"),
        (COMPONENT, "App, Nope", "'Nope' cannot stand in component"),
        (WORD, "task", "Choose one of question, incident"),
        (TEXT, " \n ", "Type a text, or use Reject"),
    ],
)
def test_what_cannot_stand_there(change, text, words):
    with pytest.raises(Invalid, match=words):
        typed(change, text)


def test_two_people_of_one_name_are_never_mistaken_for_each_other():
    one, other = Ref("u1", "Alex Kim"), Ref("u2", "Alex Kim")
    change = Change("assignee", None, one, (one, other))

    with pytest.raises(Invalid, match="Type its id: u1 or u2"):
        typed(change, "alex kim")
    assert typed(change, "u2") == other


def test_an_id_counts_before_a_label_of_the_same_spelling():
    confusing, meant = Ref("7", "8"), Ref("8", "Eight")

    assert typed(Change("f", None, confusing, (confusing, meant)), "8") == meant


refs = st.lists(st.builds(Ref, st.text(max_size=3), st.text(max_size=3)), max_size=4).map(tuple)
changes = st.one_of(
    st.builds(Change, st.just("f"), st.none(), st.builds(Ref, st.text(max_size=3), st.text(max_size=3)), refs),
    st.builds(Change, st.just("f"), refs, refs, refs),
    st.builds(Change, st.just("f"), st.none(), st.lists(st.text(max_size=3), max_size=3).map(tuple)),
    st.builds(Change, st.just("f"), st.none(), st.text(), st.lists(st.text(max_size=3), max_size=3).map(tuple)),
)


@given(changes, st.text(max_size=8))
def test_a_typed_value_is_one_of_those_on_offer(change, text):
    with suppress(Invalid):
        value = typed(change, text)
        sides = [item for side in (change.before, change.after) for item in (side if isinstance(side, tuple) else [side])]
        for item in value if isinstance(value, tuple) else [value]:
            if isinstance(item, Ref):
                assert item in [*change.choices, *sides]
            elif change.choices:
                assert item in change.choices


def test_an_edit_makes_the_next_version(draft):
    new = edited(draft(PRIORITY, LABELS), {"priority": "Low", "labels": "a, c"})

    assert new.version == 2
    assert [change.after for change in new.changes] == [LOW, ("a", "c")]


def test_what_is_typed_back_to_what_it_was_is_no_change(draft):
    assert [change.field for change in edited(draft(PRIORITY, LABELS), {"priority": "Medium"}).changes] == ["labels"]
    with pytest.raises(Invalid, match="Use Reject instead"):
        edited(draft(PRIORITY), {"priority": "medium"})


def test_a_field_that_the_draft_has_not_is_named(draft):
    with pytest.raises(Invalid, match="no field assignee; it has priority, labels"):
        edited(draft(PRIORITY, LABELS), {"assignee": "eve"})
