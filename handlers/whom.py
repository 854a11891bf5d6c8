"""Which record of a CRM somebody's words mean: by the shape of an id, else by an e-mail address or a name."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from handlers.errors import NotConnected, NotFound
from handlers.models import Offer, Record, Reply, shown
from handlers.systems import Crm

Thing = Literal["person", "company", "deal"]
PERSON: Thing = "person"
COMPANY: Thing = "company"
DEAL: Thing = "deal"
NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
"""An id of HubSpot, which counts each kind by itself: it is of the kind that a command is for."""
SHAPES: Mapping[str, Mapping[Thing, re.Pattern[str]]] = {
    "hubspot": {
        "person": re.compile(r"contact/[0-9]{1,20}", re.IGNORECASE | re.ASCII),
        "company": re.compile(r"company/[0-9]{1,20}", re.IGNORECASE | re.ASCII),
        "deal": re.compile(r"deal/[0-9]{1,20}", re.IGNORECASE | re.ASCII),
    },
    "salesforce": {
        "person": re.compile(r"(00Q|003)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?", re.ASCII),
        "company": re.compile(r"001[A-Za-z0-9]{12}([A-Za-z0-9]{3})?", re.ASCII),
        "deal": re.compile(r"006[A-Za-z0-9]{12}([A-Za-z0-9]{3})?", re.ASCII),
    },
}
"""How each CRM's ids look. Salesforce's begin with what they name: leads 00Q, contacts 003, accounts 001, opportunities 006."""
NUMBERED: Mapping[Thing, str] = {"person": "contact", "company": "company", "deal": "deal"}
"""Before a bare number."""
LISTED = {"person": "people", "company": "companies", "deal": "deals"}
HITS = 8
"""Records that are listed where several go by a name."""


async def meant_by(
    words: str, crm: Mapping[str, Crm], things: Sequence[Thing], *, command: str, rest: str = ""
) -> Record | Reply:
    """The one record that the words mean, or a choice where they mean several. `things` are what it may be, the likeliest first.

    `command` and `rest` are what stood around the words. Raises NotFound, NotConnected.
    """
    if (known := spelled(words, things, crm)) is not None:
        system, name = known
        return await crm[system].read(name)
    if not any(letter.isalnum() for letter in words):
        raise NotFound(nothing(words, things))  # a search for nothing brings everybody
    away: list[str] = []
    for port in crm.values():
        try:
            hits = [hit for thing in things for hit in await named(port, thing, words)]
        except NotConnected as absent:
            away.append(str(absent))
            continue
        if len(hits) == 1:
            return await port.read(hits[0].id)  # a search may lag behind the record
        if hits:
            exact_first = sorted(hits, key=lambda hit: shown(hit.fields.get("name")).casefold() != words.casefold())
            return choice(words, exact_first, things, f"/{command}", rest)
    if len(away) == len(crm):
        raise NotConnected(" ".join(away) or "No CRM is connected.")
    raise NotFound(nothing(words, things))


def spelled(words: str, things: Sequence[Thing], systems: Mapping[str, object]) -> tuple[str, str] | None:
    """The system and the id, where the words have the shape of one."""
    if NUMBER.fullmatch(words) and "hubspot" in systems:
        return "hubspot", f"{NUMBERED[things[0]]}/{words}"
    for system, shapes in SHAPES.items():
        if system in systems and any(shapes[thing].fullmatch(words) for thing in things):
            return system, words
    return None


async def named(port: Crm, thing: Thing, words: str) -> Sequence[Record]:
    """Everything of a kind that goes by a name, and one more than is listed."""
    match thing:
        case "person":
            return await port.find(words, limit=HITS + 1)
        case "company":
            return await port.companies(words, limit=HITS + 1)
        case "deal":
            return await port.deals(words, limit=HITS + 1)


def choice(words: str, hits: Sequence[Record], things: Sequence[Thing], command: str, rest: str) -> Reply:
    """Everything that goes by a name, with what to type, and a button for each. One that has the very name is no surer than the rest."""
    what, whom = (
        ("people", "Whom")
        if set(things) == {PERSON}
        else (LISTED[things[0]], "Which one")
        if len(things) == 1
        else ("records", "Which one")
    )
    typed = [(record, " ".join(filter(None, (command, record.id, rest)))) for record in hits[:HITS]]
    lines = [f"{record.title}: {line}" for record, line in typed]
    offers = tuple(Offer(f"{record.title[:50]} ({record.id})", line) for record, line in typed)
    narrower = "an e-mail address to name one of them" if PERSON in things else "more of the name"
    more = f"\nThere are more than {HITS}. Type {narrower}." if len(hits) > HITS else ""
    return Reply("\n".join((f"Several {what} go by {words[:80]!r}. {whom} do you mean?", *lines)) + more, offers=offers)


def nothing(words: str, things: Sequence[Thing]) -> str:
    """That nobody, or nothing, goes by a name, and what to type instead."""
    if set(things) == {PERSON}:
        return f"Nobody goes by {words[:80]!r} in the CRM. Check the spelling, or type an e-mail address or an id."
    ids = " or ".join(f"{NUMBERED[thing]}/901" for thing in things)
    return f"Nothing goes by {words[:80]!r} in the CRM. Check the spelling, or type an id like {ids}, or one of Salesforce's."
