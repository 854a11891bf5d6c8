"""A question -> a cited answer with a confidence, or "I don't know" with the nearest sources."""

from dataclasses import replace

from handlers.errors import Invalid
from handlers.models import Call, Reply, Source
from handlers.ports import Answers
from knowledge.models import Answer


async def ask(call: Call, *, answer: Answers) -> Reply:
    """Answer from what everybody in the place may read, with the thread's earlier turns understood.

    Where the asking person may read more and that gives another answer, it is offered to the person alone, quoted: the same question
    is not paid for twice.
    """
    if not call.argument.strip():
        raise Invalid("What would you like to know? Type your question after /ask, for example: /ask how do refunds work?")
    history = tuple(turn.words for turn in call.history)
    found = await answer(call.argument, audience=call.place.audience, history=history)
    here = said(found)
    if call.person.audience <= call.place.audience:
        return here
    wider = call.person.audience | call.place.audience
    known = await answer(call.argument, audience=wider, history=history, quoted=True)
    seen = documents(here) | (frozenset(passage.document_id for passage in found.passages) if found.written else frozenset())
    if known.abstained or documents(own := said(known)) <= seen:
        return here
    return replace(here, aside=replace(own, private=True))


def said(found: Answer) -> Reply:
    """An answer in the words of a reply; an abstention names the nearest sources."""
    if found.abstained:
        nearest = {(p.title, p.url): Source(p.title, p.url, document=p.document_id) for p in found.passages[:3]}
        return Reply(found.text, tuple(nearest.values()), confidence=found.confidence, abstained=True)
    cited = tuple(Source(c.title, c.url, c.quote, c.document_id) for c in found.citations)
    return Reply(found.text, cited, confidence=found.confidence, note=found.note)


def documents(reply: Reply) -> frozenset[str]:
    """What an answer rests on; nothing, where there is none."""
    return frozenset() if reply.abstained else frozenset(source.document for source in reply.citations)
