"""What past records teach of a field: how much of it is heard, and what it makes of votes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Record, Ref
from handlers.taught import LEAST, LEVELS, STEPS, Taught, part, place, places, scale
from handlers.votes import poll, tally

LOW, HIGH = Ref("4", "Low"), Ref("2", "High")
chance = st.floats(0, 1)
NEW = Record("jira", "issue", "SUP-9", "v", "t", "x", {})


def likely(votes, learned, mine):
    return sum(math.log((1 - mine) * max(v, LEAST) + mine * max(one, LEAST)) for v, one in zip(votes, learned, strict=True))


@given(st.lists(st.tuples(chance, chance), max_size=30))
def test_what_was_learned_is_heard_only_as_far_as_it_makes_the_past_likelier(pairs):
    votes, learned = [v for v, _ in pairs], [one for _, one in pairs]
    found = part(votes, learned)

    assert 0 <= found <= 1
    assert found * STEPS == pytest.approx(round(found * STEPS))
    assert likely(votes, learned, found) >= likely(votes, learned, 0)


@given(st.lists(chance, max_size=30))
def test_what_knows_no_better_than_the_votes_is_not_heard(votes):
    assert part(votes, votes) == 0


def test_what_was_right_where_the_votes_were_not_is_heard():
    assert part([0.2] * 40, [0.8] * 40) > 0.8
    assert part([0.8] * 40, [0.2] * 40) == 0
    assert part([0.2], [0.8]) < 0.5  # one past record is an anecdote


@given(st.dictionaries(st.sampled_from([LOW, HIGH]), chance, min_size=1), chance)
def test_beside_votes_the_shares_stay_a_whole(heights, mine):
    total = sum(heights.values())
    votes = {value: height / total for value, height in heights.items()} if total else {LOW: 1.0}
    found = Taught({LOW: 0.25, HIGH: 0.75}, mine, 20).beside(votes)

    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in found.values())


def test_where_nobody_votes_nothing_is_proposed():
    taught = Taught({LOW: 0.0, HIGH: 1.0}, 1.0, 20)

    assert taught.beside({}) == {}
    assert poll([], [], "priority", of=NEW, taught=taught) is None


def test_a_proposal_says_what_was_learned():
    past = [(Record("jira", "issue", f"SUP-{n}", "v", "t", "x", {"priority": HIGH if n else LOW}), 0.5) for n in range(4)]
    pool = [record for record, _ in past]
    won = poll(past, pool, "priority", of=NEW, taught=Taught({LOW: 0.1, HIGH: 0.9}, 0.4, 20))

    assert "by what 20 past records teach 90% likely (a part of 40%)" in won.reason
    assert won.share == pytest.approx(0.6 * tally(past, pool, "priority", of=NEW).shares[HIGH] + 0.4 * 0.9)
    assert "teach" not in poll(past, pool, "priority", of=NEW, taught=Taught({HIGH: 1.0}, 0.0, 20)).reason


def test_where_another_field_bounds_the_values_only_those_are_taught():
    """Of the agents of one group, whoever is of another one has no votes."""
    taught = Taught({LOW: 0.2, HIGH: 0.3, "elsewhere": 0.5}, 0.5, 20)

    assert taught.beside({LOW: 0.5, HIGH: 0.5}) == pytest.approx({LOW: 0.45, HIGH: 0.55})
    assert Taught({"elsewhere": 1.0}, 0.5, 20).beside({LOW: 1.0}) == {LOW: 1.0}


def test_values_without_an_order_have_places_too():
    assert places("type", ["Bug", "Task", "Bug"]) == {"Bug": 0, "Task": 1}
    assert places("type", ["Bug", "Bug"]) is None
    assert places("priority", [Ref("7", "Squirrel"), LOW]) is None


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        (["urgent", "low", "normal"], {"urgent": 2, "low": 0, "normal": 1}),
        ([Ref("1", "Highest"), Ref("9", "Blocker"), LOW], {Ref("1", "Highest"): 1, Ref("9", "Blocker"): 1, LOW: 0}),
        ([LOW, LOW], None),
        ([LOW, HIGH, Ref("7", "Squirrel")], None),
        ([], None),
    ],
)
def test_the_order_of_priorities(values, levels):
    assert scale(values) == levels


@given(st.sampled_from([(level, name) for level, names in enumerate(LEVELS) for name in names]))
def test_names_are_known_however_they_are_written(pair):
    level, name = pair

    assert place(Ref("x", f" {name.upper()} ")) == place(name) == level
