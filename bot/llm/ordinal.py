"""Learns how bad something is from how it was told: ridge regression on the levels of an ordered field, over the vectors of the texts."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.llm.embedded import Embedded, Mask
from handlers.models import Record
from handlers.ports import Similar
from handlers.taught import HeldOut, Taught, part, scale
from handlers.values import Item
from handlers.votes import COMPARED, held
from knowledge.ports import Embedder, Vectors

Floats = NDArray[np.float64]
FEWEST = 15
"""Past records with a level below which nothing is learned."""
RIDGE = 0.3
"""The penalty on the weights, for vectors of length 1. From 0.1 to 1 the histories of docs/benchmarks.md differ little."""
BIAS = 10.0
"""The constant feature beside a vector: so large that the mean level costs no penalty worth speaking of."""
USUAL = 0.5
"""The power of what is usual, which is in the regression's mean already."""
NARROWEST = 0.1
"""Levels: nobody sets a priority more exactly than that, however few records say so."""
JUDGED = 60
"""Past records, spread evenly, on which it is held against the votes: each costs a vote, some milliseconds."""
KEPT = 32
"""Pools whose lesson is kept, a few KiB each."""


@dataclass(frozen=True, slots=True)
class Regression:
    """The level of a text as a Gaussian: its mean is linear in the text's vector, its width what the past ones miss by when each is left
    out (closed form: the residual over 1 less the leverage). `past` has the probability of each level for every past text, left out.
    """

    weights: Floats
    width: float
    usual: Floats
    past: Floats

    @classmethod
    def of(cls, vectors: Vectors, levels: Sequence[int]) -> Self:
        """Fitted to the vectors (n x d) and the level of each, 0 to k - 1."""
        count = len(levels)
        wide = np.hstack([vectors.astype(np.float64), np.full((count, 1), BIAS)])
        level = np.asarray(levels, dtype=np.float64)
        inverse = np.linalg.inv(wide @ wide.T + RIDGE * np.eye(count))
        missed = inverse @ level / np.diag(inverse)
        width = max(NARROWEST, float(np.sqrt(np.mean(missed**2))))
        own = np.eye(max(levels) + 1)[list(levels)]
        usual = own.sum(axis=0)
        past = likely(level - missed, width, usual - own)
        return cls(wide.T @ (inverse @ level), width, usual, past)

    def of_text(self, vector: Vectors) -> Floats:
        """The probability of each level."""
        mean = float(vector @ self.weights[:-1] + BIAS * self.weights[-1])
        found: Floats = likely(np.array([mean]), self.width, self.usual)[0]
        return found


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a pool has taught, and which part it has earned beside the votes."""

    regression: Regression
    part: float


class OrdinalRidge:
    """The Learn port. What a pool has taught is kept until one of its records changes."""

    def __init__(self, embedder: Embedder, similar: Similar, *, mask: Mask | None = None) -> None:
        self._embed = Embedded(embedder, telling, mask=mask)
        self._similar = similar
        self._kept: OrderedDict[tuple[object, ...], Lesson] = OrderedDict()

    async def __call__(self, record: Record, pool: Sequence[Record], field: str, votes: HeldOut) -> Taught | None:
        """See `handlers.taught.Learn`."""
        cases = [past for past in pool if len(held(past, field)) == 1]
        levels = scale([held(past, field)[0] for past in cases]) if len(cases) >= FEWEST else None
        if levels is None:
            return None
        name = (field, *((past.key, past.version, held(past, field)) for past in cases))
        lesson = self._kept.get(name) or await self._learned(cases, levels, pool, field, votes)
        self._kept[name] = lesson
        self._kept.move_to_end(name)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        [vector] = await self._embed([record])
        usual = Counter(held(past, field)[0] for past in cases)
        return Taught(spread(lesson.regression.of_text(vector), levels, usual), lesson.part, len(cases))

    async def _learned(
        self, cases: Sequence[Record], levels: Mapping[Item, int], pool: Sequence[Record], field: str, votes: HeldOut
    ) -> Lesson:
        """Fitted, and held against the votes on past records."""
        places = [levels[held(past, field)[0]] for past in cases]
        found = Regression.of(np.stack(await self._embed(cases)), places)
        judged = [index * len(cases) // JUDGED for index in range(JUDGED)] if len(cases) > JUDGED else range(len(cases))
        voted: list[float] = []
        for index in judged:
            past = cases[index]
            others = [one for one in pool if one is not past]
            shares = votes(past, await self._similar(past, others, limit=COMPARED), others, field)
            voted.append(sum(share for value, share in shares.items() if levels.get(value) == places[index]))
            await asyncio.sleep(0)  # some milliseconds each: others have their turn
        return Lesson(found, part(voted, [float(found.past[index, places[index]]) for index in judged]))


def telling(record: Record) -> str:
    """How something is told: the text without the title, which says what it is about; the title where there is nothing else."""
    return record.text.strip() or record.title


def likely(means: Floats, width: float, usual: Floats) -> Floats:
    """The probability of each level, a row a mean: how far the level is from the mean, and how usual it is among so many records."""
    levels = np.arange(usual.shape[-1])
    heights = np.exp(-((means[:, None] - levels) ** 2) / (2 * width**2)) * (usual + 0.5) ** USUAL
    found: Floats = heights / heights.sum(axis=1, keepdims=True)
    return found


def spread(found: Floats, levels: Mapping[Item, int], usual: Mapping[Item, int]) -> dict[Item, float]:
    """The share of each value: values of one level share in its probability as they are used."""
    used = np.zeros(len(found))
    for value, level in levels.items():
        used[level] += usual[value]
    return {value: float(found[level]) * usual[value] / float(used[level]) for value, level in levels.items()}
