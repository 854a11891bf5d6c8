"""Streams: pieces as they come, the whole at the end, and lines that break in the middle."""

import asyncio
from contextlib import aclosing

import pytest

from bot.llm.provider import Completion, Message
from bot.net.outcome import Unanswered
from bot.sandbox.openai.speech import Said

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against
QUESTION = (Message("user", "How do refunds work?"),)
TEXT = "Refunds take three days, counted from the day on which the item is back."


@pytest.fixture
def told(model):
    model.standin.ways.say = lambda _asked: TEXT
    return model


async def test_pieces_come_one_by_one_and_the_whole_at_the_end(told):
    *pieces, whole = await told.stream()

    assert len(pieces) > 3
    assert isinstance(whole, Completion)
    assert "".join(pieces) == whole.text == TEXT
    assert (whole.end, whole.usage.estimated, whole.usage.answered > 0) == ("done", False, True)
    assert told.bodies[0]["stream_options"] == {"include_usage": True}


async def test_the_first_piece_does_not_wait_for_the_last(told):
    told.standin.ways.stream.hangs_after = 3

    async with aclosing(told.provider.stream(QUESTION, longest=90, within=5)) as stream:
        assert await anext(stream) == TEXT[:12]
        assert told.standin.open_streams == 1


async def test_closing_the_iterator_ends_the_request(told, wait_until, count):
    told.standin.ways.stream.pause = 0.05
    before = count("unavailable", "unknown")

    async with aclosing(told.provider.stream(QUESTION, longest=90, within=5)) as stream:
        assert await anext(stream) == TEXT[:12]

    await wait_until(lambda: told.standin.open_streams == 0)
    assert len(told.standin.sent) < 8
    assert count("unavailable", "unknown") == before
    assert [task for task in asyncio.all_tasks() if task.get_name() == "stream of the model"] == []


async def test_a_server_that_does_not_count_streams_is_asked_without(told):
    told.standin.ways.lacks.add("stream_options")

    *_, first = await told.stream()
    *_, second = await told.stream()

    assert (first.text, first.usage.estimated) == (second.text, second.usage.estimated) == (TEXT, True)
    assert ["stream_options" in body for body in told.bodies] == [True, False, False]


BROKEN = [
    ("breaks_after", 3, "broke off"),
    ("hangs_after", 3, "in time"),
    ("lies", True, "no answer"),
    ("breaks_after", 0, "broke off"),
]


@pytest.mark.parametrize(("trouble", "value", "words"), BROKEN)
async def test_a_stream_that_breaks_is_unavailable_and_counts_once(told, tried, trouble, value, words):
    setattr(told.standin.ways.stream, trouble, value)
    await told.provider.load()
    pieces = []

    async def read():
        async for piece in told.provider.stream(QUESTION, longest=90, within=1.0):
            pieces.append(piece)  # noqa: PERF401 - what came before the break is looked at

    error, seconds, counts = await tried(read)

    assert (type(error), counts) == (Unanswered, True)
    assert words in str(error)
    assert seconds < 2
    assert "".join(pieces) == TEXT[: 12 * len(pieces)]
    assert not any(isinstance(piece, Completion) for piece in pieces)


@pytest.mark.parametrize(
    ("said", "end", "text", "pieces"),
    [
        (Said("half", "length"), "length", "half", ["half"]),
        (Said("", "content_filter"), "filtered", "", []),
        (Said("", refusal="I will not."), "refused", "I will not.", []),
    ],
)
async def test_why_a_stream_ends_is_told(model, said, end, text, pieces):
    model.standin.ways.say = lambda _asked: said

    *found, whole = await model.stream()

    assert (found, whole.end, whole.text) == (pieces, end, text)


async def test_a_question_that_a_filter_keeps_back_is_a_stream_without_pieces(model, refuses):
    refuses(400, {"error": {"message": "no", "code": "content_filter", "param": None}})

    [whole] = await model.stream()

    assert (whole.text, whole.end) == ("", "filtered")
