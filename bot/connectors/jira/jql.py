"""JQL made from parts: names only from a list, values only between quotes that nothing in them can end. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.errors import Invalid

LISTS = frozenset({
    "project", "key", "id", "parent", "status", "statusCategory", "issuetype", "priority", "labels", "component", "assignee", "reporter", "creator",
    "resolution",
})  # fmt: skip
"""Fields that hold one of several values, or some of them."""
TIMES = frozenset({"created", "updated", "resolved"})
TEXTS = frozenset({"summary", "description", "comment", "text"})
OPERATORS = {
    **dict.fromkeys(LISTS, frozenset({"=", "!=", "in", "not in"})),
    **dict.fromkeys(TIMES, frozenset({"<", "<=", ">", ">="})),
    **dict.fromkeys(TEXTS, frozenset({"~", "!~"})),
}
"""What may be asked of a field."""
LONGEST = 1000
"""Characters of one value; no name in Jira is that long."""
MOST_WORDS = 30
"""Words of one text search; more of them find nothing."""
MOST_VALUES = 100
"""Values of one list, as many as a page has issues."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that have to stand in a text, in any order. Signs of the search language among them are left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Ago:
    """So many minutes before now, by Jira's own clock: a written date would be read in the time zone of the bot's account."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Me:
    """The account that asks."""


Literal = str | Words | Ago | Me | None


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator value`. None stands for an empty field, a tuple for any of its values."""

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


def query(where: Where, *, order: Sequence[str] = ()) -> str:
    """A whole query. `order` holds fields, each perhaps with ` DESC` behind it. Raises Invalid for what cannot be asked."""
    spelled = condition(where)
    keys = [f"{field(one.removesuffix(' DESC'))}{' DESC' * one.endswith(' DESC')}" for one in order]
    return f"{spelled} ORDER BY {', '.join(keys)}" if keys else spelled


def field(name: str) -> str:
    """A field that may stand in a query. Raises Invalid."""
    if name not in OPERATORS:
        raise Invalid(f"The bot does not ask Jira for the field {name[:80]!r}.")
    return name


def condition(where: Where) -> str:
    """A condition; what is joined stands in brackets. Raises Invalid."""
    match where:
        case Condition(name, operator, value):
            if operator not in OPERATORS[field(name)] or not fits(name, operator, value):
                raise Invalid(f"The bot cannot ask Jira for {name} {operator[:10]} this.")
            if value is None:
                return f"{name} is {'not ' * (operator == '!=')}EMPTY"
            return f"{name} {operator} {listed(value) if isinstance(value, tuple) else literal(value)}"
        case All(parts) | Either(parts):
            if not parts:
                raise Invalid("The bot cannot ask Jira for nothing.")
            joint = " AND " if isinstance(where, All) else " OR "
            return f"({joint.join(condition(part) for part in parts)})"


def fits(name: str, operator: str, value: Literal | tuple[str, ...]) -> bool:
    """Whether such a value can be asked of such a field."""
    if isinstance(value, tuple):
        return operator in ("in", "not in") and 0 < len(value) <= MOST_VALUES
    if name in TIMES:
        return isinstance(value, Ago)
    if name in TEXTS:
        return isinstance(value, Words)
    return operator in ("=", "!=") and isinstance(value, str | Me | None)


def literal(value: str | Words | Ago | Me) -> str:
    """A value as it stands in a query. Raises Invalid for a text that is too long, or holds no word to search for."""
    match value:
        case Me():
            return "currentUser()"
        case Ago(minutes):
            return quoted(f"-{max(minutes, 1)}m")
        case Words(text):
            return quoted(" ".join(words(text)))
        case str():
            return quoted(value)


def words(text: str) -> list[str]:
    """The words of a text, each with a letter or a figure, none of them one of the search language. Raises Invalid where there is none."""
    found = re.findall(r"_*[^\W_]\w*", text.casefold())[:MOST_WORDS]
    if not found:
        raise Invalid("Type some words to search Jira for.")
    return found


def quoted(text: str) -> str:
    """A text between quotes. Raises Invalid for one that is too long."""
    if len(text) > LONGEST:
        raise Invalid(f"Jira cannot be asked for a text of more than {LONGEST} characters.")
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(values: Sequence[str]) -> str:
    """Values of a list, in brackets."""
    return f"({', '.join(map(quoted, values))})"
