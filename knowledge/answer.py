"""Turns ranked passages into an answer: the sentences that say it, each with its source, or an honest "I don't know"."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from knowledge.calibrate import Calibration, Signals
from knowledge.engines import Engines
from knowledge.errors import NotWritten
from knowledge.fuse import late_interaction
from knowledge.grounded import Grounds
from knowledge.models import Answer, Chunk, Citation, Origin, Passage, Written
from knowledge.pieces import Piece, Pieces
from knowledge.ports import Writer
from knowledge.quotable import Quotable, quotables
from knowledge.search import Ranked, Ranking, Search, spoken_forms, spread

READ = 3
"""Passages whose sentences may be quoted, and whose signals count."""
SHOWN = 10
"""Passages that come along with an answer."""
QUOTED = 3
"""Sentences of an answer at most."""
WORTH = 0.8
"""A further sentence is quoted only when it scores at least this share of the best one."""
GIVEN = 6
"""Passages that a writer is given."""
NEAREST = 3
"""Sources that are named when there is no answer."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may be quoted; `order` sorts by rank of the document, then by place in it."""

    chunk: Chunk
    order: tuple[int, int, int]
    piece: Quotable

    @property
    def context(self) -> str:
        """The sentence under its title and heading, so that "it" and "this" mean something."""
        return _context(self.chunk, self.piece)


class Answering:
    """Answers from documents: nothing is said that does not stand in one. Without a `writer` they are quoted."""

    def __init__(self, search: Search, engines: Engines, writer: Writer | None = None) -> None:
        self._search = search
        self._writer = writer
        self._lexical = engines.lexical
        self._words = engines.words
        self._pieces = Pieces(engines)

    async def __call__(
        self,
        question: str,
        *,
        audience: AbstractSet[str],
        history: Sequence[str],
        calibration: Calibration,
        quoted: bool = False,
        origin: Origin,
    ) -> Answer:
        """The answer for this audience; withheld below the calibration's threshold. `quoted` asks no writer."""
        if not question.strip():
            return _withheld("I don't know what to look for: please ask a question in words.")
        ranking = await self._search(question, audience=audience, count=SHOWN, history=history)
        found = ranking.found
        if not found:
            return _withheld("I don't know: there is no document here that you may read.")
        confidence = calibration.probability(await self.signals(question, ranking, history))
        quotes = await self._quotes(question, ranking, history) if confidence >= calibration.threshold else []
        if not quotes:
            return _withheld(_nearest(found), confidence, found)
        marked = " ".join(f"{_ended(quote.piece.words)} [{number}]" for number, quote in enumerate(quotes, 1))
        plain = Answer(marked, confidence, abstained=False, citations=tuple(_cited(quotes)), passages=_passages(found))
        if quoted:
            return plain
        return await self._in_words(plain, question, audience=audience, history=history, origin=origin)

    async def _in_words(
        self, plain: Answer, question: str, *, audience: AbstractSet[str], history: Sequence[str], origin: Origin
    ) -> Answer:
        """The same answer as the writer puts it, where there is one and what it writes holds; else as it is, with a note."""
        if self._writer is None:
            return plain
        passages = plain.passages[:GIVEN]
        try:
            written = await self._writer(question, passages=passages, history=history, audience=audience, origin=origin)
            text, cited = await self._words(composed, self._grounds(passages), passages, written)
        except NotWritten as why:
            return replace(plain, note=f"No summary: {why}")
        return replace(plain, text=text, citations=cited, written=True)

    def _grounds(self, passages: Sequence[Passage]) -> Grounds:
        return Grounds(passages, stems=self._lexical.content, weights=self._lexical.weights)

    async def prepare(self, chunk: Chunk) -> None:
        """Read with the model what could be quoted of a passage, so that the first question that it answers does not wait for that."""
        if found := [Piece(chunk.id, one.words, _context(chunk, one)) for one in quotables(chunk.text)]:
            await self._pieces(found)

    async def signals(self, question: str, ranking: Ranking, history: Sequence[str]) -> Signals:
        """How well the first passages fit the question."""
        best = ranking.found[:READ]
        weights = await self._telling(question, history)
        covered = await self._coverage(weights, [one.chunk.passage for one in best])
        cosine = max(one.cosine for one in best)
        return Signals(late=max(one.late for one in best), coverage=max(covered), standing=cosine - ranking.background / 2)

    async def _telling(self, question: str, history: Sequence[str]) -> dict[str, float]:
        """The question's telling stems and their weights; those of the whole thread when it has none of its own."""
        for text in spoken_forms(question, history):
            terms = await self._words(self._lexical.content, text)
            if terms:
                return dict(await self._words(self._lexical.weights, terms))
        return {}

    async def _coverage(self, weights: dict[str, float], texts: Sequence[str]) -> list[float]:
        """Of each text the share of the weights whose stems stand in it; 0 when there is nothing to weigh."""
        total = sum(weights.values())
        if not total:
            return [0.0] * len(texts)
        present = await self._words(lambda: [set(self._lexical.terms(text)) for text in texts])
        return [sum(weight for term, weight in weights.items() if term in terms) / total for terms in present]

    async def _quotes(self, question: str, ranking: Ranking, history: Sequence[str]) -> list[_Candidate]:
        """The best sentences: mean of cosine and coverage (with title and heading) and late interaction (without)."""
        candidates = _candidates(ranking.found[:READ])
        if not candidates:
            return []
        place = min(len(ranking.asked.forms), 2) - 1
        contexts = [candidate.context for candidate in candidates]
        pieces = [Piece(one.chunk.id, one.piece.words, context) for one, context in zip(candidates, contexts, strict=True)]
        vectors, tokens = await self._pieces(pieces)
        weights = await self._telling(question, history)
        covered = await self._coverage(weights, contexts)
        late = await asyncio.to_thread(late_interaction, ranking.asked.tokens[place], tokens)
        scores = (vectors @ ranking.asked.vectors[place] + np.array(covered) + np.array(late)) / 3
        order = sorted(range(len(candidates)), key=lambda place: (-scores[place], place))
        chosen = [place for place in order[:QUOTED] if scores[place] >= WORTH * scores[order[0]]]
        return sorted((candidates[place] for place in chosen), key=lambda candidate: candidate.order)


def composed(grounds: Grounds, passages: Sequence[Passage], written: Sequence[Written]) -> tuple[str, tuple[Citation, ...]]:
    """Sentences that hold, marked, and what they cite, each quote verbatim. Raises NotWritten."""
    marked: list[str] = []
    cited: dict[Citation, int] = {}
    for one in grounds.checked(written):
        marks: list[int] = []
        for number in one.passages:
            if (piece := grounds.quote(one, number)) is not None:
                passage = passages[number - 1]
                citation = Citation(passage.document_id, passage.title, passage.url, piece.quote)
                marks.append(cited.setdefault(citation, len(cited) + 1))
        if not marks:
            raise NotWritten("what the language model wrote cannot be quoted from the documents.")
        marked.append(" ".join((_ended(one.text), *(f"[{mark}]" for mark in dict.fromkeys(marks)))))
    return " ".join(marked), tuple(cited)


def _candidates(found: Sequence[Ranked]) -> list[_Candidate]:
    """The sentences of the passages, each once."""
    seen: dict[str, _Candidate] = {}
    ranks: dict[str, int] = {}
    for one in found:
        rank = ranks.setdefault(one.chunk.document_id, len(ranks))
        for piece in quotables(one.chunk.text):
            seen.setdefault(piece.words, _Candidate(one.chunk, (rank, one.chunk.position, piece.start), piece))
    return list(seen.values())


def _context(chunk: Chunk, piece: Quotable) -> str:
    return replace(chunk, text=piece.words).passage


def _ended(words: str) -> str:
    return words if words[-1] in ".!?…:" else f"{words}."


def _cited(quotes: Sequence[_Candidate]) -> list[Citation]:
    return [Citation(one.chunk.document_id, one.chunk.title, one.chunk.url, one.piece.quote) for one in quotes]


def _passages(found: Sequence[Ranked]) -> tuple[Passage, ...]:
    return tuple(one.passage() for one in spread(found, SHOWN))


def _nearest(found: Sequence[Ranked]) -> str:
    names = list(dict.fromkeys(one.chunk.title or one.chunk.document_id for one in spread(found, SHOWN)))[:NEAREST]
    return f"I don't know. The nearest sources are: {', '.join(names)}."


def _withheld(text: str, confidence: float = 0.0, found: Sequence[Ranked] = ()) -> Answer:
    return Answer(text, confidence, abstained=True, citations=(), passages=_passages(found))
