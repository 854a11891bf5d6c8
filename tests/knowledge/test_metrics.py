import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.metrics import auroc, bins, calibration_error, interval, ndcg, recall, reciprocal_rank, share

RANKINGS = st.lists(st.sampled_from("abcdefghijkl"), unique=True)
RELEVANT = st.sets(st.sampled_from("abcdefghijkl"), min_size=1)
CASES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1)


def test_a_hand_made_ranking() -> None:
    assert ndcg(["x", "a", "b"], {"a", "b"}) == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))
    assert recall(["x", "a", "b"], {"a", "c"}, 2) == 0.5
    assert reciprocal_rank(["x", "a"], {"a"}) == 0.5
    assert reciprocal_rank(["x"], {"a"}) == 0.0


@given(RANKINGS, RELEVANT)
def test_ranking_figures_are_shares_and_best_when_the_relevant_lead(ranking: list[str], relevant: set[str]) -> None:
    for figure in (ndcg, recall, reciprocal_rank):
        assert 0.0 <= figure(ranking, relevant) <= 1.0
    best = sorted(relevant) + [name for name in ranking if name not in relevant]
    assert ndcg(best, relevant) == pytest.approx(1.0)
    assert ndcg(ranking, relevant) <= ndcg(best, relevant) + 1e-12


def test_auroc_of_a_hand_made_case_counts_ties_half() -> None:
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(0.875)
    assert auroc([0.9], [True]) is None


@given(CASES)
def test_auroc_is_the_share_of_pairs_in_order(cases: list[tuple[float, bool]]) -> None:
    true = [score for score, label in cases if label]
    false = [score for score, label in cases if not label]
    figure = auroc([score for score, _ in cases], [label for _, label in cases])
    if not true or not false:
        assert figure is None
    else:
        pairs = [1.0 if one > two else 0.5 if one == two else 0.0 for one in true for two in false]
        assert figure == pytest.approx(sum(pairs) / len(pairs))


@given(CASES)
def test_bins_hold_every_case_and_the_error_is_a_share(cases: list[tuple[float, bool]]) -> None:
    found = bins([score for score, _ in cases], [label for _, label in cases])
    assert sum(one.cases for one in found) == len(cases)
    assert all(one.low - 1e-9 <= one.confidence <= one.high + 1e-9 for one in found)
    error = calibration_error(found)
    assert error is not None
    assert 0.0 <= error <= 1.0


def test_perfect_and_hopeless_calibration() -> None:
    assert calibration_error(bins([1.0, 0.0], [True, False])) == 0.0
    assert calibration_error(bins([1.0, 0.0], [False, True])) == 1.0
    assert calibration_error(()) is None
    assert share(1, 0) is None
    assert share(1, 4) == 0.25


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_the_interval_of_a_mean_lies_within_its_values_and_is_the_same_each_time(values: list[float]) -> None:
    low, high = interval(values)

    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert interval(values) == (low, high)


def test_the_interval_is_about_two_standard_errors_to_each_side() -> None:
    low, high = interval([0.0, 1.0] * 200)

    assert low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)
    assert interval([0.0, 1.0] * 2)[0] < low
