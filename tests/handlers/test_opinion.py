"""What a model chooses: only values that exist, for reasons that rest on what it was shown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import NoModel
from handlers.models import Record, Ref
from handlers.opinion import MOST, Choice, Said, heard, offered, past, people, told
from handlers.votes import poll

HIGH, LOW = Ref("2", "High"), Ref("4", "Low")
VALUES = {"priority": (HIGH, LOW), "labels": ("a, b", "sso")}
GROUNDS = {"issue": "Since 9 nobody can pay.", "past 1": "SUP-3 Payments are down"}
GOOD = Choice("priority", ("high",), "Nobody can pay since 9.", ("issue",))


def test_a_choice_is_the_value_that_exists_however_it_is_spelled():
    assert heard([GOOD], VALUES, GROUNDS) == {"priority": Said((HIGH,), "Nobody can pay since 9.")}
    assert heard([Choice("labels", ("a, b", " SSO "), "As SUP-3.", ("past 1",))], VALUES, GROUNDS)["labels"].values == (
        "a, b",
        "sso",
    )


@given(st.text(max_size=30))
def test_a_value_that_does_not_exist_never_comes_through(name):
    found = heard([replace(GOOD, values=(name,)), replace(GOOD, field="assignee", values=(name,))], VALUES, GROUNDS)

    assert all(value in (HIGH, LOW) for said in found.values() for value in said.values)
    assert "assignee" not in found


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, reason="300 shops cannot pay."),
        replace(GOOD, records=()),
        replace(GOOD, records=("past 7",)),
        replace(GOOD, reason=" "),
    ],
)
def test_a_reason_that_rests_on_nothing_voids_the_answer(bad):
    with pytest.raises(NoModel, match="does not stand in the records"):
        heard([GOOD, bad], VALUES, GROUNDS)


def test_no_value_at_all_is_no_choice():
    assert heard([replace(GOOD, values=())], VALUES, GROUNDS) == {}


refs = st.builds(Ref, st.sampled_from("abcdef"), st.sampled_from(["One", "Two", "Three"]))


@given(st.lists(refs, max_size=60), st.lists(refs, max_size=6, unique_by=lambda ref: ref.id))
def test_what_is_offered_exists(used, catalogue):
    pool = [Record("jira", "issue", f"SUP-{n}", "v", "t", "", {"type": value}) for n, value in enumerate(used)]

    found = offered(pool, {"type": catalogue}, ("type",))["type"]

    ids = [value.id for value in found]
    assert len(found) <= MOST
    if catalogue:
        assert set(ids) == {value.id for value in catalogue}
    else:
        assert set(found) == set(used)


def test_everybody_who_could_be_named_is_told_to_the_gate():
    dara = Ref("1", "Dara Okafor")
    record = Record("jira", "issue", "SUP-1", "v", "t", "", {"assignee": Ref("2", "Ivo Castellan"), "labels": ("sso",)})

    assert people([record], {"assignee": (dara,), "labels": ("sso",)}) == ["Dara Okafor", "Ivo Castellan"]
    assert told(record) == "SUP-1 t (type: empty; priority: empty; labels: sso; component: empty; assignee: Ivo Castellan)"
    assert [one.outside for one in past([(record, 0.9)])] == [True]


def test_a_model_alone_has_no_similar_case_behind_it():
    won = poll([], [], "priority", of=Record("jira", "issue", "SUP-1", "v", "t", "", {}), says=(HIGH,))

    assert (won.value, won.share, won.reason) == (HIGH, 0.5, "priority High: no similar case has it")
