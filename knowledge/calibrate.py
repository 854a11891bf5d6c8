"""From the signals of a search to the probability that the passages answer the question: a logistic curve, fitted per knowledge base."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Signals:
    """What a search says about how well the best passages fit, each about 0 to 1.

    `late`: best late interaction; `coverage`: share of the question's telling words in the best passage; `cosine`: best
    cosine of question and passage.
    """

    late: float
    coverage: float
    cosine: float

    def row(self) -> tuple[float, float, float]:
        """As numbers, in the order in which weights are stored."""
        return self.late, self.coverage, self.cosine


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the three signals and the bias; below `threshold` an answer is withheld."""

    late: float = 12.0
    coverage: float = 1.5
    cosine: float = 6.0
    bias: float = -10.0
    threshold: float = 0.5

    def probability(self, signals: Signals) -> float:
        """The calibrated confidence, strictly between 0 and 1."""
        total = self.bias + self.late * signals.late + self.coverage * signals.coverage + self.cosine * signals.cosine
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


DEFAULT = Calibration()


def fit(samples: Sequence[tuple[Signals, bool]], *, strength: float = 1.0) -> Calibration:
    raise NotImplementedError


def load(path: Path) -> Calibration:
    """The calibration stored at `path`; the default one when there is none."""
    if not path.exists():
        return DEFAULT
    return Calibration(**json.loads(path.read_text(encoding="utf-8")))


def save(calibration: Calibration, path: Path) -> None:
    """Store a calibration, whole or not at all."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(calibration), indent=2), encoding="utf-8")
    temporary.replace(path)
