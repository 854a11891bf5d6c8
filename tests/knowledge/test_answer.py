import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from knowledge import Document, Knowledge
from knowledge.embed import MiniLM
from knowledge.ports import Vectors
from knowledge.questions import read_questions

ALL = frozenset({"everyone"})
QUESTIONS = Path(__file__).with_name("handbook_questions.jsonl")
Open = Callable[..., Awaitable[Knowledge]]


@pytest.fixture
async def base(open_base: Open, handbook: list[Document]) -> Knowledge:
    opened = await open_base()
    await opened.ingest(handbook)
    return opened


async def test_questions_about_something_else_are_never_answered(base: Knowledge) -> None:
    questions = [one.question for one in read_questions(QUESTIONS) if not one.answerable]
    assert len(questions) >= 15
    for question in questions:
        answer = await base.answer(question, audience=ALL)
        assert answer.abstained, question
        assert answer.confidence < 0.05
        assert answer.text.startswith("I don't know")
        assert answer.passages[0].title in answer.text
        assert answer.citations == ()


async def test_most_paraphrased_questions_are_answered_from_the_right_page(base: Knowledge) -> None:
    questions = [one for one in read_questions(QUESTIONS) if one.answerable]
    answered = right = said = 0
    for one in questions:
        answer = await base.answer(one.question, audience=ALL)
        if not answer.abstained:
            answered += 1
            right += any(citation.document_id in one.document_ids for citation in answer.citations)
            said += any(text in answer.text for text in one.answers)
    assert answered >= 0.8 * len(questions)
    assert right >= 0.95 * answered
    assert said >= 0.9 * answered


async def test_quotes_stand_verbatim_in_their_document_and_marks_count_them(base: Knowledge, handbook: list[Document]) -> None:
    texts = {document.id: document.text for document in handbook}
    answer = await base.answer("Who approves a production deployment?", audience=ALL)
    assert answer.citations
    for number, citation in enumerate(answer.citations, 1):
        assert citation.quote in texts[citation.document_id]
        assert citation.url == f"https://handbook.example/{citation.document_id}"
        assert f"[{number}]" in answer.text
    assert f"[{len(answer.citations) + 1}]" not in answer.text
    assert "|" not in answer.text
    assert "#" not in answer.text


class Counted(MiniLM):
    """The local model, with every text that it was given to read."""

    def __init__(self, models: Path) -> None:
        super().__init__(models)
        self.read: list[str] = []

    async def embed(self, texts: Sequence[str]) -> Vectors:
        self.read += texts
        return await super().embed(texts)

    async def embed_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        self.read += texts
        return await super().embed_with_tokens(texts)


async def test_what_was_prepared_is_not_read_for_an_answer(open_base: Open, models: Path, handbook: list[Document]) -> None:
    counted = Counted(models)
    opened = await open_base(embedder=counted)
    await opened.ingest(handbook)
    assert await opened.prepare(most=2) == 2
    assert await opened.prepare() == (await opened.stats()).chunks
    counted.read.clear()
    question = "Who approves a production deployment?"
    assert not (await opened.answer(question, audience=ALL)).abstained
    assert counted.read == [question]
    assert await opened.prepare() == (await opened.stats()).chunks
    assert counted.read == [question]


async def test_the_model_reads_a_question_once_and_what_may_be_quoted_once(
    open_base: Open, models: Path, handbook: list[Document], tmp_path: Path
) -> None:
    counted = Counted(models)
    opened = await open_base(embedder=counted)
    await opened.ingest(handbook)
    counted.read.clear()
    question = "Who approves a production deployment?"
    first = await opened.answer(question, audience=ALL)
    assert counted.read.count(question) == 1
    assert len(counted.read) > 1
    counted.read.clear()
    assert await opened.answer(question, audience=ALL) == first
    assert counted.read == [question]
    await opened.close()
    again = await open_base(embedder=counted)
    counted.read.clear()
    assert await again.answer(question, audience=ALL) == first
    assert counted.read == [question]
    await again.forget([document.id for document in handbook])
    with sqlite3.connect(tmp_path / "data" / "tokens.sqlite") as kept:
        assert kept.execute("SELECT count(*) FROM tokens").fetchone() == (0,)
    await counted.close()


async def test_a_follow_up_is_answered_with_its_thread(base: Knowledge) -> None:
    history = ["What may a hotel cost?", "A hotel may cost up to 140 euros a night."]
    answer = await base.answer("And in London?", audience=ALL, history=history)
    assert "210 euros" in answer.text


async def test_what_may_not_be_read_is_neither_quoted_nor_named(open_base: Open) -> None:
    opened = await open_base()
    await opened.ingest([Document("pay", "Board salaries", "The board earns nine million.", audience=frozenset({"board"}))])
    answer = await opened.answer("What does the board earn?", audience=ALL)
    assert answer.abstained
    assert answer.passages == ()
    assert "salaries" not in answer.text
    assert not (await opened.answer("What does the board earn?", audience=frozenset({"board"}))).abstained


@pytest.mark.parametrize("question", ["", "  \n "])
async def test_an_empty_question_is_asked_back(base: Knowledge, question: str) -> None:
    answer = await base.answer(question, audience=ALL)
    assert (answer.abstained, answer.confidence) == (True, 0.0)
    assert "ask a question in words" in answer.text


async def test_an_empty_base_says_that_there_is_nothing(open_base: Open) -> None:
    answer = await (await open_base()).answer("Anything?", audience=ALL)
    assert answer.abstained
    assert "no document here that you may read" in answer.text


@pytest.mark.parametrize("text", ["Refunds", "# Refunds\n\n# How refunds work"])
async def test_a_document_without_a_sentence_is_not_quoted(open_base: Open, text: str) -> None:
    opened = await open_base()
    await opened.ingest([Document("a", "", text)])
    answer = await opened.answer("refunds", audience=ALL)
    assert all(citation.quote in text for citation in answer.citations)
    assert answer.text.startswith("I don't know") == answer.abstained


async def test_words_without_a_topic_are_no_reason_to_fail(base: Knowledge) -> None:
    assert (await base.answer("is it the of", audience=ALL)).abstained
