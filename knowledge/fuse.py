"""How rankings become one: pure arithmetic on scores by chunk id."""

from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.ports import Vectors

Scores = Mapping[str, float]


def levelled(scores: Scores) -> dict[str, float]:
    """The scores stretched so that the worst is 0 and the best 1; all 1 when they are equal."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {name: (score - low) / (high - low) for name, score in scores.items()}


def convex(first: Scores, second: Scores) -> dict[str, float]:
    """The mean of two levelled rankings; what one of them does not name counts as 0 there. Between 0 and 1.

    Keeps the margins that reciprocal rank fusion throws away; equal weights were fixed beforehand, not tuned.
    """
    one, two = levelled(first), levelled(second)
    return {name: 0.5 * one.get(name, 0.0) + 0.5 * two.get(name, 0.0) for name in {**one, **two}}


def mean(rankings: Sequence[Scores]) -> dict[str, float]:
    """The mean of several rankings; what one does not name counts as 0 there."""
    names = {name for ranking in rankings for name in ranking}
    return {name: sum(ranking.get(name, 0.0) for ranking in rankings) / len(rankings) for name in names}


def ranked(scores: Scores) -> list[str]:
    """Names from the best score down; equal scores in the order of their names, so that a ranking never wavers."""
    return sorted(scores, key=lambda name: (-scores[name], name))


def late_interaction(question: Vectors, passages: Sequence[Vectors]) -> list[float]:
    """For each passage the mean over the question's tokens of the best cosine with one of its tokens.

    0 where the question or the passage has no tokens. One product for all passages: many small ones cost far more.
    """
    filled = [place for place, passage in enumerate(passages) if len(passage)]
    scores = [0.0] * len(passages)
    if not filled or not len(question):
        return scores
    lengths = [len(passages[place]) for place in filled]
    cosines = np.concatenate([passages[place] for place in filled]) @ question.T
    best = np.maximum.reduceat(cosines, np.cumsum([0, *lengths[:-1]]), axis=0)
    for place, score in zip(filled, best.mean(axis=1), strict=True):
        scores[place] = float(score)
    return scores
