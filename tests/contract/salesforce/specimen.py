"""Salesforce for the contract suite."""

from contract.specimen import Specimen, Written

from handlers.models import Change

LEAD = "00QHl0000000021MAA"
HEAD = {"Title": "Head of everything"}
COMPOSITE = r"/composite$"

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
)
