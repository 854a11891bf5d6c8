"""What a language model chooses for the fields of a record, among the values that there are. Pure.

It is shown the text, similar past records and every value that may stand; it chooses none of its own. Fields that it is not asked for,
values that do not exist and reasons that rest on nothing do not come through.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.claims import Claim, checked
from handlers.material import Material
from handlers.models import Item, Record, Ref, shown
from handlers.votes import Poll, held

Named = Literal["type", "priority", "labels", "component", "assignee"]
"""Fields of an issue that a model may choose values for."""
FIELDS: Sequence[str] = ("type", "priority", "labels", "component", "assignee")
SHOWN = 8
"""Past records that a model is shown."""
LONGEST = 6000
"""Characters of one text that a model is shown: some pages. What stands behind them is left out."""
MOST = 40
"""Values of one field that it may choose from, the usual ones first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One field: the values that should stand in it, spelled as they were offered, and why, with the labels that this rests on."""

    field: Named
    values: tuple[str, ...]
    reason: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A choice that was checked: values that exist."""

    values: tuple[Item, ...]
    reason: str


def offered(pool: Sequence[Record], catalogue: Mapping[str, Sequence[Ref]], fields: Iterable[str]) -> dict[str, tuple[Item, ...]]:
    """Per field the values that may stand in it: what the system's catalogue has, else what past records hold, the usual ones first."""
    found: dict[str, tuple[Item, ...]] = {}
    for field in fields:
        counts: dict[Item, int] = {}
        for value in (value for record in pool for value in held(record, field)):
            counts[value] = counts.get(value, 0) + 1
        used = sorted(counts, key=lambda value: (-counts[value], shown(value)))
        allowed = {value.id: value for value in catalogue.get(field, ())}
        known: Sequence[Item] = [v for v in used if not allowed or (isinstance(v, Ref) and v.id in allowed)]
        found[field] = tuple(dict.fromkeys((*known, *(v for v in allowed.values() if all(v.id != idle(k) for k in known)))))[
            :MOST
        ]
    return found


def idle(value: Item) -> str:
    """The id of a value, or the word that it is."""
    return value.id if isinstance(value, Ref) else value


def shown_to(record: Record, near: Sequence[tuple[Record, float]], values: Mapping[str, Sequence[Item]]) -> list[Material]:
    """The record, similar past ones and the values, for a model. Just anybody may have written any of it."""
    text = Material(record.kind, f"{record.title}\n{record.text}"[:LONGEST], outside=True, source=record.system)
    return [text, *past(near), Material("values", spelled(values), outside=True, source=record.system)]


def past(near: Sequence[tuple[Record, float]]) -> list[Material]:
    """Similar past records, one a block, with what people made of them."""
    return [Material(f"past {n}", told(one), outside=True, source=one.system) for n, (one, _) in enumerate(near[:SHOWN], 1)]


def told(record: Record) -> str:
    """A past record in one line."""
    held_now = "; ".join(f"{name}: {shown(record.fields.get(name)) or 'empty'}" for name in FIELDS)
    return f"{record.id} {record.title} ({held_now})"


def spelled(values: Mapping[str, Sequence[Item]]) -> str:
    """What may stand in each field, a line a value: commas may be part of one."""
    return "\n".join(f"{field}: {shown(value)}" for field, some in values.items() for value in some)


def people(records: Iterable[Record], values: Mapping[str, Sequence[Item]]) -> list[str]:
    """Everybody who may be named in what a model is shown."""
    assignable = {value.label for value in values.get("assignee", ()) if isinstance(value, Ref)}
    return sorted(assignable.union(*(record.people for record in records)))


def heard(choices: Iterable[Choice], values: Mapping[str, Sequence[Item]], grounds: Mapping[str, str]) -> dict[str, Said]:
    """The choices by field, each with values that exist; a field with a value that does not exist is left out.

    Raises NoModel when a reason rests on nothing that was shown.
    """
    found: dict[str, Said] = {}
    for choice in choices:
        known = {shown(value).casefold(): value for value in values.get(choice.field, ())}
        named = [known.get(value.strip().casefold()) for value in choice.values]
        [claim] = checked([Claim(choice.reason, choice.records)], grounds)
        if named and None not in named:
            found[choice.field] = Said(tuple(value for value in named if value is not None), claim.text)
    return found


def why(poll: Poll, said: Said | None) -> str:
    """A poll as a reason, with what the model said about the field."""
    if said is None:
        return poll.reason
    agrees = set(poll.shares) & set(said.values)
    voice = f"the language model chose it: {said.reason}" if agrees else f"the language model would set {shown_all(said)}"
    return f"{poll.reason}; {voice}"


def shown_all(said: Said) -> str:
    """The values of a choice in words."""
    return ", ".join(shown(value) for value in said.values)
