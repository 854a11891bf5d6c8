"""Figures of merit for rankings and confidences: pure arithmetic, each between 0 and 1, and how far luck carries a mean."""

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass


def ndcg(ranking: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain: gain 1 per relevant name, discount log2(rank + 1), against the best order.

    `ranking` names each document once; `relevant` must not be empty.
    """
    gain = sum(1.0 / math.log2(place + 2) for place, name in enumerate(ranking[:depth]) if name in relevant)
    best = sum(1.0 / math.log2(place + 2) for place in range(min(len(relevant), depth)))
    return gain / best


def recall(ranking: Sequence[str], relevant: Collection[str], depth: int = 5) -> float:
    """Share of the relevant names among the first `depth`."""
    return len(set(ranking[:depth]) & set(relevant)) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """1 / rank of the first relevant name, 0 when there is none among the first `depth`."""
    return next((1.0 / (place + 1) for place, name in enumerate(ranking[:depth]) if name in relevant), 0.0)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Probability that a true case scores above a false one, ties counting half; None unless there are both kinds."""
    pairs = sorted(zip(scores, labels, strict=True))
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    total, place = 0.0, 0
    while place < len(pairs):
        end = place
        while end < len(pairs) and pairs[end][0] == pairs[place][0]:
            end += 1
        middle_rank = (place + 1 + end) / 2
        total += middle_rank * sum(label for _, label in pairs[place:end])
        place = end
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose confidence fell between `low` and `high`: how many, what was said on average, what was true."""

    low: float
    high: float
    cases: int
    confidence: float
    accuracy: float


def bins(confidences: Sequence[float], outcomes: Sequence[bool], number: int = 10) -> tuple[Bin, ...]:
    """The cases in bins of equal width, empty ones left out; a confidence of exactly 1 is in the last."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, outcome in zip(confidences, outcomes, strict=True):
        groups.setdefault(min(number - 1, int(confidence * number)), []).append((confidence, outcome))
    return tuple(
        Bin(
            low=place / number,
            high=(place + 1) / number,
            cases=len(group),
            confidence=sum(confidence for confidence, _ in group) / len(group),
            accuracy=sum(outcome for _, outcome in group) / len(group),
        )
        for place, group in sorted(groups.items())
    )


def calibration_error(found: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean distance of confidence and accuracy, weighted by cases; None without cases."""
    total = sum(one.cases for one in found)
    return sum(one.cases * abs(one.confidence - one.accuracy) for one in found) / total if total else None


def share(part: int, whole: int) -> float | None:
    """`part / whole`; None when there is nothing to take a share of."""
    return part / whole if whole else None


DRAWS = 1000
"""Samples of a bootstrap: enough for two digits of a bound."""


def interval(values: Sequence[float], part: float = 0.95) -> tuple[float, float]:
    """Between which bounds the mean lies in this part of all samples of as many values, drawn with replacement; always the same ones.

    The percentile bootstrap (Efron 1979). Of two rules on the same cases the differences, case by case, are what to give: an interval
    that is above 0 says that the one is better and not only luckier. `values` must not be empty.
    """
    dice = random.Random(0)  # noqa: S311 - repeatable, not secret
    means = sorted(sum(dice.choices(values, k=len(values))) / len(values) for _ in range(DRAWS))
    outside = int(DRAWS * (1 - part) / 2)
    return means[outside], means[-outside - 1]
