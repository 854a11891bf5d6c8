"""Streams and vectors through the gate, under the same rules."""

from decimal import Decimal

import pytest
from llm.note import TICKET, token

from bot.sandbox.openai.server import EMBEDDING_MODEL
from bot.sandbox.openai.speech import Said
from bot.watch.metrics import REGISTRY
from handlers.errors import NoModel
from handlers.material import REMOVED


async def test_sentences_come_one_by_one_checked_and_unmasked(desk):
    desk.standin.ways.stream.size = 3
    desk.standin.ways.say = lambda asked: f"Write to {token(asked)} today. See https://evil.example/x now. Bye"
    gate = desk.gate()

    found = [sentence async for sentence in gate.stream("answer", material=(TICKET,))]

    assert found == ["Write to bo@example.com today. ", f"See {REMOVED} now. ", "Bye"]


async def test_a_stream_that_breaks_off_is_no_answer(desk):
    desk.standin.ways.say = lambda _asked: "One sentence. Another one. And a third"
    desk.standin.ways.stream.size, desk.standin.ways.stream.breaks_after = 8, 4
    stream = desk.gate().stream("answer", material=(TICKET,))

    assert await anext(stream) == "One sentence. "
    with pytest.raises(NoModel, match="away"):
        await anext(stream)


async def test_a_stream_that_ran_out_of_room_is_no_answer(desk):
    desk.standin.ways.say = lambda _asked: Said("One sentence. And half of", "length")
    stream = desk.gate().stream("answer", material=(TICKET,))

    assert await anext(stream) == "One sentence. "
    with pytest.raises(NoModel, match="broke off"):
        await anext(stream)


async def test_a_stream_that_nobody_reads_on_ends_at_the_server(desk, wait_until):
    desk.standin.ways.say = lambda _asked: "One sentence. " * 40
    desk.standin.ways.stream.pause = 0.02
    stream = desk.gate().stream("answer", material=(TICKET,))

    assert await anext(stream) == "One sentence. "
    await stream.aclose()

    await wait_until(lambda: desk.standin.open_streams == 0)


async def test_the_same_text_has_the_same_vector_and_nothing_private_is_embedded(desk):
    gate = desk.gate(hidden=frozenset({"s3cr3t-of-ours-77"}))

    one, two = await gate.embed([TICKET.text, "a"]), await gate.embed([TICKET.text, "b"])

    assert (one.vectors[0] == two.vectors[0]).all()
    assert not any(private in sent for sent in desk.sent for private in ("bo@example.com", "4111", "s3cr3t"))
    assert "[EMAIL_ADDRESS]" in desk.sent[0]


async def test_vectors_cost_what_their_own_model_costs(desk):
    desk.prices = {EMBEDDING_MODEL: Decimal("0.000001")}  # the model that completes would be over the limit
    gate = desk.gate(usd=0.01)
    before = REGISTRY.get_sample_value("bot_llm_cost_usd_total", {"model": EMBEDDING_MODEL}) or 0

    await gate.embed(["word " * 100])

    assert REGISTRY.get_sample_value("bot_llm_cost_usd_total", {"model": EMBEDDING_MODEL}) > before
