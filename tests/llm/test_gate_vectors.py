"""Vectors through the gate, under the same rules."""

from decimal import Decimal

from llm.note import TICKET

from bot.sandbox.openai.server import EMBEDDING_MODEL
from bot.watch.metrics import REGISTRY


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
