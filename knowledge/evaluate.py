"""Measures a knowledge base on labelled questions: ranking, abstention, calibration, citations."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from knowledge.metrics import Bin, auroc, bins, calibration_error, ndcg, recall, reciprocal_rank, share
from knowledge.models import Answer, Passage
from knowledge.ports import Progress
from knowledge.questions import Question

DEPTH = 10


class Asked(Protocol):
    """What is measured: a Knowledge, or something that answers like one."""

    async def search(
        self, question: str, *, audience: AbstractSet[str], k: int = 10, history: Sequence[str] = ()
    ) -> list[Passage]:
        """Ranked passages."""
        ...

    async def answer(self, question: str, *, audience: AbstractSet[str], history: Sequence[str] = ()) -> Answer:
        """An answer, or none."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """The outcome. A figure is None when no question could tell it.

    `ndcg`, `recall`, `mrr`: over answerable questions with known documents, ranks of documents by their best passage.
    `abstention_precision`: share of withheld answers whose question has none; `abstention_recall`: share of questions
    without an answer that were withheld. `auroc`: confidence, answerable against not. `calibration_error` and `bins`:
    confidence against whether one of the passages shown first is right. `citation_correctness`: share of citations
    from a right document. `containment`: share of given answers that hold one of the expected texts.
    """

    questions: int
    ndcg: float | None
    recall: float | None
    mrr: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    auroc: float | None
    calibration_error: float | None
    bins: tuple[Bin, ...]
    citation_correctness: float | None
    containment: float | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    question: Question
    ranking: tuple[str, ...]
    answer: Answer


async def evaluate(
    base: Asked, questions: Sequence[Question], *, audience: AbstractSet[str], progress: Progress | None = None
) -> Figures:
    """Ask every question with its history and compare with what would be right."""
    outcomes = []
    for number, question in enumerate(questions, 1):
        passages = await base.search(question.question, audience=audience, k=DEPTH, history=question.history)
        answer = await base.answer(question.question, audience=audience, history=question.history)
        outcomes.append(_Outcome(question, tuple(dict.fromkeys(one.document_id for one in passages)), answer))
        if progress:
            progress("questions", number, len(questions))
    return figures(outcomes)


def figures(outcomes: Sequence[_Outcome]) -> Figures:
    """The figures of what came back."""
    ranked = [(one.ranking, frozenset(one.question.document_ids)) for one in outcomes if one.question.answerable]
    ranked = [(ranking, relevant) for ranking, relevant in ranked if relevant]
    withheld = [one for one in outcomes if one.answer.abstained]
    silent = sum(not one.question.answerable for one in withheld)
    confidences = [one.answer.confidence for one in outcomes]
    found = bins(confidences, [right(one.question, one.answer.passages) for one in outcomes])
    cited = [(citation, one.question) for one in outcomes if one.question.document_ids for citation in one.answer.citations]
    given = [one for one in outcomes if one.question.answers and not one.answer.abstained]
    return Figures(
        questions=len(outcomes),
        ndcg=_mean([ndcg(ranking, relevant, DEPTH) for ranking, relevant in ranked]),
        recall=_mean([recall(ranking, relevant, 5) for ranking, relevant in ranked]),
        mrr=_mean([reciprocal_rank(ranking, relevant, DEPTH) for ranking, relevant in ranked]),
        abstention_precision=share(silent, len(withheld)),
        abstention_recall=share(silent, sum(not one.question.answerable for one in outcomes)),
        auroc=auroc(confidences, [one.question.answerable for one in outcomes]),
        calibration_error=calibration_error(found),
        bins=found,
        citation_correctness=share(sum(citation.document_id in of.document_ids for citation, of in cited), len(cited)),
        containment=share(sum(_contains(one) for one in given), len(given)),
    )


def right(question: Question, passages: Sequence[Passage]) -> bool:
    """Whether the passages answer the question: it has an answer, and its documents (if known) are among the first three."""
    if not question.answerable:
        return False
    shown = {passage.document_id for passage in passages[:3]}
    return not question.document_ids or bool(shown & set(question.document_ids))


def _contains(outcome: _Outcome) -> bool:
    said = " ".join(outcome.answer.text.lower().split())
    return any(" ".join(expected.lower().split()) in said for expected in outcome.question.answers)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
