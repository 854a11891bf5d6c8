"""A scripted knowledge base: a few documents, by what one word of a question says."""

import asyncio
from dataclasses import dataclass, field

from knowledge.models import ASKED, Answer, Citation, Document, Passage

SECRET = "margins"


@dataclass
class Kb:
    """What is known: refunds to everyone, margins to finance, nothing else. `closed` documents are nobody's, `opened` everybody's."""

    closed: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    asked: list[tuple[str, frozenset[str], tuple[str, ...]]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, question, *, audience, history=(), quoted=False, origin=ASKED):  # noqa: ARG002 - the port's signature
        await self.gate.wait()
        self.asked.append((question, frozenset(audience), tuple(history)))
        if SECRET in question and "finance" in audience:
            return Answer(
                "Margins are 40 % [1].", 0.9, False, (Citation("fin/margins", "Margins", "https://kb.example/m", "40 %."),), ()
            )
        if "refund" in question:
            cited = (Citation("faq/refunds", "Refunds", "https://kb.example/refunds", "Refunds take five days."),)
            read = (Passage("faq/refunds", "r", "Refunds", "", "Refunds take five days.", "https://kb.example/refunds", 0.8),)
            return Answer("Refunds take **five days** [1].", 0.8, False, cited, read)
        near = (Passage("faq/x", "c", "Something else", "", "t", "https://kb.example/x", 0.2),)
        return Answer("I don't know.", 0.1, True, (), near)

    async def search(self, question, *, audience, k=10, history=()):  # noqa: ARG002 - the port's signature
        return (Passage("faq/x", "c", "Something else", "", "t", "https://kb.example/x", 0.2),)[:k]

    async def document_at(self, url, *, audience):
        kept = {"https://kb.example/lease": "The lease of Harbourlight Ltd ends on 3 June 2027. It renews automatically."}
        return Document("legal/lease", "Lease", kept[url], url) if url in kept and "everyone" in audience else None

    async def readable(self, document_ids, *, audience):
        everybody = {d for d in document_ids if d in self.opened or not d.startswith("fin/")}
        return frozenset(d for d in document_ids if d not in self.closed and (d in everybody or "finance" in audience))
