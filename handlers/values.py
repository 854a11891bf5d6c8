"""What a field of a record may hold, and the one way to compare, show and hash it."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that a vendor knows by an id and people know by a label: a person, a priority, a group."""

    id: str
    label: str


SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
"""Made once: `json.dumps` would make one for every row of an audit trail."""

Value = str | Ref | tuple[str, ...] | tuple[Ref, ...] | None
Item = str | Ref
"""One value of a field that may hold several."""
"""What a field of a record may hold. None and an empty tuple both mean: nothing."""


def shown(value: Value) -> str:
    """The value as a person reads it; an empty string for nothing."""
    match value:
        case None:
            return ""
        case str():
            return value
        case Ref():
            return value.label
        case _:
            return ", ".join(item.label if isinstance(item, Ref) else item for item in value)


def plain(value: Value) -> object:
    """The value as JSON data."""
    match value:
        case Ref():
            return {"id": value.id, "label": value.label}
        case tuple():
            return [plain(item) for item in value]
        case _:
            return value


def same(one: Value, other: Value) -> bool:
    """Whether two values mean the same to a vendor: nothing is nothing, a list has no order, a Ref is its id."""
    return meant(one) == meant(other)


def meant(value: Value) -> frozenset[str]:
    """What a value says, without its order, its spelling and its labels."""
    items = value if isinstance(value, tuple) else (value,)
    return frozenset(item.id if isinstance(item, Ref) else item for item in items if item)


def canonical(data: object) -> bytes:
    """JSON with one spelling only: sorted keys, no spaces, UTF-8. The base of every hash."""
    return SPELLING.encode(data).encode()
