"""Nearest neighbours by meaning: the offline source of advice, and what it falls back to later."""

from collections.abc import Sequence

import numpy as np

from bot.llm.embedded import Embedded, Mask
from handlers.models import Record
from knowledge.ports import Embedder


class Nearest:
    """The Similar port over an Embedder. For `mask` see `bot.llm.embedded`."""

    def __init__(self, embedder: Embedder, *, mask: Mask | None = None) -> None:
        self._embed = Embedded(embedder, words, mask=mask)

    async def __call__(self, record: Record, pool: Sequence[Record], *, limit: int) -> Sequence[tuple[Record, float]]:
        """The `limit` records of `pool` nearest to `record` by cosine, nearest first; equal ones in the order of the pool."""
        if not pool:
            return ()
        vectors = await self._embed((record, *pool))
        cosines = np.stack(vectors[1:]) @ vectors[0]
        order = np.argsort(-cosines, kind="stable")[:limit]
        return [(pool[index], float(cosines[index])) for index in order]


def words(record: Record) -> str:
    """What two records are compared by."""
    return f"{record.title}\n{record.text}"
