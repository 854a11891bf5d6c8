"""From the signals of a search to the probability that the passages answer the question: a logistic curve, fitted per knowledge base."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from knowledge.errors import BadQuestions, BrokenIndex

FEWEST = 5
"""Questions of each kind without which a curve is not fitted."""
ROUNDS = 30
"""Newton steps; convergence takes about ten."""
STIFFNESS = 0.05
"""Of the ridge: with a dozen samples the curve stays near the default, with hundreds it goes where they say."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What a search says about how well the first three passages fit, each about 0 to 1.

    `late`: best late interaction; `coverage`: share of the question's telling words in the best passage; `standing`: best
    cosine of question and passage, less half of the background (see `knowledge.search.Ranking`), because a cosine alone
    means something else in every collection.
    """

    late: float
    coverage: float
    standing: float

    def row(self) -> tuple[float, float, float]:
        """As numbers, in the order in which weights are stored."""
        return self.late, self.coverage, self.standing


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the three signals and the bias; below `threshold` an answer is withheld.

    The defaults were fitted on three kinds of questions with equal weight: those of a FAQ half of whose threads had been
    taken out, those of dialogues with and without an answer, and (half weight) questions put to the wrong one of the two
    collections; with and without an answer weighed the same. Halves split by thread confirmed each other: AUROC of the
    half left out .97 and .92 on the FAQ, .91 and .89 on the dialogues. A small handbook took no part in the fit: there
    the threshold lets four of five paraphrased questions through and no question about something else.
    """

    late: float = 9.56
    coverage: float = 0.39
    standing: float = 11.62
    bias: float = -10.86
    threshold: float = 0.2

    def probability(self, signals: Signals) -> float:
        """The calibrated confidence, strictly between 0 and 1."""
        total = self.bias + self.late * signals.late + self.coverage * signals.coverage + self.standing * signals.standing
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


DEFAULT = Calibration()


def fit(samples: Sequence[tuple[Signals, bool]], *, start: Calibration = DEFAULT) -> Calibration:
    """The curve that makes these outcomes likeliest, held near `start` by a ridge so that few samples move it little.

    Newton's method on the log-likelihood minus half of `STIFFNESS` times the squared distance to `start`. Each outcome
    says whether the passages answered the question. Raises BadQuestions when one kind of outcome is rare: then there is
    nothing to tell apart.
    """
    outcomes = np.array([outcome for _, outcome in samples], dtype=np.float64)
    if min(outcomes.sum(), len(outcomes) - outcomes.sum()) < FEWEST:
        raise BadQuestions(
            f"There are too few questions to calibrate with: give at least {FEWEST} that the knowledge base answers and "
            f"{FEWEST} that it does not."
        )
    rows = np.array([[1.0, *signals.row()] for signals, _ in samples])
    origin = np.array([start.bias, start.late, start.coverage, start.standing])
    weights = origin.copy()
    for _ in range(ROUNDS):
        said = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -60.0, 60.0)))
        slope = rows.T @ (outcomes - said) - STIFFNESS * (weights - origin)
        bend = (rows * (said * (1.0 - said))[:, None]).T @ rows + STIFFNESS * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    bias, late, coverage, standing = (float(weight) for weight in weights)
    return replace(start, bias=bias, late=late, coverage=coverage, standing=standing)


def load(path: Path) -> Calibration:
    """The calibration stored at `path`; the default one when there is none. Raises BrokenIndex when it is damaged."""
    if not path.exists():
        return DEFAULT
    try:
        return Calibration(**{name: float(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()})
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise BrokenIndex(f"The calibration in {path} cannot be read ({error}): delete the file and calibrate again.") from error


def save(calibration: Calibration, path: Path) -> None:
    """Store a calibration, whole or not at all."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(calibration), indent=2), encoding="utf-8")
    temporary.replace(path)
