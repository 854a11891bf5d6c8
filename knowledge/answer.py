"""Turns ranked passages into an answer: the sentences that say it, each with its source, or an honest "I don't know"."""

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import partial

import numpy as np

from knowledge.calibrate import Calibration, Signals
from knowledge.fuse import late_interaction
from knowledge.lane import Lane
from knowledge.lexical import Lexical
from knowledge.models import Answer, Chunk, Citation, Passage
from knowledge.plain import plain
from knowledge.ports import Embedder
from knowledge.search import Ranked, Search, spoken_forms, spread
from knowledge.sentences import sentences

READ = 3
"""Passages whose sentences may be quoted, and whose signals count."""
SHOWN = 10
"""Passages that come along with an answer."""
QUOTED = 3
"""Sentences of an answer at most."""
WORTH = 0.75
"""A further sentence is quoted only when it scores at least this share of the best one."""
NEAREST = 3
"""Sources that are named when there is no answer."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    chunk: Chunk
    rank: int
    start: int
    quote: str
    words: str


class Answering:
    """Extractive answers: nothing is said that does not stand in a document."""

    def __init__(self, search: Search, lexical: Lexical, words: Lane, embedder: Embedder) -> None:
        self._search = search
        self._lexical = lexical
        self._words = words
        self._embedder = embedder

    async def __call__(self, question: str, *, audience: Set[str], history: Sequence[str], calibration: Calibration) -> Answer:
        """The answer for this audience; withheld below the calibration's threshold."""
        if not question.strip():
            return _withheld("I don't know what to look for: please ask a question in words.")
        found = await self._search(question, audience=audience, count=SHOWN, history=history)
        if not found:
            return _withheld("I don't know: there is no document here that you may read.")
        confidence = calibration.probability(await self.signals(question, found, history))
        quotes = await self._quotes(question, found[:READ], history) if confidence >= calibration.threshold else []
        if not quotes:
            return _withheld(_nearest(found), confidence, found)
        marked = " ".join(f"{_ended(sentence.words)} [{number}]" for number, sentence in enumerate(quotes, 1))
        return Answer(marked, confidence, abstained=False, citations=tuple(_cited(quotes)), passages=_passages(found))

    async def signals(self, question: str, found: Sequence[Ranked], history: Sequence[str]) -> Signals:
        """How well the first passages fit the question."""
        best = found[:READ]
        weights = await self._telling(question, history)
        covered = [await self._coverage(weights, f"{one.chunk.passage}") for one in best]
        return Signals(max(one.late for one in best), max(covered), max(one.cosine for one in best))

    async def _telling(self, question: str, history: Sequence[str]) -> dict[str, float]:
        """The question's telling stems and their weights; those of the whole thread when it has none of its own."""
        for text in spoken_forms(question, history):
            terms = await self._words(self._lexical.content, text)
            if terms:
                return dict(await self._words(self._lexical.weights, terms))
        return {}

    async def _coverage(self, weights: dict[str, float], text: str) -> float:
        """Share of the weights whose stems stand in the text; 0 when there is nothing to weigh."""
        total = sum(weights.values())
        if not total:
            return 0.0
        present = set(await self._words(self._lexical.terms, text))
        return sum(weight for term, weight in weights.items() if term in present) / total

    async def _quotes(self, question: str, found: Sequence[Ranked], history: Sequence[str]) -> list[_Sentence]:
        """The best sentences, in the order of the documents' ranks and of the text."""
        candidates = _candidates(found)
        if not candidates:
            return []
        form = spoken_forms(question, history)[:2][-1]
        texts = [f"{sentence.chunk.title}\n{sentence.words}" for sentence in candidates]
        asked, vectors = (await self._embedder.embed([form]))[0], await self._embedder.embed(texts)
        tokens = await self._embedder.tokens([form, *(sentence.words for sentence in candidates)])
        weights = await self._telling(question, history)
        covered = [await self._coverage(weights, text) for text in texts]
        late = await asyncio.to_thread(lambda: [late_interaction(tokens[0], one) for one in tokens[1:]])
        scores = (vectors @ asked + np.array(covered) + np.array(late)) / 3
        order = sorted(range(len(candidates)), key=lambda place: (-scores[place], place))
        chosen = [place for place in order[:QUOTED] if scores[place] >= WORTH * scores[order[0]]]
        return sorted((candidates[place] for place in chosen), key=lambda one: (one.rank, one.start))


def _candidates(found: Sequence[Ranked]) -> list[_Sentence]:
    """The sentences of the passages, without repetitions and without lines that say nothing."""
    seen: dict[str, _Sentence] = {}
    ranks: dict[str, int] = {}
    for one in found:
        rank = ranks.setdefault(one.chunk.document_id, len(ranks))
        for start, end in sentences(one.chunk.text):
            quote = one.chunk.text[start:end]
            words = plain(quote)
            if len(words.split()) > 1:
                seen.setdefault(words, _Sentence(one.chunk, rank, one.chunk.position * 10_000 + start, quote, words))
    return list(seen.values())


def _ended(words: str) -> str:
    return words if words[-1] in ".!?…:" else f"{words}."


def _cited(quotes: Sequence[_Sentence]) -> list[Citation]:
    return [Citation(one.chunk.document_id, one.chunk.title, one.chunk.url, one.quote) for one in quotes]


def _passages(found: Sequence[Ranked]) -> tuple[Passage, ...]:
    return tuple(one.passage() for one in spread(found, SHOWN))


def _nearest(found: Sequence[Ranked]) -> str:
    names = list(dict.fromkeys(one.chunk.title or one.chunk.document_id for one in spread(found, SHOWN)))[:NEAREST]
    return f"I don't know. The nearest sources are: {', '.join(names)}."


def _withheld(text: str, confidence: float = 0.0, found: Sequence[Ranked] = ()) -> Answer:
    return Answer(text, confidence, abstained=True, citations=(), passages=_passages(found))
