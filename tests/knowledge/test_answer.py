from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from knowledge import Document, Knowledge
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
