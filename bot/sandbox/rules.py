"""Rules that a piece of JSON is held to. A rule takes a path and what stands there, and says in one sentence each what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Rule = Callable[[str, object], Iterator[str]]
LONGEST_URL = 3000
WEB, OPENED = frozenset({"http", "https"}), frozenset({"http", "https", "mailto"})
"""Schemes of pictures, and of what a person may be sent to."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the keys it has to have and those it may have, each with its rule, and rules about the whole of it."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    whole: tuple[Rule, ...] = ()

    def __call__(self, path: str, value: object) -> Iterator[str]:
        """The rule that this shape is."""
        if not isinstance(value, Mapping):
            yield f"{path} is no object."
            return
        yield from (f"{at(path, key)} is missing." for key in self.required if value.get(key) is None)
        for key, given in value.items():
            if rule := self.required.get(key) or self.optional.get(key):
                yield from rule(at(path, key), given) if given is not None else ()
            elif key != "type":
                yield f"{at(path, str(key)[:40])} is not known here."
        for rule in self.whole:
            yield from rule(path, value)


def at(path: str, key: str) -> str:
    """The path of a key."""
    return f"{path}.{key}" if path else key


def of_type(shapes: Mapping[str, Shape], what: str) -> Rule:
    """An object whose `type` says which of the shapes it has."""

    def rule(path: str, value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield f"{path} is a plain string where {what} belongs."
            return
        if not isinstance(value, Mapping):
            yield f"{path} is no object."
            return
        kind = value.get("type")
        if isinstance(kind, str) and kind in shapes:
            yield from shapes[kind](path, value)
        else:
            yield f"{at(path, 'type')} is {str(kind)[:40]!r}, which {what} cannot be here."

    return rule


def words(most: int, least: int = 1) -> Rule:
    """A string of so many characters."""

    def rule(path: str, value: object) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{path} is no string."
        elif len(value) < least:
            yield f"{path} is empty."
        elif len(value) > most:
            yield f"{path} has {len(value)} characters, more than {most}."

    return rule


def matching(pattern: str, what: str) -> Rule:
    """A string of one form."""
    wanted = re.compile(pattern)

    def rule(path: str, value: object) -> Iterator[str]:
        if not isinstance(value, str) or not wanted.fullmatch(value):
            yield f"{path} is no {what}."

    return rule


def whole(least: int, most: int) -> Rule:
    """A whole number between two bounds, both included."""

    def rule(path: str, value: object) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{path} is no whole number."
        elif not least <= value <= most:
            yield f"{path} is {value}, not between {least} and {most}."

    return rule


def flag(path: str, value: object) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{path} is neither true nor false."


def choice(*offered: str) -> Rule:
    """One of a few words."""

    def rule(path: str, value: object) -> Iterator[str]:
        if value not in offered:
            yield f"{path} is none of {', '.join(offered)}."

    return rule


def free(path: str, value: object) -> Iterator[str]:
    """An object of somebody else's making."""
    if not isinstance(value, Mapping):
        yield f"{path} is no object."


def items(each: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many items."""

    def rule(path: str, value: object) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield f"{path} is no list."
            return
        if len(value) < least:
            yield f"{path} has {len(value)} items, fewer than {least}."
        if len(value) > most:
            yield f"{path} has {len(value)} items, more than {most}."
        for number, item in enumerate(value):
            yield from each(f"{path}[{number}]", item)

    return rule


def address(schemes: frozenset[str] = OPENED, most: int = LONGEST_URL) -> Rule:
    """A URL with one of the schemes, and a host where the scheme has one."""

    def rule(path: str, value: object) -> Iterator[str]:
        yield from words(most)(path, value)
        if not isinstance(value, str):
            return
        try:
            parts = urlsplit(value)
        except ValueError:
            yield f"{path} is no URL."
            return
        if parts.scheme not in schemes or (parts.scheme in WEB and not parts.netloc) or any(letter.isspace() for letter in value):
            yield f"{path} is no URL with {' or '.join(sorted(schemes))}."

    return rule


def any_of(*keys: str) -> Rule:
    """One of these keys at least."""

    def rule(path: str, value: object) -> Iterator[str]:
        if isinstance(value, Mapping) and all(value.get(key) is None for key in keys):
            yield f"{path} has none of {', '.join(keys)}."

    return rule
