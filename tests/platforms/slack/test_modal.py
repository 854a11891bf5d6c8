"""The edit form: out of a draft, through Slack, and back. What nobody touched does not change."""

import copy

import pytest
from hostile import HOSTILE, LONG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import SHAPES, new_draft

from bot.cards.clean import clean
from bot.platforms.slack.forms import problems
from bot.platforms.slack.modal import MOST_OPTIONS, edit_modal, errors, refused_modal, values
from bot.sandbox.slack.dangers import dangers
from bot.sandbox.slack.gate import view_problems
from handlers.approvals import edited
from handlers.models import Change, Ref, State, same

HANDLE = "k7mp2xqa.1 C1 1.2"
LOW, HIGH, TOP = Ref("4", "Low"), Ref("2", "High"), Ref("1", "Highest")
MANY = tuple(Ref(f"id{n}", f"Person {n}") for n in range(MOST_OPTIONS + 50))
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def form(*changes):
    return edit_modal(new_draft(changes=changes), handle=HANDLE)


def inputs(view):
    return [block for block in view["blocks"] if block["type"] == "input"]


def sent(view, *, trims=False, **typed):
    """The view as Slack sends it back: what the form began with, and what a person put in its place, by block_id."""
    state = {}
    for block in inputs(view):
        element, name = block["element"], block["block_id"]
        kind, given_now = element["type"], typed.get(name)
        if kind == "plain_text_input":
            value = element.get("initial_value") if given_now is None else given_now
            answer = {"type": kind, "value": (value.strip() if trims and value else value) or None}
        elif kind == "static_select":
            answer = {"type": kind, "selected_option": element.get("initial_option") if given_now is None else given_now}
        else:
            answer = {"type": kind, "selected_options": element.get("initial_options", []) if given_now is None else given_now}
        state[name] = {element["action_id"]: answer}
    return copy.deepcopy({**view, "state": {"values": state}})


def saved(change, *, trims=False, **typed):
    """The change after the form was sent, by the rules of the ledger."""
    draft = new_draft(changes=(change,))
    after = edited(draft, values(sent(edit_modal(draft, handle=HANDLE), trims=trims, **typed)))
    return after.changes[0].after


TEXT = "First paragraph.\n\n" + "A sentence of the second. " * 300 + "\n\nThe last"
KINDS = {
    "a choice": Change("priority", LOW, HIGH, (LOW, HIGH, TOP)),
    "a choice of words": Change("priority", "low", "high", ("low", "high", "top")),
    "a choice without choices": Change("group", None, Ref("9", "Billing")),
    "several": Change("component", (), (LOW, HIGH), (LOW, HIGH, Ref("1", "Web, old"))),
    "several words": Change("labels", (), ("payments", "refund")),
    "a line": Change("summary", "old", "new title"),
    "prose": Change("reply", None, "Hello Mira,\n\nKind regards"),
    "prose of 8,000 characters": Change("description", "old", TEXT),
    "one line of 9,000 characters": Change("description", "old", "x" * 9000),
    "many labels": Change("labels", (), tuple(f"label-{n}" for n in range(900))),
    "more than a hundred choices": Change("assignee", MANY[1], MANY[2], MANY),
    "several of more than a hundred": Change("people", (), MANY[3:6], MANY),
    "more than a hundred with the same name": Change(
        "assignee", None, Ref("b", "Ada"), (*MANY, Ref("a", "Ada"), Ref("b", "Ada"))
    ),
    "more than a hundred, one with a comma": Change("people", (), (Ref("c", "Web, old"), MANY[0]), (*MANY, Ref("c", "Web, old"))),
    "more than a hundred, one named like an id": Change("people", (), (Ref("d", "id7"),), (*MANY, Ref("d", "id7"))),
    "an id that is too long for a menu": Change("group", None, Ref("x" * 200, "Long"), (LOW, Ref("x" * 200, "Long"))),
    "a label that is too long for a menu": Change("group", LOW, Ref("7", "y" * 200), (LOW, Ref("7", "y" * 200))),
    "nothing, where there are choices": Change("assignee", LOW, None, (LOW, HIGH)),
    "nothing of several": Change("component", (LOW,), (), (LOW, HIGH)),
    "nothing, where there are words": Change("summary", "old", None),
    "spaces at its ends": Change("summary", "old", "  new "),
}


@pytest.mark.parametrize("trims", [False, True], ids=["", "trimmed"])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_not_touched_does_not_change(name, trims):
    change = KINDS[name]
    assert view_problems(form(change)) == []
    assert saved(change, trims=trims) == change.after


@pytest.mark.parametrize("name", SHAPES)
def test_the_form_of_every_shape_is_taken_and_changes_nothing_by_itself(name):
    draft = new_draft(**SHAPES[name])
    view = edit_modal(draft, handle=HANDLE)
    assert view_problems(view) + dangers(view) == []
    if draft.state is State.PENDING and name != "invisible":
        after = edited(draft, values(sent(view)))
        assert all(same(one.after, other.after) for one, other in zip(draft.changes, after.changes, strict=True))


@pytest.mark.parametrize(
    ("kind", "block", "typed", "wanted"),
    [
        ("a choice", "field.priority.0", {"text": {}, "value": "1"}, TOP),
        ("a choice of words", "field.priority.0", {"value": "top"}, "top"),
        ("several", "field.component.0", [{"value": "1"}, {"value": "4"}], (Ref("1", "Web, old"), LOW)),
        ("several", "field.component.0", [], ()),
        ("several words", "field.labels.0", "refund,  urgent ", ("refund", "urgent")),
        ("a line", "field.summary.0", "another", "another"),
        ("more than a hundred choices", "field.assignee.0", "person 77", MANY[77]),
        ("more than a hundred choices", "field.assignee.0", "id78", MANY[78]),
        ("nothing, where there are choices", "field.assignee.0", {"value": "2"}, HIGH),
        ("nothing, where there are words", "field.summary.0", "words", "words"),
    ],
)
def test_what_is_typed_becomes_the_value(kind, block, typed, wanted):
    change = KINDS[kind]
    draft = new_draft(changes=(Change("other", "a", "b"), change))
    view = edit_modal(draft, handle=HANDLE)
    after = edited(draft, values(sent(view, **{block: typed})))
    found = {one.field: one.after for one in after.changes}
    assert found.get(change.field, ()) == wanted
    assert found["other"] == "b"


@pytest.mark.parametrize("trims", [False, True], ids=["", "trimmed"])
def test_one_piece_of_a_long_text_is_changed_and_the_others_stay(trims):
    change = KINDS["prose of 8,000 characters"]
    pieces = [block["element"]["initial_value"] for block in inputs(form(change))]
    assert len(pieces) > 3
    assert "".join(pieces) == change.after
    assert all(len(piece) < 3000 for piece in pieces)
    wanted = "".join((pieces[0], "In between.", *pieces[2:]))
    assert saved(change, trims=trims, **{"field.description.1": "In between."}) == wanted


def test_more_pieces_than_nine_keep_their_order():
    change = Change("description", "old", "".join(f"{n:06} " for n in range(6000)).strip())
    assert saved(change, **{"field.description.0": "first "}).startswith("first ")
    assert (
        saved(change, **{"field.description.0": "first "})[6:]
        == change.after[len(inputs(form(change))[0]["element"]["initial_value"]) :]
    )


def test_a_cleared_field_is_sent_so_that_somebody_can_say_what_is_wrong_with_it():
    view = sent(form(KINDS["a line"]), **{"field.summary.0": ""})
    assert values(view) == {"summary": ""}
    draft = new_draft(changes=(KINDS["a line"],))
    wrong = problems(draft, 1, values(view))
    assert errors(view, wrong)["errors"] == {"field.summary.0": "summary is empty. Type a text, or use Reject."}


def test_what_nobody_can_see_is_taken_out_when_the_form_is_sent_as_it_was_shown():
    change = Change("note", "old", "pay\u200b now\u202e")
    view = form(change)
    assert view_problems(view) == []
    assert inputs(view)[0]["hint"]["text"] == "Characters that nobody can see were taken out."
    assert saved(change) == "pay now"
    wrong = errors(view, {"note": "no"})
    assert wrong["errors"] == {inputs(view)[0]["block_id"]: "no"}


def test_an_error_stands_beside_the_first_piece_and_is_short():
    view = form(KINDS["prose of 8,000 characters"])
    assert errors(view, {"description": "x" * 900, "strange": "y"})["errors"] == {"field.description.0": "x" * 300}


def test_a_change_that_no_form_can_hold_says_so():
    for text in ("word " * 60_000, "жук " * 50_000):
        view = form(Change("description", "old", text))
        assert view["callback_id"] == "refused"
        assert "reject the change" in view["blocks"][0]["text"]["text"]
        assert view_problems(view) == []


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": None},
        {"state": {"values": []}},
        {
            "state": {
                "values": {
                    "field.a.0": None,
                    "field.b.0": {"value": 5},
                    "c": {"value": {"value": "x"}},
                    "field..0": {"value": {}},
                }
            }
        },
        {"state": {"values": {"field.a.x": {"value": {"value": "x"}}, "field.a.²": {"value": {"value": "x"}}}}},
        {"state": {"values": {f"field.a.{'9' * 5000}": {"value": {"value": "x"}}}}},
        {"blocks": [None, 5, {"block_id": 7}], "state": {"values": {}}},
    ],
)
def test_a_form_of_another_shape_has_no_values(view):
    assert values(view) == {}


def test_values_are_found_without_the_blocks_too():
    state = {"values": {"field.a.b.0": {"value": {"type": "plain_text_input", "value": "x"}}}}
    assert values({"state": state}) == {"a.b": "x"}


@given(HOSTILE, HOSTILE, LONG)
@slow
def test_hostile_text_in_a_form_stays_text_and_comes_back_as_it_was_shown(one, two, three):
    ref = Ref(one.replace(",", ";") or "1", two)
    changes = (
        Change("reply", one, three),
        Change("summary", one, two),
        Change("group", None, ref, (ref, Ref("2", one))),
        Change("component", (), (ref,), (ref, Ref("2", one))),
    )
    draft = new_draft(changes=changes)
    view = edit_modal(draft, handle=HANDLE)
    assert view_problems(view) + dangers(view) == []
    for name, value in values(sent(view)).items():
        shown = "".join(b["element"].get("initial_value", "") for b in inputs(view) if b["block_id"].split(".")[1] == name)
        assert value == shown
        assert shown == clean({"reply": three, "summary": two}[name])


@given(HOSTILE)
@slow
def test_a_refusal_is_taken_whatever_it_says(sentence):
    view = refused_modal(sentence)
    assert view_problems(view) + dangers(view) == []


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=130, unique_by=lambda pair: pair[0]))
@slow
def test_any_set_of_choices_is_taken(pairs):
    refs = tuple(Ref(name, label) for name, label in pairs)
    view = form(Change("group", None, refs[0], refs), Change("component", (), refs[:3], refs))
    assert view_problems(view) + dangers(view) == []
