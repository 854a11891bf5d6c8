"""The names of events, and what may stand before a trigger in `[triggers]`: a reaction on a message, or an event of a system that has a connector."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from bot.settings.declared import systems
from bot.settings.tables import TriggerTable

REACTION = re.compile(r"(slack|teams)\.reaction\..+")
"""A reaction has a place of its own: the message that it was put on."""
EVENT = re.compile(r"([a-z]+)\.([a-z_]+)\.(created|updated|deleted)")
DEEDS = ("created", "updated", "deleted")
DELETED = ".deleted"
"""How the names of events end after which a record is gone."""
PLACE = re.compile(r"[a-z]+:.+")
"""A channel as the rest of the file names it: `slack:T1/C1`."""


def placed(triggers: Mapping[str, TriggerTable]) -> Mapping[str, TriggerTable]:
    """The triggers, if each of them can start. Raises ValueError for an event that nobody tells of, or that has no channel to answer in."""
    for name, trigger in triggers.items():
        if (made := REACTION.fullmatch(name)) and trigger.channel and not trigger.channel.startswith(f"{made[1]}:"):
            raise ValueError(f'the trigger {name!r} is answered in {made[1].title()}: its channel begins with "{made[1]}:"')
        if REACTION.fullmatch(name):
            continue
        if wrong := misspelt(name):
            raise ValueError(f"nobody tells of {name!r}: {wrong}")
        if not PLACE.fullmatch(trigger.channel):
            raise ValueError(f'the trigger {name!r} needs a channel that its draft is shown in, like channel = "slack:T1/C1"')
    return triggers


def misspelt(name: str) -> str:
    """Why no system tells of an event of this name; empty where one may."""
    first = name.partition(".")[0]
    if (system := systems().get(first)) is None:
        begin = ["slack.reaction.", "teams.reaction.", *(f"{known}." for known in systems())]
        return f"an event begins with {', '.join(begin)}{nearest(first, systems())}"
    if (found := EVENT.fullmatch(name)) is None:
        last = nearest(name.rpartition(".")[2], DEEDS)
        return f"an event of a system is <system>.<kind>.<deed> and ends with .created, .updated or .deleted{last}"
    kinds = sorted(system.told)
    return (
        "" if found[2] in kinds else f"{found[1]} tells of no {found[2]!r}; it has {', '.join(kinds)}{nearest(found[2], kinds)}"
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that somebody who wrote this one may have meant, as it stands at the end of a sentence; empty where none is near."""
    found = get_close_matches(name.casefold(), list(known), n=1)
    return f". Did you mean {found[0]!r}?" if found else ""
