"""Zendesk for the contract suite."""

from contract.specimen import Specimen, Written

from handlers.models import Change

PRIORITY = Change("priority", None, "high")
REPLY = Change("reply", None, "Hello,\n\nyour refund is on its way.")
NOTE = Change("note", None, "Asked Billing for the invoice.")
LOW = {"priority": "low"}
PATH = r"/tickets/149$"

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
)
