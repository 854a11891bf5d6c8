"""A deal of the CRM -> its risks by stated rules and the next best action, as a draft of a note on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from handlers.advice import advised
from handlers.claims import Claim, checked
from handlers.errors import NoModel
from handlers.material import Material
from handlers.models import Call, Change, Draft, Record, Reply, Source, shown
from handlers.ports import Clock, Links, Model, Similar
from handlers.quoted import quotable
from handlers.rules import unlinked
from handlers.systems import Crm
from handlers.whom import DEAL, meant_by

QUIET = 21
"""Days without a sign of life after which a deal is at risk."""
STUCK = 30
"""Days in one stage after which it is."""
SOON = 14
"""Days before the close date from which a next step has to be written down."""
POOL = 100
"""Closed deals that are compared."""
NEIGHBOURS = 5
"""The most similar of them that count."""
PEOPLE = 5
"""People of the deal that are read."""
LONGEST = 6000
"""Characters of its notes that one is shown: some pages."""
SHOWN = ("name", "stage", "amount", "close", "next_step", "active", "staged", "created", "history", "amounts")
"""Fields of the deal that a language model is shown."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that speaks against a deal, by a rule, and what helps."""

    reason: str
    action: str


@dataclass(frozen=True, slots=True)
class NextAction:
    """What a language model advises: one action, with the labels of the material that it rests on."""

    action: Claim


async def deal(
    call: Call, *, crm: Mapping[str, Crm], clock: Clock, similar: Similar, model: Model, links: Links = unlinked
) -> Draft | Reply:
    """Rules find the risks and an action; a language model may word a better one, if it stands in the records."""
    found = await meant_by(call.argument.strip(), crm, (DEAL,), command="deal")
    if isinstance(found, Reply):
        return found
    if ended := shown(found.fields.get("outcome")):
        return Reply(f"{found.title} is closed ({ended}): there is nothing to do on it. Name a deal that is open.", trouble=False)
    port = crm[found.system]
    people, past = await port.people(found, limit=PEOPLE), await port.past(found, limit=POOL)
    near = [one for one, _ in await similar(found, past, limit=NEIGHBOURS)]
    risks = risks_of(found, people, today=clock().date())
    action, why = await advice(model, found, people, risks, call)
    level = ("low", "medium", "high")[min(len(risks), 2)]
    note = "\n".join((f"Risk {level}.", *(f"- {risk.reason}" for risk in risks), f"Next best action: {action}"))
    reasons = (f"risk {level}" + ("" if risks else ": no rule finds one"), *(risk.reason for risk in risks), why, outcomes(near))
    return replace(
        Draft.of("deal", found, (Change("note", None, note),), call=call),
        reasons=tuple(filter(None, reasons)),
        sources=(*sources((*people[:1], *near)), *await links(found, "company", place=call.place)),
        tainted=found.outside_text or any(one.outside_text for one in people),
    )


def risks_of(found: Record, people: Sequence[Record], *, today: date) -> tuple[Risk, ...]:
    """What the rules find, the most pressing first."""
    close, seen, staged = day(found, "close"), last_seen(found), stage_since(found)
    whom = names(people)
    risks = [
        Risk(f"the close date {close} has passed", f"Agree on a new close date with {whom}, or close the deal as lost.")
        if close and close < today
        else None,
        Risk("nobody is named on the deal", "Add the person who decides to the deal.") if not people else None,
        Risk(
            f"nothing has happened since {seen} ({(today - seen).days} days)", f"Call {whom}: ask what has changed since {seen}."
        )
        if seen and (today - seen).days > QUIET
        else None,
        Risk(
            f"it has been in stage {stage(found)} since {staged} ({(today - staged).days} days)",
            f"Ask {whom} what is missing for the next stage.",
        )
        if staged and (today - staged).days > STUCK
        else None,
        fallen(found, whom),
        Risk(
            f"it should close on {close} and no next step is written down",
            f"Agree on the next step with {whom} and write it down.",
        )
        if close and 0 <= (close - today).days <= SOON and not shown(found.fields.get("next_step"))
        else None,
    ]
    return tuple(risk for risk in risks if risk is not None)


def fallen(found: Record, whom: str) -> Risk | None:
    """That the amount fell and has not come back since, where the CRM keeps what it was."""
    held = found.fields.get("amounts")
    steps = [str(step).partition(" ") for step in held] if isinstance(held, tuple) else []
    best = 0.0
    for (_, _, before), (when, _, after) in reversed(list(pairwise(steps))):
        was, now = amount(before), amount(after)
        best = max(best, now or 0.0)
        if was is not None and now is not None and now < was and best < was:
            return Risk(f"the amount fell from {before} to {after} on {when}", f"Ask {whom} what was taken out, and why.")
    return None


async def advice(model: Model, found: Record, people: Sequence[Record], risks: Sequence[Risk], call: Call) -> tuple[str, str]:
    """The next best action, and what it comes from. A model's is a claim that has to stand in what it names."""
    texts = {
        "deal": "\n".join(f"{name}: {shown(found.fields.get(name))}" for name in SHOWN if found.fields.get(name)),
        "notes": found.text[:LONGEST],
        "people": "\n".join(f"{shown(one.fields.get('name'))}, {shown(one.fields.get('job'))}" for one in people),
        "risks": "\n".join(risk.reason for risk in risks),
    }
    material = [
        Material(label, text, outside=label != "risks", source=found.system) for label, text in texts.items() if text.strip()
    ]
    everybody = sorted(found.people.union(*(one.people for one in people)))
    said, why = await advised(
        model, "deal", NextAction, material=material, people=everybody, audience=call.place.audience
    )  # fmt: skip
    try:
        claims = checked([said.action], {one.label: one.text for one in material}) if said else ()
    except NoModel as unfounded:
        claims, why = (), str(unfounded)
    if claims:
        return claims[0].text, f"a language model worded the action from {', '.join(claims[0].records)}"
    return ruled(found, risks), f"the action follows from a rule{f': {why}' if why else ''}"


def ruled(found: Record, risks: Sequence[Risk]) -> str:
    """The action of the most pressing risk; without one the next step that is written down."""
    if risks:
        return risks[0].action
    if step := quotable(shown(found.fields.get("next_step"))):
        return f"Go on with the next step that is planned: {step}"
    return "Agree on the next step and write it down."


def outcomes(near: Sequence[Record]) -> str:
    """How similar deals ended."""
    won = sum(one.fields.get("outcome") == "won" for one in near)
    return f"{won} of the {len(near)} most similar closed deals were won" if near else ""


def stage_since(found: Record) -> date | None:
    """Since when a deal is in its stage: as the CRM says it, or by the last of the stages that it keeps."""
    held = found.fields.get("history")
    last = str(held[-1])[:10] if isinstance(held, tuple) and held else ""
    return as_day(last) or day(found, "staged")


def last_seen(found: Record) -> date | None:
    """The last sign of life: something noted, another stage, or that the deal was made."""
    days = (day(found, "active"), stage_since(found), day(found, "created"))
    return max((one for one in days if one), default=None)


def stage(found: Record) -> str:
    """The stage, in the CRM's word."""
    return shown(found.fields.get("stage"))


def names(people: Sequence[Record]) -> str:
    """Whom to speak to."""
    return next((name for one in people if (name := quotable(shown(one.fields.get("name"))))), "the customer")


def sources(records: Sequence[Record]) -> tuple[Source, ...]:
    """Records as reasons link them."""
    return tuple(Source(one.title, one.url) for one in records)


def day(record: Record, name: str) -> date | None:
    """The day of a date in a field; None where there is none."""
    return as_day(shown(record.fields.get(name))[:10])


def as_day(words: str) -> date | None:
    """A day like 2026-12-31; None for anything else."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def amount(words: str) -> float | None:
    """An amount of money as a CRM writes it; None for what is none."""
    try:
        return float(words)
    except ValueError:
        return None
