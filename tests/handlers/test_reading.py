"""A long text is read in parts that lose nothing, and what a model does not answer for is found by rules."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Attachment
from handlers.reading import AT_ONCE, LARGEST, each, made, parts, readable

PARTS = [(number, [f"piece {number}"]) for number in range(10)]


@given(st.lists(st.integers(0, 2 * LARGEST).map("x".__mul__), max_size=12))
def test_parts_hold_every_piece_in_order(pieces):
    found = list(parts(pieces))

    assert [piece for _, part in found for piece in part] == pieces
    assert all(part and pieces[first] is part[0] for first, part in found)
    assert all(sum(map(len, part)) <= LARGEST for _, part in found if len(part) > 1)


def quoted(part):
    return [f"quoted {part[0]}"]


async def test_every_part_is_read_a_few_at_a_time():
    now, most = 0, 0

    async def ask(part):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return [part[0]], ""

    assert await each(PARTS, ask, quoted) == (list(range(10)), "", 0)
    assert most == AT_ONCE


async def test_a_refusal_keeps_the_others_from_being_asked():
    asked = []

    async def ask(part):
        asked.append(part[0])
        return (None, "the day's money is spent.") if part[0] == 2 else ([part[0]], "")

    found, why, without = await each(PARTS, ask, quoted)

    assert (why, without) == ("the day's money is spent.", 8)
    assert found == [0, 1, *(f"quoted {number}" for number in range(2, 10))]
    assert len(asked) == 3


async def test_without_a_model_everything_is_quoted_and_nothing_said_of_one():
    async def ask(_part):
        return None, ""

    _, why, without = await each(PARTS, ask, quoted)

    assert made(without, 10, why, written="w", quoted="By rules.") == "By rules."


@pytest.mark.parametrize(
    ("without", "why", "told"),
    [
        (0, "", "Worded."),
        (3, "it is away.", "Quoted. 7 of 10 parts were worded by a language model. A language model was not used: it is away."),
        (10, "it is away.", "Quoted. A language model was not used: it is away."),
    ],
)
def test_it_is_said_how_it_was_made(without, why, told):
    assert made(without, 10, why, written="Worded.", quoted="Quoted.") == told


def test_files_are_found_by_the_ends_of_their_names():
    sent = [Attachment(name, 1, "x") for name in ("a.VTT", "b.mp4", "c.docx")]

    assert [file.name for file in readable(sent, (".vtt", ".docx"))] == ["a.VTT", "c.docx"]
