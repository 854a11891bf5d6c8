"""Votes on a field: shares of a whole, nearer records first, a model's voice beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Record, Ref
from handlers.votes import FEWEST, NEED, heard, poll, tally, weights

PEOPLE = [Ref("1", "Dara"), Ref("2", "Ivo"), Ref("3", "Fern")]
WORDS = ["payments", "sso", "export"]
single = st.sampled_from(PEOPLE) | st.none()
several = st.lists(st.sampled_from(WORDS), max_size=3).map(tuple)
fields = st.sampled_from(["assignee", "type", "priority"])


def issue(number, field, value, text="x"):
    return Record("jira", "issue", f"SUP-{number}", "v", "t", text, {field: value})


@st.composite
def histories(draw, values, field):
    """Past records with their cosine, nearest first."""
    held = draw(st.lists(values, max_size=20))
    cosines = sorted(draw(st.lists(st.floats(-1, 1), min_size=len(held), max_size=len(held))), reverse=True)
    return [(issue(n, field, value), cosine) for n, (value, cosine) in enumerate(zip(held, cosines, strict=True))]


NEW = issue(99, "", None)


@given(fields.flatmap(lambda field: st.tuples(st.just(field), histories(single, field))), st.none() | st.sampled_from(PEOPLE))
def test_the_shares_of_one_value_fields_are_a_whole(given_, chosen):
    field, near = given_
    votes = tally(near, [r for r, _ in near], field, of=NEW, says=None if chosen is None else (chosen,))

    assert all(0 <= share <= 1 for share in votes.shares.values())
    whole = 0.5 * (chosen is not None) + (0.5 if chosen is not None else 1) * bool(votes.cast)
    assert sum(votes.shares.values()) == pytest.approx(whole)


@given(histories(single, "assignee"), st.none() | st.sampled_from(PEOPLE))
def test_what_is_elected_has_its_share_and_its_backers(near, chosen):
    won = poll(near, [r for r, _ in near], "assignee", of=NEW, says=None if chosen is None else (chosen,))

    if chosen is not None:
        assert won is not None, "what a model chose is always proposed, or what all the records hold"
    if won is not None:
        assert won.share >= NEED
        assert won.value == chosen or len(won.voters) >= FEWEST
        assert all(record.fields["assignee"] == won.value for record in won.voters)


@given(histories(single, "assignee"), st.sampled_from(PEOPLE))
def test_a_model_that_agrees_makes_surer_and_one_that_does_not_less_sure(near, chosen):
    pool = [r for r, _ in near]
    alone, heard = (tally(near, pool, "assignee", of=NEW, says=says).shares for says in (None, (chosen,)))

    assert heard[chosen] >= alone.get(chosen, 0)
    assert all(heard[value] <= share for value, share in alone.items() if value != chosen)


@given(histories(several, "labels"))
def test_each_of_several_values_is_elected_by_itself(near):
    pool = [r for r, _ in near]
    won, votes = poll(near, pool, "labels", of=NEW), tally(near, pool, "labels", of=NEW)

    sure = {v for v, share in votes.shares.items() if share >= NEED and len(votes.backers[v]) >= FEWEST}
    assert (set(won.value) if won else set()) == sure
    if won:
        assert won.share == min(votes.shares[value] for value in won.value)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=15), fields)
def test_the_nearest_weighs_one_and_nobody_more(cosines, field):
    found = weights([(issue(n, field, PEOPLE[0]), cosine) for n, cosine in enumerate(sorted(cosines, reverse=True))], field, NEW)

    assert max(found) == 1
    assert found == sorted(found, reverse=True)


def test_a_question_has_the_type_of_questions_rather_than_of_equally_near_faults():
    faults = [(issue(n, "type", Ref("b", "Bug"), "The export fails."), 0.8) for n in range(3)]
    questions = [(issue(n, "type", Ref("q", "Question"), "How do I export?"), 0.8) for n in range(3, 6)]
    near = [*faults, *questions]

    won = poll(near, [r for r, _ in near], "type", of=issue(9, "type", None, "Which columns are in the export?"))

    assert won.value == Ref("q", "Question")


def test_one_near_record_is_an_anecdote_unless_a_model_agrees():
    near = [(issue(1, "assignee", PEOPLE[0]), 0.9)]
    pool = [r for r, _ in near]

    assert poll(near, pool, "assignee", of=NEW) is None
    assert poll(near, pool, "assignee", of=NEW, says=(PEOPLE[0],)).share > NEED
    assert poll([], [], "assignee", of=NEW) is None


def test_a_model_alone_comes_to_one_half():
    assert heard({}, frozenset({"a"}), 0.5) == {"a": 0.5}
