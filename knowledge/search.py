"""A question, its thread and the asker's audience in; ranked chunks out."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from knowledge.embed import both
from knowledge.engines import Engines
from knowledge.fuse import convex, late_interaction, levelled, mean, ranked
from knowledge.models import Chunk, Passage
from knowledge.ports import Vectors

DEPTH = 100
"""Chunks that each engine contributes."""
RERANKED = 20
"""Chunks whose tokens are compared with the question's: the costly step."""

SPARE = 3
"""Chunks that are looked at for each one asked for, so that `spread` has other documents to choose from."""

FOREGROUND = 5
FEWEST_OTHERS = 10
"""Chunks that do not count as background, and the number below which it is not trusted."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A chunk in the ranking of one question.

    `score` orders (0 to 1). `cosine` and `late` compare chunk and question alone, so they mean the same for every
    question: `late` is the late interaction, 0 for chunks below the reranked ones.
    """

    chunk: Chunk
    score: float
    cosine: float
    late: float

    def passage(self) -> Passage:
        """The form in which callers see it."""
        chunk = self.chunk
        signals = {"cosine": self.cosine, "late_interaction": self.late}
        place = (chunk.document_id, chunk.id, chunk.title, chunk.heading, chunk.text, chunk.url)
        return Passage(*place, self.score, signals, chunk.source)


@dataclass(frozen=True, slots=True)
class Asked:
    """The forms of a question and what the model makes of each: a vector and the vectors of its tokens. Read once a question."""

    forms: Sequence[str]
    vectors: Vectors
    tokens: Sequence[Vectors]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranked chunks, best first, and how near the question is to what merely stands around (a cosine).

    `background` is the mean cosine of the chunks that follow the first five: it is high where all documents are about the
    question's field, and then a high cosine of the best one says less. Fewer than ten of them count as ten with zeros.
    """

    found: tuple[Ranked, ...] = ()
    background: float = 0.0
    asked: Asked = field(default_factory=lambda: Asked((), np.zeros((0, 0), np.float32), ()))


class Search:
    """Dense and word search, fused, the best reranked by late interaction. Reads only what the audience may read."""

    def __init__(self, engines: Engines) -> None:
        self._index = engines.index
        self._lexical = engines.lexical
        self._words = engines.words
        self._embedder = engines.embedder
        self._tokens = engines.tokens
        self._pages = engines.pages

    async def __call__(self, question: str, *, audience: AbstractSet[str], count: int, history: Sequence[str] = ()) -> Ranking:
        """At least the `count` best chunks (as far as there are), best first; ties in the order of chunk ids.

        Empty for an empty question or an empty audience.
        """
        if not question.strip() or not audience or count < 1:
            return Ranking()
        forms = spoken_forms(question, history)
        asked = Asked(forms, *await both(self._embedder, forms))
        dense = await self._index.nearest(asked.vectors, audience=audience, count=DEPTH)
        fused = await self._fused(forms, dense, audience)
        order = ranked(fused)[: max(SPARE * count, RERANKED)]
        fetched = await self._index.fetch(order, audience=audience)
        order = [chunk_id for chunk_id in order if chunk_id in fetched]
        late = await self._late(asked, [fetched[chunk_id][0] for chunk_id in order[:RERANKED]])
        compared = levelled(late)
        scores = {chunk_id: 0.5 * fused[chunk_id] + 0.5 * compared.get(chunk_id, 0.0) for chunk_id in order}
        found = []
        for chunk_id in ranked(scores):
            chunk, vector = fetched[chunk_id]
            cosine = float(np.max(asked.vectors[:2] @ vector))
            found.append(Ranked(chunk, scores[chunk_id], cosine, late.get(chunk_id, 0.0)))
        return Ranking(tuple(found), max(_background(near) for near in dense[:2]), asked)

    async def _fused(
        self, forms: Sequence[str], dense: Sequence[Mapping[str, float]], audience: AbstractSet[str]
    ) -> dict[str, float]:
        """The mean over the question's forms of dense and word search fused."""
        words = [await self._words(partial(self._lexical.search, form, audience=audience, count=DEPTH)) for form in forms]
        return mean([convex(near, said) for near, said in zip(dense, words, strict=True)])

    async def _late(self, asked: Asked, chunks: Sequence[Chunk]) -> dict[str, float]:
        """Late interaction of each chunk with the question, alone or after the former one, whichever is better."""
        stored = await self._pages(self._tokens.read, [chunk.id for chunk in chunks])
        missing = [chunk for chunk in chunks if chunk.id not in stored]
        if missing:
            made = await self._embedder.tokens([chunk.passage for chunk in missing])
            fresh = {chunk.id: tokens for chunk, tokens in zip(missing, made, strict=True)}
            stored |= await self._pages(self._tokens.write, fresh)
        tokens = list(stored.values())
        compared = await self._pages(lambda: [late_interaction(form, tokens) for form in asked.tokens[:2]])
        return dict(zip(stored, map(max, *compared) if len(compared) > 1 else compared[0], strict=True))


def _background(near: Mapping[str, float]) -> float:
    others = sorted(near.values(), reverse=True)[FOREGROUND:]
    return sum(others) / max(FEWEST_OTHERS, len(others))


def spread(found: Sequence[Ranked], count: int) -> list[Ranked]:
    """`count` of the ranking, in its order, from as many documents as possible: a second chunk of one takes no other's place."""
    first = {one.chunk.document_id: place for place, one in reversed(list(enumerate(found)))}
    chosen = sorted(first.values())[:count]
    chosen += [place for place in range(len(found)) if place not in set(chosen)][: count - len(chosen)]
    return [found[place] for place in sorted(chosen)]


def spoken_forms(question: str, history: Sequence[str]) -> list[str]:
    """The question as one would have to put it without the thread: alone, after the former question, after both last turns.

    `history` is oldest first, person and bot in turn. Each form is searched, and the rankings are averaged: no single form
    wins everywhere. The question stands first, because the model cuts long texts at the end.
    """
    turns = [turn for turn in history if turn.strip()]
    if not turns:
        return [question]
    asked = turns[-2] if len(turns) > 1 else turns[-1]
    return [question, f"{question}\n{asked}", "\n".join([question, question, *turns[-2:]])]
