"""Salesforce for the contract suite."""

from datetime import UTC, datetime
from typing import Any

from contract.specimen import Specimen, Written

from bot.connectors.checkpoint import Checkpoint
from handlers.models import Call, Change, Draft, Person, Place, Record

LEAD = "00QHl0000000021MAA"
HEAD = {"Title": "Head of everything"}
COMPOSITE = r"/composite$"

CALL = Call("c", "email", LEAD, Person("p:a", "A"), Place("p", "c"))


async def more(salesforce: Any) -> None:
    """Who belongs together, an e-mail that is logged and found again, what has changed."""
    [firm] = await salesforce.companies("Radhaus Konstanz", limit=2)
    await salesforce.people(firm, limit=5)
    await salesforce.deals("Radhaus", limit=2)
    new = Record.new("salesforce", "email", LEAD, title="x")
    draft = Draft.of("email", new, [Change("subject", None, "Offer"), Change("text", None, "Hello Katya.")], call=CALL)
    await salesforce.write(draft)
    assert await salesforce.landed(draft)
    assert await salesforce.thread(await salesforce.read(LEAD), limit=5)
    async for _ in salesforce.changes("lead", Checkpoint.now(datetime(2026, 11, 1, tzinfo=UTC))):
        break


SPECIMEN = Specimen(
    record=LEAD,
    own=LEAD,
    reads=r"/query$",
    lacks="SystemModstamp",
    refusal=lambda words: [{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": words}],
    written={
        "score": Written("lead", LEAD, LEAD, (Change("score", "", "71"),), "POST", COMPOSITE, HEAD, is_locked=True),
        "note": Written("lead", LEAD, LEAD, (Change("note", None, "Score 71 of 100."),), "POST", COMPOSITE, HEAD),
    },
    renews=True,
    outside=("/queryAll",),
    more=more,
    alike=frozenset({"alerts", "deal", "email", "enrich"}),
)
