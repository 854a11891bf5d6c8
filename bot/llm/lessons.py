"""What past records teach of a field by all of their texts, beside the votes of those that are alike."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakValueDictionary

import numpy as np

from bot.llm.embedded import Embedded, Mask
from bot.llm.nominal import Classes
from bot.llm.ordinal import Levels
from bot.llm.ridge import Fitted, Floats
from handlers.models import Record
from handlers.ports import Similar
from handlers.taught import ORDERED, HeldOut, Taught, part, places
from handlers.values import Item
from handlers.votes import COMPARED, held
from handlers.wording import MANNERS, manner
from knowledge.ports import Embedder, Vectors

FEWEST = 15
"""Past records with a value below which nothing is learned."""
JUDGED = 40
"""Past records, spread evenly, on which it is held against the votes: each costs a vote, some milliseconds."""
KEPT = 16
"""Lessons that are kept, 8 bytes for each value and number of a vector twice: of twenty values and 384 numbers 120 KiB."""
LOOKED = 4 * JUDGED
"""Past records whose nearest are kept, by their places: the fields of a few projects."""
DRIFT = 0.1
"""Share of the past records that may have changed before what they teach is held against the votes again; what it is, is learned anew each time."""
HALVES = 0.5**0.5
"""Title and text weigh as much as each other: together they are of length 1."""
MANNER = 0.3
"""The length of each manner of writing beside them. Chosen, as is `HALVES`, by the accuracy on the type in docs/benchmarks.md."""
K = TypeVar("K")
V = TypeVar("V")
Near = Sequence[tuple[Record, float]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a pool has taught of a field, and which part it has earned beside the votes. `usual`: how many have each value."""

    fitted: Fitted
    places: Mapping[Item, int]
    usual: Mapping[Item, int]
    part: float

    def of_text(self, vector: Vectors) -> Taught:
        """What it says of a new text."""
        return Taught(spread(self.fitted.of_text(vector), self.places, self.usual), self.part, sum(self.usual.values()))


class Lessons:
    """The Learn port. What a pool has taught is kept until one of its records changes, and how loudly it speaks until a share `drift` of
    them has. With 0 it is judged for each pool by itself, as who measures it must.
    """

    def __init__(self, embedder: Embedder, similar: Similar, *, mask: Mask | None = None, drift: float = DRIFT) -> None:
        self._titles = Embedded(embedder, title, mask=mask)
        self._texts = Embedded(embedder, telling, mask=mask)
        self._similar = similar
        self._drift = drift
        self._kept: OrderedDict[tuple[object, ...], Lesson] = OrderedDict()
        self._near: OrderedDict[tuple[object, ...], Sequence[tuple[int, float]]] = OrderedDict()
        self._parts: OrderedDict[tuple[str, frozenset[object]], float] = OrderedDict()
        self._learning: WeakValueDictionary[tuple[object, ...], asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, record: Record, pool: Sequence[Record], field: str, votes: HeldOut) -> Taught | None:
        """See `handlers.taught.Learn`."""
        cases = [past for past in pool if len(held(past, field)) == 1]
        found = places(field, [held(past, field)[0] for past in cases]) if len(cases) >= FEWEST else None
        if found is None:
            return None
        name = (field, *((past.key, past.version, held(past, field)) for past in cases))
        lock = self._learning.setdefault(name, asyncio.Lock())
        async with lock:  # who asks meanwhile waits for it
            lesson = self._kept.get(name) or await self._learned(cases, found, pool, field, votes)
            keep(self._kept, name, lesson, KEPT)
        [vector] = await self._vectors([record], field)
        return lesson.of_text(vector)

    async def _learned(
        self, cases: Sequence[Record], found: Mapping[Item, int], pool: Sequence[Record], field: str, votes: HeldOut
    ) -> Lesson:
        """Fitted, and held against the votes on past records where that was not done on nearly the same ones."""
        own = [found[held(past, field)[0]] for past in cases]
        fitted, before = (Levels if field in ORDERED else Classes).of(await self._vectors(cases, field), own)
        usual = Counter(held(past, field)[0] for past in cases)
        those = frozenset((past.key, past.version, held(past, field)) for past in cases)
        if (earned := self._earned(field, those)) is None:
            judged = [number * len(cases) // JUDGED for number in range(JUDGED)] if len(cases) > JUDGED else range(len(cases))
            voted = [await self._voted(cases[at], pool, field, votes) for at in judged]
            likely = [
                sum(share for value, share in one.items() if found.get(value) == own[at])
                for at, one in zip(judged, voted, strict=True)
            ]
            earned = part(likely, [float(before[at, own[at]]) for at in judged])
            keep(self._parts, (field, those), earned, KEPT)
        return Lesson(fitted, found, usual, earned)

    def _earned(self, field: str, those: frozenset[object]) -> float | None:
        """The part that was earned on nearly the same records, the latest of them; None where there is none."""
        for (name, others), earned in reversed(self._parts.items()):
            if name == field and len(those & others) >= (1 - self._drift) * max(len(those), len(others)):
                return earned
        return None

    async def _voted(self, past: Record, pool: Sequence[Record], field: str, votes: HeldOut) -> Mapping[Item, float]:
        """The votes on a past record, as if it were new."""
        others = [one for one in pool if one is not past]
        shares = votes(past, await self._nearest(past, others), others, field)
        await asyncio.sleep(0)  # some milliseconds each: others have their turn
        return shares

    async def _nearest(self, past: Record, others: Sequence[Record]) -> Near:
        """Those that are nearest to a past record, looked for once for all fields."""
        name = (past.key, past.version, *((one.key, one.version) for one in others))
        if (near := self._near.get(name)) is None:
            order = {one.key: place for place, one in enumerate(others)}
            near = [(order[one.key], cosine) for one, cosine in await self._similar(past, others, limit=COMPARED)]
        keep(self._near, name, near, LOOKED)
        return [(others[place], cosine) for place, cosine in near]

    async def _vectors(self, records: Sequence[Record], field: str) -> Vectors:
        """What is learned from, a row each: of how bad something is, the text alone, for its title says what it is about."""
        texts = np.stack(await self._texts(records))
        if field in ORDERED:
            return texts
        titles = np.stack(await self._titles(records))
        manners = np.array([[name in manner(record) for name in MANNERS] for record in records], dtype=np.float32)
        return np.hstack([HALVES * titles, HALVES * texts, MANNER * manners])


def keep(kept: OrderedDict[K, V], name: K, value: V, most: int) -> None:
    """The newest `most` of what was looked for."""
    kept[name] = value
    kept.move_to_end(name)
    while len(kept) > most:
        kept.popitem(last=False)


def title(record: Record) -> str:
    """What a record says it is about; the text where it says nothing."""
    return record.title.strip() or record.text


def telling(record: Record) -> str:
    """How something is told: the text without the title; the title where there is nothing else."""
    return record.text.strip() or record.title


def spread(found: Floats, places: Mapping[Item, int], usual: Mapping[Item, int]) -> dict[Item, float]:
    """The share of each value: values of one place share in its probability as they are used."""
    used = np.zeros(len(found))
    for value, place in places.items():
        used[place] += usual[value]
    return {value: float(found[place]) * usual[value] / float(used[place]) for value, place in places.items()}
