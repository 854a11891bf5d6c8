"""SOQL made from parts: names only from a list, values only as escaped literals. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.errors import Invalid

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}(?:\.[A-Za-z][A-Za-z0-9_]{0,79}){0,2}")
"""A field, or a field of the record that one or two references lead to."""
ESCAPES = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
WILD = {"%": r"\%", "_": r"\_"}
"""What stands for other characters in LIKE, made to stand for itself."""
LONGEST = 4000
"""Characters of one text in a condition (SOQL and SOSL limits)."""
MOST = 2000
"""Records that one query may ask for: one page of an answer."""


@dataclass(frozen=True, slots=True)
class Begins:
    """What LIKE compares with: whatever begins with this text. Its own `%` and `_` are signs like any other."""

    text: str


Literal = str | bool | int | datetime | Begins | None


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator value`; the operators are = != < > <= >= LIKE IN."""

    field: str
    operator: str
    value: Literal | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Where", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple["Where", ...]


Where = Condition | All | Either
OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">=", "LIKE", "IN"})


def select(
    source: str,
    fields: Sequence[str],
    *,
    known: AbstractSet[str],
    where: Where | None = None,
    order: Sequence[str] = (),
    limit: int | None = None,
) -> str:
    """A whole query over an object. `order` holds fields, each perhaps with ` DESC` behind it.

    Raises Invalid for a name that is not in `known` or a value that cannot be a literal.
    """
    listed = ", ".join(name(one, known) for one in fields)
    parts = ["SELECT", listed, "FROM", name(source, {source})]
    if where is not None:
        parts.append(f"WHERE {spelled(where, known)}")
    if order:
        keys = (f"{name(one.removesuffix(' DESC'), known)}{' DESC' * one.endswith(' DESC')}" for one in order)
        parts.append(f"ORDER BY {', '.join(keys)}")
    if limit is not None:
        parts.append(f"LIMIT {max(1, min(limit, MOST))}")
    return " ".join(parts)


def name(text: str, known: Iterable[str]) -> str:
    """A name that may stand in a query. Raises Invalid."""
    if text not in known or NAME.fullmatch(text) is None:
        raise Invalid(f"The bot does not ask Salesforce for the field {text[:80]!r}.")
    return text


def spelled(where: Where, known: AbstractSet[str]) -> str:
    """A condition; what is joined stands in brackets. Raises Invalid."""
    match where:
        case Condition(field, operator, value):
            fits = (operator == "IN") is isinstance(value, tuple) and (operator == "LIKE") is isinstance(value, Begins)
            if operator not in OPERATORS or not fits or value == ():
                raise Invalid(f"The bot cannot ask Salesforce for {field} {operator} this.")
            shown = f"({', '.join(map(literal, value))})" if isinstance(value, tuple) else literal(value)
            return f"{name(field, known)} {operator} {shown}"
        case All(parts):
            return f"({' AND '.join(spelled(part, known) for part in parts)})"
        case Either(parts):
            return f"({' OR '.join(spelled(part, known) for part in parts)})"


def literal(value: Literal) -> str:
    """A value as it stands in a query: nothing in a text can end it. Raises Invalid for a text that is too long."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case datetime():
            moment = value.astimezone(UTC)
            return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
        case Begins(text):
            return f"'{quoted(text, ESCAPES | WILD)}%'"
        case str():
            return f"'{quoted(value, ESCAPES)}'"


def quoted(text: str, escapes: Mapping[str, str]) -> str:
    """What stands between the quotes. Raises Invalid for a text that is too long."""
    if len(text) > LONGEST:
        raise Invalid(f"Salesforce cannot be asked for a text of more than {LONGEST} characters.")
    return "".join(escapes.get(sign) or escaped(sign) for sign in text)


def escaped(sign: str) -> str:
    """One character of a text, so that it stands for itself."""
    return sign if sign.isprintable() or ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"  # noqa: PLR2004 - what \u can say
