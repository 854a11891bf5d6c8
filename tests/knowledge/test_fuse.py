import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.batches import in_batches
from knowledge.fuse import convex, late_interaction, levelled, mean, ranked

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 5))


@given(SCORES)
def test_levelling_keeps_the_order_and_spans_zero_to_one(scores: dict[str, float]) -> None:
    level = levelled(scores)
    assert level.keys() == scores.keys()
    assert all(0.0 <= value <= 1.0 for value in level.values())
    if scores:
        assert max(level.values()) == 1.0
    assert all(level[one] <= level[two] for one in scores for two in scores if scores[one] <= scores[two])


@given(SCORES, SCORES)
def test_the_convex_mean_is_symmetric_and_names_all(first: dict[str, float], second: dict[str, float]) -> None:
    fused = convex(first, second)
    assert fused == convex(second, first)
    assert fused.keys() == first.keys() | second.keys()
    assert all(0.0 <= value <= 1.0 for value in fused.values())


def test_who_is_missing_in_one_ranking_counts_as_nothing_there() -> None:
    assert convex({"a": 3.0, "b": 1.0}, {"b": 9.0}) == {"a": 0.5, "b": 0.5}
    assert mean([{"a": 1.0}, {"b": 0.5}]) == {"a": 0.5, "b": 0.25}


def test_ties_are_in_the_order_of_names() -> None:
    assert ranked({"b": 1.0, "a": 1.0, "c": 2.0}) == ["c", "a", "b"]


def test_late_interaction_averages_the_best_match_of_each_token() -> None:
    question = np.array([[1, 0], [0, 1]], np.float32)
    passage = np.array([[1, 0], [0.6, 0.8]], np.float32)
    nothing = np.zeros((0, 2), np.float32)
    assert late_interaction(question, [passage, nothing, question]) == pytest.approx([0.9, 0.0, 1.0])
    assert late_interaction(nothing, [passage]) == [0.0]
    assert late_interaction(question, []) == []


@given(st.lists(st.integers()), st.integers(1, 7))
def test_batches_hold_everything_in_order(items: list[int], size: int) -> None:
    parts = list(in_batches(items, size))
    assert [item for part in parts for item in part] == items
    assert all(0 < len(part) <= size for part in parts)
