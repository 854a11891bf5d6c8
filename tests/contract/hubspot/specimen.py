"""HubSpot for the contract suite."""

from datetime import UTC, datetime
from typing import Any

from contract.specimen import Specimen, Written

from bot.connectors.hubspot.archive import Checkpoint
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

SCORE = Change("score", "", "71")
NOTE = Change("note", None, "Score 71 of 100.\nAsked for a demo.")
HEAD = {"jobtitle": "Head of everything"}
GUS = Change("owner", None, Ref("60007", "Gus Petrakis"))


CALL = Call("c", "lead", "721", Person("p:a", "A"), Place("p", "c"))
NEW = {
    "contact": ("", Change("email", None, "tove@newquay.example")),
    "contact at a company": ("company/801", Change("email", None, "jory@newquay.example")),
    "company": ("", Change("name", None, "Newquay Dinghies")),
    "deal": ("", Change("name", None, "Newquay: Shop plan")),
    "deal of a company": ("company/801", Change("name", None, "Kestrel: Shop plan")),
    "note": ("721", Change("text", None, "Asked for a demo.")),
    "task": ("721", Change("subject", None, "Call Inés")),
    "email": ("721", Change("text", None, "Hello Inés.")),
}


async def more(hubspot: Any) -> None:
    """What is found, what is made and found again, what has changed."""
    await hubspot.find("ines@sunline.example", limit=2)
    await hubspot.past(await hubspot.read("deal/911"), limit=5)
    await hubspot.people(await hubspot.read("deal/911"), limit=5)
    await hubspot.thread(await hubspot.read("717"), limit=5)
    for name, (where, change) in NEW.items():
        kind = name.partition(" ")[0]
        draft = Draft.of("lead", Record.new("hubspot", kind, where, title=name), [change], call=CALL)
        number = (await hubspot.write(draft)).rpartition("/")[2]
        assert await hubspot.landed(draft)
        made = await hubspot.read(f"{kind}/{number}")
        if kind == "task":
            await hubspot.write(Draft.of("lead", made, [Change("status", "NOT_STARTED", "COMPLETED")], call=CALL))
    for kind in ("contact", "company", "deal", "note", "task", "email"):
        async for event, _ in hubspot.changes(kind, Checkpoint.now(datetime(2026, 11, 1, tzinfo=UTC))):
            if event is None:  # the end of a page of the archive
                break


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
    alike=frozenset({"alerts", "deal", "email", "enrich"}),
    outside=("/account-info/", "/crm/v3/properties/"),
)
