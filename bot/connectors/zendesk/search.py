"""Zendesk's search made from parts: words without its signs, values between quotes that nothing in them can end. Pure."""

import re
from dataclasses import dataclass

from handlers.errors import Invalid

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
"""In the order of a ticket's life."""
LONGEST = 200
"""Characters of a value; no name or address is that long."""
MOST_WORDS = 30
MOST = 1000
"""Results that a search shows at most, whatever there is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tickets that hold all of this: words in any order, a requester by name, e-mail address or number, a status, a group, tags."""

    words: str = ""
    requester: str = ""
    status: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()


def query(wanted: Wanted) -> str:
    """The whole query. Raises Invalid for nothing to search for, or a status that there is not."""
    if wanted.status and wanted.status not in STATUSES:
        raise Invalid(f"{wanted.status[:40]!r} is no status of Zendesk. It is one of {', '.join(STATUSES)}.")
    named = (
        ("requester", wanted.requester),
        ("status", wanted.status),
        ("group", wanted.group),
        *(("tags", tag) for tag in wanted.tags),
    )
    asked = [f"{name}:{quoted(value)}" for name, value in named if value]
    found = [*words(wanted.words), *asked]
    if not found:
        raise Invalid("Type some words, a requester or a status to search Zendesk for.")
    return " ".join(("type:ticket", *found))


def words(text: str) -> list[str]:
    """The words of a text without any sign of the search language."""
    return re.findall(r"\w+", text.casefold())[:MOST_WORDS]


def quoted(value: str) -> str:
    """A value between quotes. The language has no way to write a quote inside: it becomes a space. Raises Invalid for a long one."""
    if len(value) > LONGEST:
        raise Invalid(f"Zendesk cannot be asked for a value of more than {LONGEST} characters.")
    plain = " ".join("".join(sign if sign.isprintable() and sign not in '"\\' else " " for sign in value).split())
    if not plain:
        raise Invalid("Zendesk cannot be asked for an empty value.")
    return f'"{plain}"'
