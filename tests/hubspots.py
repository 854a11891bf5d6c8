"""Objects as HubSpot sends them, for the tests of its connector."""

from typing import Any

from bot.connectors.hubspot import records
from bot.connectors.hubspot.records import Around
from handlers.models import Call, Change, Draft, Person, Place, Record

SCORE = "countersign_lead_score"
VERSION = "2026-11-20T09:00:00.000Z"
AROUND = Around.of(
    "https://app.hubspot.com", "77",
    [{"id": "60002", "firstName": "Bo", "lastName": "Lindqvist", "email": "Bo@Example.com"}],
    [{"id": "801", "properties": {"name": "Kestrel Boat Hire", "industry": "SPORTS", "numberofemployees": "14", "hubspot_owner_id": "60002"}}],
)  # fmt: skip


def payload(kind: str = "contact", **properties: Any) -> dict[str, Any]:
    """An object of a kind in which every property that is read is there, empty but for these."""
    held = dict.fromkeys((*records.ASKED[kind], *((SCORE,) if kind == "contact" else ())))
    return {"id": "701", "updatedAt": VERSION, "createdAt": VERSION, "archived": False, "properties": held | properties}


def draft_of(*changes: Change, record: Record | None = None) -> Draft:
    """A draft about a contact, or about another record."""
    about = record or records.record("contact", payload(), AROUND, score=SCORE)
    return Draft.of("lead", about, changes, call=Call("c", "lead", "701", Person("p:a", "A"), Place("p", "c")))
