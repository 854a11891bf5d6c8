"""`/bot`: what one can say here, what is connected, where data flows, and for admins what has gone wrong. Said in private."""

import re

from handlers.errors import Invalid, NotAllowed
from handlers.models import Call, Reply
from handlers.ports import DeadLetters, Guide

GIVEN = re.compile(r"([\w.]+)=(.*?)(?=\s+[\w.]+=|\Z)", re.DOTALL)
"""A field of what a job carries, by its dotted path, and the value that it gets."""


async def bot(call: Call, *, guide: Guide, letters: DeadLetters) -> Reply:
    """Help by default. Raises Invalid for another word, NotAllowed for dead letters where somebody is no admin."""
    match call.argument.casefold().split():
        case [] | ["help"]:
            text = guide.help(call.person, call.place)
        case ["status"]:
            text = await guide.status()
        case ["flows"]:
            text = guide.flows()
        case ["jobs"]:
            refuse_others(call, letters)
            text = "\n".join(await letters.list()) or "There are no dead letters."
        case ["jobs", name]:
            refuse_others(call, letters)
            text = await letters.show(name.strip("`"))
        case ["replay", "all", kind]:
            refuse_others(call, letters)
            text = await letters.replay_all(kind.strip("`"), by=call.person.id)
        case ["replay", name, first, *_] if "=" in first:
            refuse_others(call, letters)
            given = dict(GIVEN.findall(call.argument.split(maxsplit=2)[2]))
            text = await letters.replay_with(name.strip("`"), given, by=call.person.id)
        case ["replay", name]:
            refuse_others(call, letters)
            text = await letters.replay(name.strip("`"), by=call.person.id)
        case _:
            raise Invalid(f"/bot knows no {call.argument!r}. Type /bot help or /bot status.")
    return Reply(text, private=True)


def refuse_others(call: Call, letters: DeadLetters) -> None:
    """Raises NotAllowed unless the person is an admin."""
    if not letters.admits(call.person):
        raise NotAllowed("not allowed: only the people under [admins] in bot.toml may see and replay dead letters.")
