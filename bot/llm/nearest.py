"""Nearest neighbours by meaning: the offline source of advice, and what it falls back to later."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from handlers.models import Record
from knowledge.ports import Embedder, Vectors

CACHE = 5000
"""Vectors kept, 1.5 KiB each."""
READ = 1200
"""Characters of a record that are compared: about what the model reads at once."""


class Nearest:
    """The Similar port over an Embedder. A record's vector is kept until the record changes."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    async def __call__(self, record: Record, pool: Sequence[Record], *, limit: int) -> Sequence[tuple[Record, float]]:
        """The `limit` records of `pool` nearest to `record` by cosine, nearest first; equal ones in the order of the pool."""
        if not pool:
            return ()
        vectors = await self._embed((record, *pool))
        cosines = np.stack(vectors[1:]) @ vectors[0]
        order = np.argsort(-cosines, kind="stable")[:limit]
        return [(pool[index], float(cosines[index])) for index in order]

    async def _embed(self, records: Sequence[Record]) -> list[Vectors]:
        names = [(record.key, record.version) for record in records]
        known = {name: self._vectors[name] for name in names if name in self._vectors}
        missing = {name: record for name, record in zip(names, records, strict=True) if name not in known}
        if missing:
            fresh = await self._embedder.embed([words(record) for record in missing.values()])
            known |= dict(zip(missing, fresh, strict=True))
        for name in names:
            self._vectors[name] = known[name]
            self._vectors.move_to_end(name)
        while len(self._vectors) > CACHE:
            self._vectors.popitem(last=False)
        return [known[name] for name in names]


def words(record: Record) -> str:
    """What two records are compared by."""
    return f"{record.title}\n{record.text}"[:READ]
