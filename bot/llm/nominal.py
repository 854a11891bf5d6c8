"""Which of several values goes with a text, learned from past ones: ridge regression on each value against all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from bot.llm.ridge import Floats, fitted, widened
from knowledge.ports import Vectors

SHARPNESSES = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
"""What the scores are multiplied with before they become probabilities; the past says which fits."""


@dataclass(frozen=True, slots=True)
class Classes:
    """See `Fitted`. A value's score is linear in the text's vector, 1 where a past text has it and 0 where not; softmax makes them shares."""

    weights: Floats
    sharpness: float

    @classmethod
    def of(cls, vectors: Vectors, classes: Sequence[int]) -> tuple[Self, Floats]:
        """Fitted to the vectors (n x d) and the class of each, 0 to k - 1; and the probability of each class for every past text (n x k), as
        if that text had not been there.
        """
        own = np.eye(max(classes) + 1)[list(classes)]
        weights, missed = fitted(vectors, own)
        tried = [(sharpness, shares(own - missed, sharpness)) for sharpness in SHARPNESSES]
        sharpness, past = max(tried, key=lambda one: float(np.log((one[1] * own).sum(axis=1)).sum()))
        return cls(weights, sharpness), past

    def of_text(self, vector: Vectors) -> Floats:
        """See `Fitted`."""
        found: Floats = shares(widened(vector) @ self.weights, self.sharpness)[0]
        return found


def shares(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities, a row each. A score has meaning from 0 to 1; what is far outside is no surer than that."""
    heights = np.exp(sharpness * np.clip(scores, -1, 2))
    found: Floats = heights / heights.sum(axis=1, keepdims=True)
    return found
