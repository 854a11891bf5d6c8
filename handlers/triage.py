"""An issue -> a draft of what a person would set first: type, priority, labels, component, assignee. Probable duplicates are named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.advice import advised
from handlers.errors import NoModel
from handlers.models import Call, Change, Draft, Record, Ref, Reply, Source, same, shown
from handlers.opinion import FIELDS, Choice, Said, heard, offered, people, shown_to, why
from handlers.ports import Links, Model, Similar
from handlers.rules import choices, joined, unlinked
from handlers.systems import Issues
from handlers.taught import Learn, lessons, untaught
from handlers.twins import twins
from handlers.votes import COMPARED, Poll, held_out, poll

POOL = 300
"""Past issues that are compared; more would cost a page of the vendor's answer each."""


@dataclass(frozen=True, slots=True)
class Triaged:
    """What a model is asked for: a choice a field that it is sure about."""

    choices: tuple[Choice, ...]


async def triage(
    call: Call, *, issues: Issues, similar: Similar, model: Model, links: Links = unlinked, learn: Learn = untaught
) -> Draft | Reply:
    """Similar past issues vote on each field, and a language model is one more voice, where there is one; see `handlers.votes`.

    Issues that are probably the same are named with their links; nothing is written about them. Tickets about it are named, too.
    """
    issue = await issues.read(call.argument)
    pool = await issues.past(issue, limit=POOL)
    near = await similar(issue, pool, limit=COMPARED)
    values = offered((issue, *pool), {}, FIELDS)
    said, silence = await opinion(issue, near, values, model=model, call=call) if pool else ({}, "")
    taught = await lessons(issue, pool, FIELDS, learn=learn, votes=held_out)
    found = (poll(near, pool, name, of=issue, says=voice(said, name), taught=taught.get(name)) for name in FIELDS)
    polls = {won.field: won for won in found if won}
    changes = tuple(change for won in polls.values() if (change := changed(issue, won, pool)))
    same_matter = await twins(issue, pool, issues=issues, similar=similar)
    links_found = (*(twin.source for twin in same_matter), *await links(issue, "case", place=call.place))
    named = {twin.record.id for twin in same_matter}
    sources = (*links_found, *(source(record) for record, _ in near[:5] if record.id not in named))
    reasons = (*(twin.reason for twin in same_matter), *([f"no language model: {silence}"] if silence else []))
    if not changes:
        return Reply(". ".join((settled(issue, near), *reasons)), sources)
    return replace(
        Draft.of("triage", issue, changes, call=call),
        reasons=(*reasons, *(why(polls[change.field], said.get(change.field)) for change in changes)),
        sources=sources,
        confidence={change.field: polls[change.field].share for change in changes},
        tainted=issue.outside_text or (bool(said) and any(record.outside_text for record, _ in near)),
    )


async def opinion(
    issue: Record,
    near: Sequence[tuple[Record, float]],
    values: Mapping[str, Sequence[str | Ref]],
    *,
    model: Model,
    call: Call,
) -> tuple[dict[str, Said], str]:
    """What a model chooses by field, or nothing and why."""
    material = shown_to(issue, near, values)
    named = people((issue, *(record for record, _ in near)), values)
    found, why_not = await advised(model, "triage", Triaged, material=material, people=named, audience=call.place.audience)
    if found is None:
        return {}, why_not
    try:
        return heard(found.choices, values, {one.label: one.text for one in material}), ""
    except NoModel as none:
        return {}, str(none)


def voice(said: Mapping[str, Said], name: str) -> tuple[str | Ref, ...] | None:
    """The model's voice on a field; None where it has none."""
    return said[name].values if name in said else None


def changed(issue: Record, won: Poll, pool: Sequence[Record]) -> Change | None:
    """What was elected, as a change; what the issue holds already is none. Lists only grow: nobody elected a removal."""
    before = issue.fields.get(won.field)
    after = joined(before, won.value)
    return None if same(before, after) else Change(won.field, before, after, choices(won.field, (issue, *pool), after))


def settled(issue: Record, near: object) -> str:
    """Why there is nothing to change."""
    if not near:
        return f"{issue.id} has no past issues to learn from: there is nothing in its project that somebody has dealt with."
    now = ", ".join(f"{name} {shown(issue.fields.get(name)) or 'empty'}" for name in FIELDS)
    return f"{issue.id} needs no change: similar past issues agree with what it has, or disagree with each other ({now})."


def source(record: Record) -> Source:
    """A similar issue as a reason can link it."""
    return Source(f"{record.id} {record.title}", record.url)
