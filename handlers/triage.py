"""An issue -> a draft of what a person would set first: type, priority, labels, component, assignee."""

from dataclasses import replace

from handlers.models import Call, Draft, Record, Reply, Source, shown
from handlers.ports import Links, Records, Similar
from handlers.rules import ballot, proposed, unlinked

FIELDS = ("type", "priority", "labels", "component", "assignee")
"""Triage touches these and nothing else."""
POOL = 300
"""Past issues that are compared; more would cost a page of the vendor's answer each."""
NEIGHBOURS = 7
"""Odd, so that two opinions do not tie; small, so that far cases do not vote."""


async def triage(call: Call, *, issues: Records, similar: Similar, links: Links = unlinked) -> Draft | Reply:
    """Let the most similar past issues vote on each field; the share of votes is the confidence. Tickets about it are named, too."""
    issue = await issues.read(call.argument)
    pool = await issues.past(issue, limit=POOL)
    near = await similar(issue, pool, limit=NEIGHBOURS)
    ballots = {name: won for name in FIELDS if (won := ballot(near, name))}
    changes = proposed(issue, ballots, pool)
    tickets = await links(issue, "case", place=call.place)
    if not changes:
        return Reply(settled(issue, near), (*(source(record) for record, _ in near[:3]), *tickets))
    return replace(
        Draft.of("triage", issue, changes, call=call),
        reasons=tuple(ballots[change.field].reason for change in changes),
        sources=(*(source(record) for record, _ in near[:5]), *tickets),
        confidence={change.field: ballots[change.field].share for change in changes},
    )


def settled(issue: Record, near: object) -> str:
    """Why there is nothing to change."""
    if not near:
        return f"{issue.id} has no past issues to learn from: there is nothing in its project that somebody has dealt with."
    now = ", ".join(f"{name} {shown(issue.fields.get(name)) or 'empty'}" for name in FIELDS)
    return f"{issue.id} needs no change: similar past issues agree with what it has, or disagree with each other ({now})."


def source(record: Record) -> Source:
    """A similar issue as a reason can link it."""
    return Source(f"{record.id} {record.title}", record.url)
