"""What may stand before a trigger in `[triggers]`: a reaction on a message, or an event of a system that has a connector."""

import re
from collections.abc import Mapping

from bot.settings.declared import systems
from bot.settings.tables import TriggerTable

REACTION = re.compile(r"(slack|teams)\.reaction\..+")
"""A reaction has a place of its own: the message that it was put on."""
EVENT = re.compile(r"([a-z]+)\.([a-z_]+)\.(created|updated|deleted)")
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
    if (system := systems().get(name.partition(".")[0])) is None:
        return f"an event begins with slack.reaction., teams.reaction., {', '.join(f'{known}.' for known in systems())}"
    if (found := EVENT.fullmatch(name)) is None:
        return "an event of a system is <system>.<kind>.<deed> and ends with .created, .updated or .deleted"
    kinds = sorted(kind.lower() for kind in system.objects)
    return "" if found[2] in kinds else f"{found[1]} tells of no {found[2]!r}; it has {', '.join(kinds)}"
