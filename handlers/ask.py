"""A question -> a cited answer with a confidence, or "I don't know" with the nearest sources."""

from handlers.errors import Invalid
from handlers.models import Call, Reply, Source
from handlers.ports import Answers


async def ask(call: Call, *, answer: Answers) -> Reply:
    """Answer from what everybody in the place may read, with the thread's earlier turns understood."""
    if not call.argument.strip():
        raise Invalid("What would you like to know? Type your question after /ask, for example: /ask how do refunds work?")
    found = await answer(call.argument, audience=call.place.audience, history=call.history)
    if found.abstained:
        nearest = tuple(dict.fromkeys(Source(p.title, p.url) for p in found.passages[:3]))
        return Reply(found.text, nearest, confidence=found.confidence)
    return Reply(found.text, tuple(Source(c.title, c.url, c.quote) for c in found.citations), confidence=found.confidence)
