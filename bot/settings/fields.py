"""Whether the names of fields in a rule of `[alerts]` are names that the records of its event have: a misspelt one would never hold, and say nothing."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypedDict, Unpack

from bot.settings.declared import Kind, systems
from bot.settings.events import DELETED, nearest
from handlers.conditions import RECORD, Condition

BESIDES = (*RECORD, "title")
"""What a condition sees of every record besides its fields."""


class Names(TypedDict):
    """The names of fields in a rule: those of its condition, those that it groups by, and the one that is to be written (empty: none)."""

    when: str
    group: Sequence[str]
    on_ack: str


def kind_of(event: str) -> Kind:
    """What the records of an event hold. Its name has to be one that a system tells of."""
    system, kind, _ = event.split(".")
    return systems()[system].told[kind]


def wrong(event: str, kind: Kind, **names: Unpack[Names]) -> Iterator[str]:
    """What is wrong with the names in a rule for an event, one sentence each. `kind` is what its records hold."""
    if event.endswith(DELETED):
        yield from gone(**names)
        return
    if not kind.fields:
        return
    what = " ".join(event.split(".")[:2])
    asked = (
        ("when", Condition(names["when"]).names, (*BESIDES, *kind.fields)),
        ("group", names["group"], kind.fields),
        ("on_ack", filter(None, [names["on_ack"]]), kind.sets),
    )
    for part, given, known in asked:
        for name in given:
            if name not in known:
                verb = "can be set to no" if part == "on_ack" else "has no"
                yield f"{part}: {what} {verb} {name!r}; there is {', '.join(known) or 'nothing'}{nearest(name, known)}"


def gone(*, when: str, group: Sequence[str], on_ack: str) -> Iterator[str]:
    """What is wrong with a rule about what is deleted: of such a record only its name is known, and nothing can be written to it."""
    for name in Condition(when).names:
        if name not in RECORD:
            yield f"when: of a record that is deleted only {', '.join(RECORD)} are known, not {name!r}{nearest(name, RECORD)}"
    if group:
        yield "group: the fields of a record that is deleted are not known, so there is nothing to group by"
    if on_ack:
        yield "on_ack: nothing can be written to a record that is deleted"


def unproven(event: str, kind: Kind, **names: Unpack[Names]) -> Collection[str]:
    """The names in a rule of which nobody can say whether records have them: their connector does not say what they hold."""
    if event.endswith(DELETED) or kind.fields:
        return ()
    fields = [name for name in Condition(names["when"]).names if name not in BESIDES]
    return tuple(dict.fromkeys(filter(None, (*fields, *names["group"], names["on_ack"]))))
