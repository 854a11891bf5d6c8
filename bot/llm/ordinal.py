"""How bad something is, learned from how it was told: ridge regression on the levels of an ordered field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from bot.llm.ridge import Floats, fitted, widened
from knowledge.ports import Vectors

USUAL = 0.5
"""The power of what is usual, which is in the regression's mean already."""
NARROWEST = 0.1
"""Levels: nobody sets a priority more exactly than that, however few records say so."""


@dataclass(frozen=True, slots=True)
class Levels:
    """See `Fitted`. The level of a text is a Gaussian: its mean is linear in the text's vector, its width what the past ones miss by."""

    weights: Floats
    width: float
    usual: Floats

    @classmethod
    def of(cls, vectors: Vectors, levels: Sequence[int]) -> tuple[Self, Floats]:
        """Fitted to the vectors (n x d) and the level of each, 0 to k - 1; and the probability of each level for every past text (n x k), as
        if that text had not been there.
        """
        level = np.asarray(levels, dtype=np.float64)[:, None]
        weights, missed = fitted(vectors, level)
        width = max(NARROWEST, float(np.sqrt(np.mean(missed**2))))
        own = np.eye(max(levels) + 1)[list(levels)]
        usual = own.sum(axis=0)
        return cls(weights, width, usual), likely((level - missed)[:, 0], width, usual - own)

    def of_text(self, vector: Vectors) -> Floats:
        """See `Fitted`."""
        found: Floats = likely((widened(vector) @ self.weights)[:, 0], self.width, self.usual)[0]
        return found


def likely(means: Floats, width: float, usual: Floats) -> Floats:
    """The probability of each level, a row a mean: how far the level is from the mean, and how usual it is among so many records."""
    levels = np.arange(usual.shape[-1])
    heights = np.exp(-((means[:, None] - levels) ** 2) / (2 * width**2)) * (usual + 0.5) ** USUAL
    found: Floats = heights / heights.sum(axis=1, keepdims=True)
    return found
