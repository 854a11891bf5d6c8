"""Answers in direct messages that begin to show before they are whole. Only what has passed every check is ever streamed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.platforms.teams.once import Once
from bot.platforms.teams.words import Message
from bot.store.talk.conversations import Conversation
from bot.watch import log
from handlers.errors import Trouble

INFORMATIVE = "Looking it up…"
"""What stands there until there is an answer; Teams takes up to 1,000 characters."""
LONG = 200
"""Characters of an answer from which on its beginning is shown ahead of the rest."""
SHARE = 0.8
"""How much of an answer its beginning is."""
PAUSE = 1.0
"""Seconds between two calls of a stream, the least that Teams allows."""
LIVES = 100.0
"""Seconds; Teams ends a stream after two minutes."""
MOST = 1000
"""Streams that one process has open; the oldest is left to Teams."""
logger = log.get("teams")


@dataclass(slots=True)
class Stream:
    """An open stream: Teams' id of it, the number of the next piece, when it began and when it was last called."""

    id: str
    at: float
    called: float
    sequence: int = 2


@dataclass(frozen=True, slots=True)
class Ending:
    """What makes a message the end of a stream: fields that replace those of the message, and Teams' id of the message that grew."""

    fields: Mapping[str, object]
    post: str


class Streams:
    """One stream a question, by its key. Where Teams takes none, the answer is posted as a whole."""

    def __init__(self, once: Once) -> None:
        self._once = once
        self._open: dict[str, Stream] = {}

    async def begin(self, key: str, place: Conversation) -> None:
        """Say that an answer is being looked up. Never fails: it is worth less than the answer."""
        info = entity("informative", sequence=1)
        try:
            found = await self._once.typing(place, "", {"text": INFORMATIVE, "entities": [info]})
        except Trouble as trouble:
            logger.info("no stream", reason=str(trouble))
            return
        if found:
            now = asyncio.get_running_loop().time()
            self._open[key] = Stream(found, now, now)
            if len(self._open) > MOST:
                del self._open[next(iter(self._open))]

    async def end(self, key: str, place: Conversation, message: Message) -> Ending | None:
        """What makes a message the end of the stream of this question; None where there is no stream.

        A long text shows its beginning first. When Teams takes that no more, the stream is over and the message stands for itself.
        """
        now = asyncio.get_running_loop().time
        stream = self._open.pop(key, None)
        if stream is None or now() - stream.at > LIVES:
            return None
        if len(message.text) > LONG:
            await asyncio.sleep(max(stream.called + PAUSE - now(), 0))
            begun = message.text[: message.text.rfind(" ", 1, int(len(message.text) * SHARE))]
            piece = {"text": begun, "entities": [entity("streaming", stream=stream.id, sequence=stream.sequence)]}
            try:
                await self._once.typing(place, "", piece)
            except Trouble as trouble:
                logger.info("stream ended early", reason=str(trouble))
                return None
            stream.called = now()
        await asyncio.sleep(max(stream.called + PAUSE - now(), 0))
        return Ending({"entities": [*message.entities, entity("final", stream=stream.id)]}, stream.id)


def entity(kind: str, *, stream: str = "", sequence: int = 0) -> dict[str, object]:
    """Teams' mark of a piece of a stream; the last one has no number."""
    numbered = {"streamSequence": sequence} if sequence else {}
    return {"type": "streaminfo", "streamType": kind, **({"streamId": stream} if stream else {}), **numbered}
