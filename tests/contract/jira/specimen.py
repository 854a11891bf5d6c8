"""Jira for the contract suite."""

from contract.specimen import Specimen, Written

from bot.sandbox.company import colleague
from handlers.models import Change, Ref

ADA = colleague("ada")
DESCRIPTION = Change("description", None, "The shop asks what may be deleted, and by when.")
FIELDS = (Change("labels", (), ("urgent", "payments")), Change("assignee", None, Ref(ADA.jira, ADA.name)), DESCRIPTION)

SPECIMEN = Specimen(
    record="SUP-25",
    own="SUP-25",
    reads=r"/issue/SUP-25$",
    lacks="updated",
    refusal=lambda words: {"errorMessages": [words], "errors": {"description": words}},
    written={
        "fields": Written("triage", "SUP-25", "SUP-25", FIELDS, "PUT", r"/issue/SUP-25$", {"priority": "Low"}, is_silent=True)
    },
)
