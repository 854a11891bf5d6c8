"""Somebody in a CRM -> a score with its reasons, and a draft that writes it there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.models import Call, Change, Draft, Record, Ref, Reply, Source, same, shown
from handlers.ports import Clock, Links
from handlers.rules import ballot, choices, unlinked
from handlers.scoring import USUAL, Score, Scoring, held, score
from handlers.systems import Crm
from handlers.whom import PERSON, meant_by

POOL = 200
"""Past leads that are compared."""


async def lead(
    call: Call, *, crm: Mapping[str, Crm], clock: Clock, scoring: Scoring = USUAL, links: Links = unlinked
) -> Draft | Reply:
    """The score becomes the CRM's own field for it; where none is configured, a note. Who has no owner yet is given one by rules."""
    found = await meant_by(call.argument.strip(), crm, (PERSON,), command="lead")
    if isinstance(found, Reply):
        return found
    past = await crm[found.system].past(found, limit=POOL)
    result = score(found, past, today=clock().date(), rules=scoring)
    owner, why = ownership(found, past, result)
    route = f"{result.route}; {why}"
    if "score" in found.fields:
        changes = tuple(score_change(found, result) + owned(found, past, owner))
        reasons = (result.sentence, *result.strongest(), route)
    else:
        changes = (Change("note", None, note(result, route)),)
        reasons = (result.sentence, *result.strongest(), route, "no field is configured for the score, so it becomes a note")
    rests_on = (*sources(found, past), *await links(found, "person", place=call.place))
    if not changes:
        return Reply(f"{found.title} needs no change: {'. '.join(reasons)}.", rests_on)
    return replace(Draft.of("lead", found, changes, call=call), reasons=reasons, sources=rests_on)


def ownership(found: Record, past: Sequence[Record], result: Score) -> tuple[Ref | None, str]:
    """Who should look after somebody, and the rule that says so; None where nobody is to be proposed.

    Whoever has somebody keeps them. Else, from the points on from which people are kept warm: the owner of the company; whom `bot.toml` names for the country; else whoever has at least half of
    the past leads from the same country.
    """
    company, country = found.fields.get("company_owner"), held(found, "country")
    if now := found.fields.get("owner"):
        return None, f"stays with {shown(now)}"
    if result.points < result.rules.nurture:
        return None, "has no owner and needs none"
    if isinstance(company, Ref):
        return company, f"{company.label} looks after {held(found, 'company') or 'the company'} already"
    if name := named_for(country, result.rules):
        found_owner = next(
            (
                one
                for past_one in past
                if isinstance(one := past_one.fields.get("owner"), Ref) and one.label.casefold() == name.casefold()
            ),
            None,
        )
        return found_owner, f"{name} has the leads from {country}{'' if found_owner else ', and no past lead to be found by'}"
    near = [(record, 1.0) for record in past if country and held(record, "country").casefold() == country.casefold()]
    won = ballot(near, "owner")
    if won is not None and isinstance(won.winner, Ref):
        return won.winner, f"{won.winner.label} has {len(won.voters)} of {won.votes} past leads from {country}"
    return None, "has no owner, and no rule names one"


def named_for(country: str, rules: Scoring) -> str:
    """Whom the rules name for a country; empty for nobody."""
    return next((name for where, name in rules.owners.items() if where.casefold() == country.casefold() and country), "")


def score_change(found: Record, result: Score) -> list[Change]:
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
