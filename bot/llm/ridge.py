"""Ridge regression in its dual form, and what it would have said of each past case without that case."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.ports import Vectors

Floats = NDArray[np.float64]
PENALTY = 0.3
"""On the weights, for vectors of about length 1. From 0.1 to 1 the histories of docs/benchmarks.md differ little."""
BIAS = 10.0
"""The constant feature beside a vector: so large that the mean costs no penalty worth speaking of."""


class Fitted(Protocol):
    """What was learned of texts that fall into places 0 to k - 1."""

    def of_text(self, vector: Vectors) -> Floats:
        """The probability of each place for a new text."""
        ...


def widened(vectors: Vectors) -> Floats:
    """The vectors (n x d, or one) with the constant feature."""
    wide = np.atleast_2d(vectors).astype(np.float64)
    return np.hstack([wide, np.full((len(wide), 1), BIAS)])


def fitted(vectors: Vectors, targets: Floats) -> tuple[Floats, Floats]:
    """The weights ((d + 1) x k), and what each past target is missed by when it is left out (closed form: the residual over 1 less the
    leverage; in the dual form, the dual coefficient over the inverse's diagonal).
    """
    wide = widened(vectors)
    inverse = np.linalg.inv(wide @ wide.T + PENALTY * np.eye(len(wide)))
    dual = inverse @ targets
    return wide.T @ dual, dual / np.diag(inverse)[:, None]
