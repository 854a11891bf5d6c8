"""The edit form: out of a draft, through Teams, and back. What nobody touched does not change."""

import pytest
from hostile import HOSTILE, LONG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platforms.teams.reading import alive, lines, wrong
from shapes import SHAPES, new_draft

from bot.cards.clean import clean
from bot.platforms.teams.edit import MOST_OPTIONS, edit_card, values
from bot.platforms.teams.elements import LARGEST_CARD, size
from bot.platforms.teams.words import Message
from handlers.approvals import edited
from handlers.errors import Invalid
from handlers.models import Change, Ref, State, same

LOW, HIGH, TOP = Ref("4", "Low"), Ref("2", "High"), Ref("1", "Highest")
MANY = tuple(Ref(f"id{n}", f"Person {n}") for n in range(MOST_OPTIONS + 50))
TEXT = "First paragraph.\n\n" + "A sentence of the second. " * 300 + "\n\nThe last"
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
KINDS = {
    "a choice": Change("priority", LOW, HIGH, (LOW, HIGH, TOP)),
    "a choice of words": Change("priority", "low", "high", ("low", "high", "top")),
    "a choice without choices": Change("group", None, Ref("9", "Billing")),
    "several": Change("component", (), (LOW, HIGH), (LOW, HIGH, Ref("1", "Web, old"))),
    "several, one whose id has a comma": Change("component", (), (LOW,), (LOW, Ref("1,2", "Web"))),
    "several words": Change("labels", (), ("payments", "refund")),
    "a line": Change("summary", "old", "new title"),
    "prose": Change("reply", None, "Hello Mira,\n\nKind regards"),
    "prose of 8,000 characters": Change("description", "old", TEXT),
    "prose of 80,000 characters": Change("description", "old", TEXT * 10),
    "one line of 9,000 characters": Change("description", "old", "x" * 9000),
    "many labels": Change("labels", (), tuple(f"label-{n}" for n in range(900))),
    "more than a hundred choices": Change("assignee", MANY[1], MANY[2], MANY),
    "several of more than a hundred": Change("people", (), MANY[3:6], MANY),
    "a hundred long choices": Change("group", None, Ref("1", "x" * 150), tuple(Ref(str(n), "x" * 150) for n in range(90))),
    "more than a hundred with the same name": Change("assignee", None, Ref("b", "Ada"), (*MANY, Ref("a", "Ada"), Ref("b", "Ada"))),
    "nothing, where there are choices": Change("assignee", LOW, None, (LOW, HIGH)),
    "nothing of several": Change("component", (LOW,), (), (LOW, HIGH)),
    "nothing, where there are words": Change("summary", "old", None),
    "spaces at its ends": Change("summary", "old", "  new "),
}  # fmt: skip


def inputs(card):
    return [part for part in card["body"] if part["type"].startswith("Input.")]


def sent(card, *, trims=False, **typed):
    """The data of a press of Save: what the form began with, and what a person put in its place, by id."""
    [save, _] = card["actions"]
    shown = {part["id"]: part.get("value", "") for part in inputs(card)}
    return {**save["data"], **{name: value.strip() if trims else value for name, value in {**shown, **typed}.items()}}


def saved(change, *, trims=False, **typed):
    """The change after the form was sent, by the rules of the ledger."""
    draft = new_draft(changes=(change,))
    return edited(draft, values(draft, sent(edit_card(draft), trims=trims, **typed))).changes[0].after


def complaints(card):
    """What is wrong with a form; what stands in an input is what it is, and no client expands it."""
    return [line for line in wrong([Message("", "x", card)]) if ".value has a" not in line] + list(alive(card))


@pytest.mark.parametrize("trims", [False, True], ids=["", "trimmed"])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_not_touched_does_not_change(name, trims):
    draft = new_draft(changes=(KINDS[name],))
    card = edit_card(draft)
    assert complaints(card) == []
    assert values(draft, sent(card, trims=trims)) == {}
    assert saved(KINDS[name], trims=trims) == KINDS[name].after


@pytest.mark.parametrize("name", SHAPES)
def test_the_form_of_every_shape_is_taken_and_changes_nothing_by_itself(name):
    draft = new_draft(**SHAPES[name])
    card = edit_card(draft)
    assert complaints(card) == []
    assert lines(card)[-1] == "draft k7mp2xqa"
    if draft.state is State.PENDING and name != "invisible":
        after = edited(draft, values(draft, sent(card)))
        assert all(same(one.after, other.after) for one, other in zip(draft.changes, after.changes, strict=True))


def test_the_buttons_save_what_is_typed_or_show_the_card_again():
    data = {"draft": "k7mp2xqa", "version": 3}
    assert edit_card(new_draft(version=3))["actions"] == [
        {"type": "Action.Execute", "title": "Save", "verb": "save", "data": data, "style": "positive"},
        {"type": "Action.Execute", "title": "Cancel", "verb": "show", "data": data, "associatedInputs": "none"},
    ]


@pytest.mark.parametrize(
    ("kind", "name", "typed", "wanted"),
    [
        ("a choice", "field.priority.0", "1", TOP),
        ("a choice of words", "field.priority.0", "top", "top"),
        ("several", "field.component.0", "1,4", (Ref("1", "Web, old"), LOW)),
        ("several", "field.component.0", "", ()),
        ("several, one whose id has a comma", "field.component.0", "low", (LOW,)),
        ("several words", "field.labels.0", "refund,  urgent ", ("refund", "urgent")),
        ("a line", "field.summary.0", "another", "another"),
        ("prose", "field.reply.0", "one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("more than a hundred choices", "field.assignee.0", "person 77", MANY[77]),
        ("more than a hundred choices", "field.assignee.0", "id78", MANY[78]),
        ("nothing, where there are choices", "field.assignee.0", "2", HIGH),
        ("nothing, where there are words", "field.summary.0", "words", "words"),
    ],
)
def test_what_is_typed_becomes_the_value(kind, name, typed, wanted):
    draft = new_draft(changes=(Change("other", "a", "b"), KINDS[kind]))
    after = edited(draft, values(draft, sent(edit_card(draft), **{name: typed})))
    found = {one.field: one.after for one in after.changes}
    assert found.get(KINDS[kind].field, ()) == wanted
    assert found["other"] == "b"


@pytest.mark.parametrize("trims", [False, True], ids=["", "trimmed"])
def test_one_piece_of_a_long_text_is_changed_and_the_others_stay(trims):
    change = KINDS["prose of 8,000 characters"]
    pieces = [part["value"] for part in inputs(edit_card(new_draft(changes=(change,))))]
    assert len(pieces) > 3
    assert "".join(pieces) == change.after
    wanted = "".join((pieces[0], "In between.", *pieces[2:]))
    assert saved(change, trims=trims, **{"field.description.1": "In between."}) == wanted


@pytest.mark.parametrize("trims", [False, True], ids=["", "trimmed"])
def test_what_the_form_has_no_room_for_stays_as_it_is(trims):
    change = KINDS["prose of 80,000 characters"]
    card = edit_card(new_draft(changes=(change,)))
    shown = "".join(part["value"] for part in inputs(card))
    rest = len(change.after) - len(shown)
    assert 0 < len(shown) < len(change.after)
    assert f"The rest of description, {rest} characters, stays as it is." in lines(card)
    first = inputs(card)[0]["value"]
    assert (
        saved(change, trims=trims, **{"field.description.0": "Now. "})
        == ("Now." if trims else "Now. ") + change.after[len(first) :]
    )


def test_a_field_that_there_is_no_room_for_is_named_and_stays():
    changes = tuple(Change(f"text {n}", "old", "word " * 480) for n in range(12))
    draft = new_draft(changes=changes)
    card = edit_card(draft)
    there = {part["label"] for part in inputs(card)}
    gone = [change.field for change in changes if change.field not in there]
    assert there
    assert gone
    assert set(lines(card)) >= {f"{name} stays as it is: there is no room for it here." for name in gone}
    assert values(draft, {**sent(card), f"field.{gone[0]}.0": "x"}) == {}


def test_what_was_typed_stands_in_the_form_that_says_what_is_wrong_with_it():
    draft = new_draft(changes=(KINDS["a line"], KINDS["more than a hundred choices"], KINDS["several"]))
    first = sent(edit_card(draft), **{"field.summary.0": "mine", "field.assignee.0": "nobody", "field.component.0": "1,4"})
    given = values(draft, first)
    card = edit_card(draft, wrong={"assignee": "'nobody' cannot stand in assignee. " + "x" * 400}, typed=given)
    assert complaints(card) == []
    assert {part["label"]: part["value"] for part in inputs(card)} == {
        "summary": "mine",
        "assignee": "nobody",
        "component": "1,4",
    }
    place = next(n for n, part in enumerate(card["body"]) if part.get("label") == "assignee")
    told = card["body"][place - 1]["inlines"][0]
    assert told["text"].startswith("'nobody' cannot stand")
    assert (told["color"], len(told["text"])) == ("Attention", 300)
    assert values(draft, sent(card)) == given
    assert values(draft, sent(card, **{"field.assignee.0": "id2"})) == {**given, "assignee": "id2"}


@pytest.mark.parametrize("typed", ["short", "", "First paragraph.", "word " * 1500, TEXT + " More.", TEXT])
def test_a_text_typed_anew_in_more_or_fewer_pieces_comes_back_as_it_was_typed(typed):
    for name in ("prose of 8,000 characters", "prose of 80,000 characters", "prose"):
        change = KINDS[name]
        draft = new_draft(changes=(change,))
        head = "".join(part["value"] for part in inputs(edit_card(draft)))
        given = typed + change.after[len(head) :]
        card = edit_card(draft, wrong={"description": "no"}, typed={change.field: given})
        assert complaints(card) == []
        assert values(draft, sent(card)) == ({} if given == change.after else {change.field: given})


def test_more_than_a_form_can_hold_is_said():
    draft = new_draft(changes=(KINDS["a line"],))
    with pytest.raises(Invalid, match="too much for a form of Teams"):
        edit_card(draft, typed={"summary": "word " * 9000})
    with pytest.raises(Invalid, match=r"too long for a form of Teams.*reject the change"):
        edit_card(new_draft(changes=(Change("x" * 20_000, "old", "new"),)))


def test_what_nobody_can_see_is_taken_out_when_the_form_is_sent_as_it_was_shown():
    change = Change("note", "old", "pay\u200b now\u202e")
    assert "Characters that nobody can see were taken out." in lines(edit_card(new_draft(changes=(change,))))
    assert saved(change) == "pay now"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"draft": "k7mp2xqa", "version": 1},
        {"field.summary.0": None, "field.summary.1": 5, "field.summary.x": "x", "field.summary.²": "x"},
        {f"field.summary.{'9' * 5000}": "x", "field.summary": "x", "field..0": "x", "other.summary.0": "x", "summary": "x"},
    ],
)
def test_a_press_of_another_shape_has_no_values(data):
    assert values(new_draft(changes=(KINDS["a line"],)), data) == {}


def test_an_input_that_did_not_come_back_is_untouched():
    draft = new_draft(changes=(KINDS["prose of 8,000 characters"], KINDS["a line"]))
    data = sent(edit_card(draft), **{"field.description.0": "New. "})
    last = max(name for name in data if name.startswith("field.description"))
    assert values(draft, {name: value for name, value in data.items() if name not in (last, "field.summary.0")}) == values(
        draft, data
    )


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
    card = edit_card(draft, wrong={"group": three})
    assert complaints(card) == []
    for name, value in values(draft, sent(card)).items():
        assert value == clean({"reply": three, "summary": two}[name])


@given(st.dictionaries(st.sampled_from(["reply", "summary", "labels"]), HOSTILE))
@slow
def test_what_is_typed_comes_back(typed):
    changes = (Change("reply", None, "Hello"), Change("summary", "old", "new"), Change("labels", (), ("a", "b")))
    draft = new_draft(changes=changes)
    found = values(draft, sent(edit_card(draft), **{f"field.{name}.0": text for name, text in typed.items()}))
    shown = {"reply": "Hello", "summary": "new", "labels": "a, b"}
    ends = {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in typed.items()}
    assert found == {name: text for name, text in ends.items() if text.strip() != shown[name]}


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=130, unique_by=lambda pair: pair[0]))
@slow
def test_any_set_of_choices_is_taken(pairs):
    refs = tuple(Ref(name, label) for name, label in pairs)
    card = edit_card(new_draft(changes=(Change("group", None, refs[0], refs), Change("component", (), refs[:3], refs))))
    assert complaints(card) == []
    assert size(card) <= LARGEST_CARD
