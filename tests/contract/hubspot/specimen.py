"""HubSpot for the contract suite."""

from typing import Any

from contract.specimen import Specimen, Written

from handlers.models import Change, Ref

SCORE = Change("score", "", "71")
NOTE = Change("note", None, "Score 71 of 100.\nAsked for a demo.")
HEAD = {"jobtitle": "Head of everything"}
GUS = Change("owner", None, Ref("60007", "Gus Petrakis"))


async def more(hubspot: Any) -> None:
    """Deals and people in search."""
    await hubspot.find("ines@sunline.example", limit=2)
    await hubspot.past(await hubspot.read("deal/911"), limit=5)


SPECIMEN = Specimen(
    record="721",
    own="721",
    reads=r"/contacts/721$",
    lacks="updatedAt",
    refusal=lambda words: {"status": "error", "message": words, "errors": [{"message": words}]},
    written={
        "score": Written("lead", "721", "721", (SCORE,), "PATCH", r"/contacts/721$", HEAD, is_marked=False),
        "note": Written("lead", "721", "721", (NOTE,), "POST", r"/objects/notes$", HEAD),
        "company": Written(
            "lead", "company/801", "801", (GUS,), "PATCH", r"/companies/801$", {"description": "Sold."}, is_marked=False
        ),
        "deal": Written("lead", "deal/911", "911", (GUS,), "PATCH", r"/deals/911$", {"description": "Sold."}, is_marked=False),
    },
    more=more,
    outside=("/account-info/", "/crm/v3/properties/"),
)
