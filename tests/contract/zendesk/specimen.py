"""Zendesk for the contract suite."""

from datetime import UTC, datetime
from typing import Any

from contract.specimen import Specimen, Written

from bot.connectors.zendesk.events import Checkpoint
from bot.connectors.zendesk.search import Wanted
from handlers.models import Call, Change, Draft, Person, Place, Record

PRIORITY = Change("priority", None, "high")
REPLY = Change("reply", None, "Hello,\n\nyour refund is on its way.")
NOTE = Change("note", None, "Asked Billing for the invoice.")
LOW = {"priority": "low"}
PATH = r"/tickets/149$"
CALL = Call("c", "reply", "149", Person("p:a", "A"), Place("p", "c"))
NEW = (Change("subject", None, "Refund"), Change("description", None, "Asked by telephone."))


async def more(zendesk: Any) -> None:
    """What is found and looked up, what is made and found again, what has changed."""
    await zendesk.search(Wanted(requester="mira"), limit=2)
    await zendesk.users("mira")
    await zendesk.groups()
    ticket = await zendesk.read("153")
    await zendesk.comments("153")
    await zendesk.macro("refund::approved", ticket)
    await zendesk.filled((await zendesk.macros())[0], ticket)
    draft = Draft.of("reply", Record.new("zendesk", "ticket", title="x"), NEW, call=CALL)
    await zendesk.write(draft)
    assert await zendesk.landed(draft)
    async for _ in zendesk.changes("ticket", Checkpoint.now(datetime(2026, 11, 1, tzinfo=UTC))):
        break


SPECIMEN = Specimen(
    record="149",
    own="149",
    reads=PATH,
    lacks="updated_at",
    refusal=lambda words: {"error": "RecordInvalid", "description": words, "details": {"base": [{"description": words}]}},
    written={
        "fields": Written("reply", "149", "149", (PRIORITY,), "PUT", PATH, LOW, is_locked=True),
        "reply": Written("reply", "149", "149", (REPLY, PRIORITY), "PUT", PATH, LOW, is_locked=True),
        "note": Written("reply", "149", "149", (NOTE,), "PUT", PATH, LOW, is_locked=True),
    },
    more=more,
    outside=("/macros",),
    alike=frozenset({"alerts"}),
)
