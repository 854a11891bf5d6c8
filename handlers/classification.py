"""What a ticket should be: type, priority, group, assignee and tags by `handlers.votes`, a model being one voice of several. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from handlers.models import Item, Record, Ref, Value, same, shown
from handlers.rules import Ballot
from handlers.taught import Taught
from handlers.votes import HALF, asked, held, poll, within

FIELDS = ("type", "priority", "group", "assignee", "tags")
"""What a reply may set besides the text; nothing else is touched. Tags are the category of a ticket."""
INSIDE: Mapping[str, str] = {"assignee": "group"}
"""Only members of its group can have a ticket, so only the group's tickets say who should."""
VOICE = 2
"""A model counts as much as two similar tickets: it settles what is open, and overrules no clear vote."""
HEARD = 7
"""Similar tickets that a model is held against at most."""
UNTAUGHT: Mapping[str, Taught] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Elected:
    """What was elected for a field, and in words why."""

    ballot: Ballot
    reason: str


def classified(
    ticket: Record,
    near: Sequence[tuple[Record, float]],
    pool: Sequence[Record],
    said: Mapping[str, Value],
    taught: Mapping[str, Taught] = UNTAUGHT,
) -> dict[str, Elected]:
    """What should stand in each field. `near` are tickets of `pool` with their cosine, `said` a model's values, each of which exists,
    `taught` what past tickets teach of a field.

    The assignee comes from the tickets of the group that the ticket will be in; whoever has the ticket keeps it as long as the group
    stays.
    """
    names = [name for name in FIELDS if name not in INSIDE]
    found = {name: one for name in names if (one := elected(ticket, near, pool, name, said.get(name), taught=taught.get(name)))}
    before = ticket.fields.get("group")
    group = found["group"].ballot.winner if "group" in found else before
    if ticket.fields.get("assignee") and same(group, before):
        return found
    sure = found["group"].ballot.share if "group" in found and not same(group, before) else 1.0
    if isinstance(group, Ref):
        near, pool = within(near, pool, "group", group)
    members = {who.id for record in pool if isinstance(who := record.fields.get("assignee"), Ref)}
    wanted = said.get("assignee")
    allowed = wanted if isinstance(wanted, Ref) and wanted.id in members else None
    return found | (
        {"assignee": one}
        if (one := elected(ticket, near, pool, "assignee", allowed, sure=sure, taught=taught.get("assignee")))
        else {}
    )


def elected(
    ticket: Record,
    near: Sequence[tuple[Record, float]],
    pool: Sequence[Record],
    field: str,
    said: Value,
    *,
    sure: float = 1.0,
    taught: Taught | None = None,
) -> Elected | None:
    """One field, see `poll`. Where no ticket votes, a model alone comes to one half."""
    values: tuple[Item, ...] = said if isinstance(said, tuple) else (said,) if said else ()
    known = dict.fromkeys(item for record in pool for item in held(record, field))
    chosen = tuple(next((item for item in known if same(item, value)), value) for value in values) or None
    voice = min(HALF, VOICE / (VOICE + min(asked(near, pool, field, ticket), HEARD)))
    won = poll(near, pool, field, of=ticket, says=chosen, voice=voice, sure=sure, taught=taught)
    if won is None:
        return None
    reason = won.reason
    if chosen:
        agrees = set(chosen) <= set(won.shares)
        reason += "; the language model says the same" if agrees else f"; the language model would set {shown(said)}"
    return Elected(Ballot(field, won.value, won.share, won.cast, won.voters), reason)
