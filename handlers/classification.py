"""What a ticket should be: type, priority, group, assignee and tags by the votes of similar tickets, a model being a voice. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.models import Record, Ref, Value, same, shown
from handlers.rules import Ballot, ballot

FIELDS = ("type", "priority", "group", "assignee", "tags")
"""What a reply may set besides the text; nothing else is touched. Tags are the category of a ticket."""
VOICE = 2
"""A model counts as much as two similar tickets: it settles what is open, and overrules no clear vote."""
NEED = 0.5
"""Share of all voices that a value needs."""


@dataclass(frozen=True, slots=True)
class Elected:
    """What was elected for a field, and in words why."""

    ballot: Ballot
    reason: str


def ballots(ticket: Record, near: Sequence[tuple[Record, float]]) -> dict[str, Ballot]:
    """What similar tickets alone say about each field of a ticket: what an evaluation can hold against what people chose."""
    return {name: one.ballot for name, one in classified(ticket, near, {}).items()}


def classified(ticket: Record, near: Sequence[tuple[Record, float]], said: Mapping[str, Value]) -> dict[str, Elected]:
    """What should stand in each field. `said` are a model's values, each of which exists.

    The assignee comes from the tickets of the group that the ticket will be in, for only its members can have it; whoever has the
    ticket keeps it as long as the group stays.
    """
    found = {name: one for name in ("type", "priority", "group", "tags") if (one := elected(near, name, said.get(name)))}
    before = ticket.fields.get("group")
    group = found["group"].ballot.winner if "group" in found else before
    if ticket.fields.get("assignee") and same(group, before):
        return found
    inside = [(record, cosine) for record, cosine in near if same(record.fields.get("group"), group)] if group else near
    members = {who.id for record, _ in inside if isinstance(who := record.fields.get("assignee"), Ref)}
    wanted = said.get("assignee")
    allowed = wanted if isinstance(wanted, Ref) and wanted.id in members else None
    return found | ({"assignee": one} if (one := elected(inside, "assignee", allowed)) else {})


def elected(near: Sequence[tuple[Record, float]], field: str, said: Value) -> Elected | None:
    """One field. The share is that of all voices; where no ticket votes, a model alone comes to one half."""
    won = ballot(near, field)
    if not said:
        return Elected(won, won.reason) if won else None
    cast = [record for record, _ in near if record.fields.get(field)]
    backing = tuple(record for record in cast if holds(record.fields[field], said))
    share = (len(backing) + VOICE) / (len(cast) + VOICE) if cast else NEED
    if won is not None and holds(won.winner, said):
        return Elected(won, f"{won.reason}; the language model says the same")
    other = f"the language model would set {shown(said)}"
    against = len(won.voters) / (len(cast) + VOICE) if won is not None and not isinstance(said, tuple) else 0.0
    if share < NEED or against >= share:
        return Elected(won, f"{won.reason}; {other}") if won else None
    winner = (*won.winner, *said) if won and isinstance(won.winner, tuple) and isinstance(said, tuple) else said
    mine = Ballot(field, winner, min(share, won.share) if won and isinstance(said, tuple) else share, len(cast), backing)
    return Elected(
        mine,
        f"{field} {shown(winner)}: the language model chose {shown(said)}, {len(backing)} of {len(cast)} similar cases have it",
    )


def holds(value: Value, said: Value) -> bool:
    """Whether a field's value says what a model says: the same, or for a list that it is in it."""
    if isinstance(value, tuple) and isinstance(said, tuple):
        return set(said) <= set(value)
    return same(value, said)
