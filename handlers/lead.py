"""Somebody in a CRM -> a score with its reasons, and a draft that writes it there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.errors import NotConnected, NotFound
from handlers.models import Call, Change, Draft, Record, Ref, Reply, Source, same, shown
from handlers.ports import Clock, Leads, Links
from handlers.rules import ballot, choices, unlinked
from handlers.scoring import NURTURE, Score, held, score

SHAPES: Mapping[str, re.Pattern[str]] = {
    "hubspot": re.compile(r"(contact/)?[0-9]{1,20}", re.IGNORECASE | re.ASCII),
    "salesforce": re.compile(r"(00Q|003)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?", re.ASCII),
}
"""How each CRM's ids look: HubSpot counts, Salesforce's leads begin with 00Q and its contacts with 003 (15 or 18 signs)."""
HITS = 8
"""People that are listed where several go by a name."""
POOL = 200
"""Past leads that are compared."""


async def lead(call: Call, *, crm: Mapping[str, Leads], clock: Clock, links: Links = unlinked) -> Draft | Reply:
    """The score becomes the CRM's own field for it; where none is configured, a note. Who has no owner yet is given one by rules."""
    found = await somebody(call.argument.strip(), crm)
    if isinstance(found, Reply):
        return found
    past = await crm[found.system].past(found, limit=POOL)
    result = score(found, past, today=clock().date())
    owner, why = ownership(found, past, result)
    route = f"{result.route}; {why}"
    if "score" in found.fields:
        changes = tuple(scored(found, result) + owned(found, past, owner))
        reasons = (result.sentence, *result.strongest(), route)
    else:
        changes = (Change("note", None, note(result, route)),)
        reasons = (result.sentence, *result.strongest(), route, "no field is configured for the score, so it becomes a note")
    rests_on = (*sources(found, past), *await links(found, "person", place=call.place))
    if not changes:
        return Reply(f"{found.title} needs no change: {'. '.join(reasons)}.", rests_on)
    return replace(Draft.of("lead", found, changes, call=call), reasons=reasons, sources=rests_on)


async def somebody(words: str, crm: Mapping[str, Leads]) -> Record | Reply:
    """The one whom the words mean, or a choice where they mean several. Raises NotFound, NotConnected."""
    for name, shape in SHAPES.items():
        if shape.fullmatch(words) and name in crm:
            return await crm[name].read(words)
    away: list[str] = []
    for system in crm.values():
        try:
            hits = await system.find(words, limit=HITS + 1)
        except NotConnected as absent:
            away.append(str(absent))
            continue
        if len(hits) == 1:
            return await system.read(hits[0].id)  # a search may lag behind the record
        if hits:
            return choice(words, hits)
    if len(away) == len(crm):
        raise NotConnected(" ".join(away) or "No CRM is connected.")
    raise NotFound(f"Nobody goes by {words[:80]!r} in the CRM. Check the spelling, or type an e-mail address or an id.")


def choice(words: str, hits: Sequence[Record]) -> Reply:
    """Everybody who goes by a name, with the id to type."""
    lines = [f"{record.title}: /lead {record.id}" for record in hits[:HITS]]
    more = f"\nThere are more than {HITS}. Type an e-mail address to name one of them." if len(hits) > HITS else ""
    return Reply("\n".join((f"Several people go by {words[:80]!r}. Whom do you mean?", *lines)) + more)


def ownership(found: Record, past: Sequence[Record], result: Score) -> tuple[Ref | None, str]:
    """Who should look after somebody, and the rule that says so; None where nobody is to be proposed.

    Whoever has somebody keeps them. Else, from NURTURE points on: the owner of the company; else whoever has at least half of
    the past leads from the same country.
    """
    company, country = found.fields.get("company_owner"), held(found, "country")
    if now := found.fields.get("owner"):
        return None, f"stays with {shown(now)}"
    if result.points < NURTURE:
        return None, "has no owner and needs none"
    if isinstance(company, Ref):
        return company, f"{company.label} looks after {held(found, 'company') or 'the company'} already"
    near = [(record, 1.0) for record in past if country and held(record, "country").casefold() == country.casefold()]
    won = ballot(near, "owner")
    if won is not None and isinstance(won.winner, Ref):
        return won.winner, f"{won.winner.label} has {len(won.voters)} of {won.votes} past leads from {country}"
    return None, "has no owner, and no rule names one"


def scored(found: Record, result: Score) -> list[Change]:
    """The score as a change; none where it stands there already."""
    before, after = found.fields["score"], str(result.points)
    return [] if same(before, after) else [Change("score", before, after)]


def owned(found: Record, past: Sequence[Record], owner: Ref | None) -> list[Change]:
    """The owner as a change, with everybody who owns past leads to choose from."""
    return [Change("owner", None, owner, choices("owner", past, owner))] if owner and not found.fields.get("owner") else []


def note(result: Score, route: str) -> str:
    """The score in words, for people who read the record."""
    first = result.sentence[0].upper() + result.sentence[1:]
    return "\n".join((f"{first}.", *(signal.line for signal in result.signals), f"{route[0].upper()}{route[1:]}."))


def sources(found: Record, past: Sequence[Record]) -> tuple[Source, ...]:
    """Past customers of the same industry: what the score's fit was learned from."""
    industry = held(found, "industry")
    alike = [one for one in past if industry and held(one, "industry") == industry and held(one, "outcome") == "won"]
    return tuple(Source(one.title, one.url) for one in alike[:3])
