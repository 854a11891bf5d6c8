"""Salesforce's record ids: a prefix that names the object, fifteen characters with meaningful case, three that protect the case."""

import re
from collections.abc import Iterable

SHORT, LONG = 15, 18
INSTANCE = "Hl0000"
"""Characters 4 to 9 of every id of this made-up organisation."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def suffix(short: str) -> str:
    """The three characters that say which of the fifteen are capitals: five bits each, the first character lowest."""
    groups = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(_ALPHABET[sum(1 << place for place, sign in enumerate(group) if "A" <= sign <= "Z")] for group in groups)


def whole(name: str) -> str:
    """An id in its long form; ValueError for what is no id, or a long one whose last three characters do not fit."""
    if not _SHAPE.fullmatch(name):
        raise ValueError(f"{name} is no id")
    short = name[:SHORT]
    found = short + suffix(short)
    if len(name) == LONG and name != found:
        raise ValueError(f"{name} is no id: its last three characters do not fit")
    return found


def made(prefix: str, number: int) -> str:
    """The id of the record with this number."""
    short = f"{prefix}{INSTANCE}{number:06d}"
    return short + suffix(short)


def following(prefix: str, taken: Iterable[str]) -> str:
    """The id of the next record of an object."""
    numbers = (int(name[9:SHORT]) for name in taken if name.startswith(prefix))
    return made(prefix, max(numbers, default=0) + 1)
