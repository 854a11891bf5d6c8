"""A reply that was said is drawn again as it is now: in the messages in which it stands, with more of them or with fewer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

from bot.store.talk.sent import Sent, SentStore
from bot.watch import log
from handlers.models import Place

ONE_PERSON = "What one person alone sees here cannot be drawn again. Say it anew, or in a direct message."
ABOVE = "↑ This stands in the message above now."
"""What becomes of a message that a shorter reply does not need any more: deleting it would leave a gap in the thread, and needs more rights."""
logger = log.get("revising")
Message = TypeVar("Message")
Drawn_contra = TypeVar("Drawn_contra", contravariant=True)


class InTurn:
    """One at a time, by name, in the order in which they came: whoever draws takes the turn before anything else is waited for."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """The turn during the block."""
        async with self._turns.setdefault(name, asyncio.Lock()):
            yield


class Surface(Protocol[Drawn_contra]):
    """How a platform posts and changes one message."""

    async def post(self, row: Sent, message: Drawn_contra) -> bool:
        """Send it once. False: it stood there before."""
        ...

    async def redraw(self, row: Sent, message: Drawn_contra) -> bool:
        """Change it. False: it is gone, or nobody may change it any more. Raises when it is out of reach for other reasons."""
        ...

    def thread(self, row: Sent) -> str:
        """The thread in which what belongs to this message is said."""
        ...


@dataclass(frozen=True, slots=True)
class Revision(Generic[Message]):
    """What is to be shown, and where it stands or will stand. `above` is what a message shows that is not needed any more."""

    name: str
    place: Place
    messages: Sequence[Message]
    above: Message


class Revisions:
    """Draws replies again on one platform. `unknown` are marks that stand for the id of a message that cannot be changed."""

    def __init__(self, sent: SentStore, *, unknown: frozenset[str]) -> None:
        self._sent = sent
        self._unknown = unknown

    async def draw(self, revision: Revision[Message], surface: Surface[Message]) -> None:
        """The first message stays the first; what does not fit there any more follows in its thread, where a longer reply puts it again.

        What was deleted or cannot be changed any more is said anew, so that nobody goes on reading what is not so. Raises what the
        platform raises.
        """
        rows = await self._sent.parts(revision.name)
        if any(row.post in self._unknown for row in rows):
            rows = await self._anew(revision, rows)
        if not await self._drawn(revision, rows, surface):
            await self._drawn(revision, await self._anew(revision, rows), surface)

    async def _drawn(self, revision: Revision[Message], rows: Sequence[Sent], surface: Surface[Message]) -> bool:
        """Whether all of it stands there. False: its first message is gone."""
        place = revision.place
        for number, message in enumerate(revision.messages):
            thread = surface.thread(rows[0]) if rows and number else place.thread
            row = Sent(f"{revision.name}:{number}", place.platform, place.channel, thread, part=number)
            if await surface.post(row, message):
                continue
            stands = await self._sent.find(row.key) or row
            if await surface.redraw(stands, message):
                continue
            if number == 0:
                return False
            await self._anew(revision, [stands])
            await surface.post(row, message)
        for spare in rows[len(revision.messages) :]:
            await surface.redraw(spare, revision.above)
        return True

    async def _anew(self, revision: Revision[Message], rows: Sequence[Sent]) -> Sequence[Sent]:
        """Say it again: what is not there any more is forgotten."""
        logger.warning("a message cannot be drawn again, it is said anew", message=revision.name, parts=len(rows))
        await self._sent.forget(rows)
        return ()
