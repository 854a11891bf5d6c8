"""Many records by one request, each with its own end: what does not go together is read alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.connectors.hubspot.records import spelled
from bot.net.http import Rejected
from handlers.errors import Invalid, Trouble
from handlers.models import Record

REFUSED = (401, 403)
"""Statuses that are about the bot and not about a record."""
Alone = Callable[[str], Awaitable[Record]]
"""Reads one record by its name. Raises as `Records.read` does."""
Batch = Callable[[str, Sequence[str]], Awaitable[Sequence[Record]]]
"""Reads those that are there of a kind, by their numbers."""


async def each(names: Sequence[str], *, alone: Alone, batch: Batch) -> Mapping[str, Record | Trouble]:
    """Every one of these, or what is the matter with it."""
    found: dict[str, Record | Trouble] = {}
    kinds: dict[str, dict[str, str]] = {}
    for name in names:
        try:
            kind, number = spelled(name)
        except Invalid as wrong:
            found[name] = wrong
        else:
            kinds.setdefault(kind, {})[name] = number
    for kind, numbers in kinds.items():
        found |= await of_kind(kind, numbers, alone=alone, batch=batch)
    return found


async def of_kind(kind: str, numbers: Mapping[str, str], *, alone: Alone, batch: Batch) -> Mapping[str, Record | Trouble]:
    """Those of one kind, given as name -> number.

    What a batch leaves out may be gone, or merged into another record, or what HubSpot failed at: it is asked for by itself, so that a
    record counts as gone only where HubSpot says so of this one.
    """
    together: Mapping[str, Record] = {}
    if len(numbers) > 1:
        try:
            together = {spelled(one.id)[1]: one for one in await batch(kind, sorted(set(numbers.values())))}
        except Rejected as refused:
            if refused.status in REFUSED:
                return dict.fromkeys(numbers, refused)
        except Invalid:  # something in one of them; each says for itself what
            together = {}
        except Trouble as trouble:
            return dict.fromkeys(numbers, trouble)
    return {name: together.get(number) or await ended(name, alone) for name, number in numbers.items()}


async def ended(name: str, alone: Alone) -> Record | Trouble:
    """One record, or what is the matter with it."""
    try:
        return await alone(name)
    except Trouble as trouble:
        return trouble
