from collections.abc import Awaitable, Callable

import pytest

from knowledge import Document, Knowledge
from knowledge.search import spoken_forms

ALL = frozenset({"everyone"})
Open = Callable[..., Awaitable[Knowledge]]


async def test_paraphrases_find_their_page(open_base: Open, handbook: list[Document]) -> None:
    base = await open_base()
    await base.ingest(handbook)
    for question, expected in [
        ("Am I allowed to bring my puppy?", "office"),
        ("my password is gone", "passwords"),
        ("days off", "leave"),
    ]:
        passages = await base.search(question, audience=ALL, k=5)
        assert expected in [one.document_id for one in passages[:2]]
        assert [one.score for one in passages] == sorted((one.score for one in passages), reverse=True)
        assert all(0.0 <= one.score <= 1.0 for one in passages)
        assert passages[0].signals["cosine"] <= 1.0
        assert len({one.document_id for one in passages}) == 5


async def test_the_same_question_has_the_same_ranking_before_and_after_a_restart(
    open_base: Open, handbook: list[Document]
) -> None:
    base = await open_base()
    await base.ingest(handbook)
    first = await base.search("how long", audience=ALL)
    assert await base.search("how long", audience=ALL) == first
    await base.close()
    again = await open_base()
    assert await again.search("how long", audience=ALL) == first


async def test_both_engines_obey_the_audience(open_base: Open) -> None:
    base = await open_base()
    await base.ingest(
        [
            Document("open", "Bonus", "The bonus is paid in March.", audience=ALL),
            Document("closed", "Bonus", "The bonus of the board is paid in May.", audience=frozenset({"board", "hr"})),
            Document("nobody", "Bonus", "The bonus that nobody may read about.", audience=frozenset()),
        ]
    )

    async def seen(*names: str) -> set[str]:
        return {one.document_id for one in await base.search("bonus", audience=frozenset(names))}

    assert await seen("everyone") == {"open"}
    assert await seen("board") == {"closed"}
    assert await seen("everyone", "hr", "x") == {"open", "closed"}
    assert await seen("stranger") == set()
    assert await seen("") == set()
    assert await seen() == set()


async def test_a_follow_up_is_understood_with_its_thread(open_base: Open, handbook: list[Document]) -> None:
    base = await open_base()
    await base.ingest(handbook)
    history = ["How many vacation days do I have?", "Everyone has 30 days of paid vacation a year."]
    found = await base.search("And can I carry them over?", audience=ALL, history=history)
    assert found[0].document_id == "leave"
    assert found != await base.search("And can I carry them over?", audience=ALL)


@pytest.mark.parametrize(
    "question", ["", " \n", "\0", "?!", "\ud800", '"unbalanced AND (', "中文", "x" * 100_000, "word " * 20_000]
)
async def test_any_question_gets_a_list(open_base: Open, question: str) -> None:
    base = await open_base()
    await base.ingest([Document("a", "Title", "Some words.")])
    assert len(await base.search(question, audience=ALL)) <= 1
    assert len(await base.search(question, audience=ALL, history=["", question])) <= 1


async def test_few_passages_of_one_document_fill_up_when_there_is_no_other(open_base: Open) -> None:
    base = await open_base()
    await base.ingest([Document("a", "Zebras", "# One\nZebras eat.\n\n# Two\nZebras sleep.\n\n# Three\nZebras run.")])
    assert len(await base.search("zebras", audience=ALL, k=3)) == 3
    assert len(await base.search("zebras", audience=ALL, k=2)) == 2
    assert await base.search("zebras", audience=ALL, k=0) == []


def test_forms_put_the_question_first() -> None:
    assert spoken_forms("q", []) == ["q"]
    assert spoken_forms("q", ["u"]) == ["q", "q\nu", "q\nq\nu"]
    assert spoken_forms("q", ["u1", "b1", "u2", "b2"]) == ["q", "q\nu2", "q\nq\nu2\nb2"]
    assert spoken_forms("q", ["", " "]) == ["q"]
