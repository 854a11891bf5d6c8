"""Nearest neighbours: by cosine, nearest first, each text embedded once as long as it stays the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voices import Letters

from bot.llm.embedded import CACHE, READ, faceless
from bot.llm.nearest import Nearest
from handlers.models import Record


def record(n, title, version="v"):
    return Record("jira", "issue", f"SUP-{n}", version, title, "", {})


@pytest.fixture
def letters():
    return Letters()


async def test_the_nearest_come_first(letters):
    pool = [record(1, "zzz"), record(2, "aab"), record(3, "aaa")]

    found = await Nearest(letters)(record(0, "aaa"), pool, limit=2)

    assert [other.id for other, _ in found] == ["SUP-3", "SUP-2"]
    assert found[0][1] == pytest.approx(1, abs=1e-3)


async def test_equal_ones_keep_the_order_of_the_pool(letters):
    pool = [record(n, "abc") for n in range(1, 9)]

    found = await Nearest(letters)(record(0, "abc"), pool, limit=5)

    assert [other for other, _ in found] == pool[:5]


async def test_an_empty_pool_asks_nobody(letters):
    assert await Nearest(letters)(record(0, "a"), [], limit=5) == ()
    assert letters.asked == []


async def test_a_text_is_embedded_once_until_its_record_changes(letters):
    nearest, one, two = Nearest(letters), record(1, "abc"), record(2, "def")

    await nearest(one, [two, two], limit=1)
    await nearest(two, [one], limit=1)
    assert letters.asked == ["abc\n", "def\n"]

    await nearest(replace(one, version="v2", title="xyz"), [two], limit=1)
    assert letters.asked[2:] == ["xyz\n"]


async def test_what_was_not_used_for_long_is_forgotten(letters):
    nearest, first = Nearest(letters), record(0, "first")
    await nearest(first, [record(n, "x") for n in range(1, CACHE + 50)], limit=1)
    letters.asked.clear()

    found = await nearest(first, [record(CACHE + 49, "x"), record(1, "x")], limit=2)

    assert len(found) == 2
    assert letters.asked == ["first\n", "x\n"]


async def test_only_what_the_model_reads_is_compared(letters):
    await Nearest(letters)(record(1, "a" * 9999), [record(2, "b")], limit=1)

    assert len(letters.asked[0]) == READ


@given(st.lists(st.text("abcdef", min_size=1, max_size=6), max_size=8), st.integers(0, 9))
async def test_the_order_is_that_of_the_cosines(titles, limit):
    pool = [record(n, title) for n, title in enumerate(titles, 1)]

    found = await Nearest(Letters())(record(0, "abc"), pool, limit=limit)

    cosines = [cosine for _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
    assert len(found) == min(limit, len(pool))
    assert all(-1.001 <= cosine <= 1.001 for cosine in cosines)


async def test_an_embedder_of_others_sees_no_people_of_the_record(letters):
    asked = replace(
        record(1, "Mira Holm cannot pay; write to mira@kestrel.example"),
        author=frozenset({"mira@kestrel.example"}),
        fields={"name": "Mira Holm"},
    )

    await Nearest(letters, mask=faceless)(asked, [replace(asked, id="SUP-2")], limit=1)

    assert letters.asked[0] == letters.asked[1]
    assert not any(word in letters.asked[0].lower() for word in ("mira", "holm", "kestrel"))
    assert "cannot pay" in letters.asked[0]
