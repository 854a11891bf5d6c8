"""What people said where a platform lets its log not be read back: the messages that it told the bot, for summaries of a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select

from bot.store.database import Database
from bot.store.tables import heard, now

KEPT = 500
"""Messages of a conversation; older ones are deleted when new ones come."""
DAYS = 14
LONGEST = 20_000
"""Characters of a message."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person. `post` is the platform's id of it, `thread` that of the message which began the thread.

    `author` is the platform's id of the person, empty where it was not written down.
    `at` is when the platform says that it was said (seconds since 1970), 0.0 where it does not say: messages are taken in side
    by side, so the order in which they are written down is not theirs.
    """

    platform: str
    channel: str
    thread: str
    post: str
    speaker: str
    words: str
    at: float = 0.0
    author: str = ""


class Heard:
    """The messages on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, said: Said) -> None:
        """Write a message down once. Raises Unavailable."""
        here = (heard.c.platform == said.platform, heard.c.channel == said.channel)
        async with self._database.write() as tx:
            today = float((await tx.execute(select(now()))).scalar_one())
            await self._database.insert_once(
                tx, heard, key=f"{said.channel}:{said.post}"[:400], platform=said.platform, channel=said.channel, thread=said.thread,
                post=said.post, speaker=said.speaker[:255], words=said.words[:LONGEST],
                at=min(said.at or today, today), author=said.author,
            )  # fmt: skip
            kept = select(heard.c.at).where(*here).order_by(heard.c.at.desc()).offset(KEPT).limit(1)
            full = (await tx.execute(kept)).scalar_one_or_none()
            oldest = max(full or 0.0, today - DAYS * 86400)
            await tx.execute(delete(heard).where(*here, heard.c.at <= oldest))

    async def of(self, platform: str, channel: str, post: str) -> Said | None:
        """One message; None where it was never told, or is not kept any more. Raises Unavailable."""
        here = (heard.c.platform == platform, heard.c.channel == channel, heard.c.post == post)
        async with self._database.read() as tx:
            row = (await tx.execute(select(heard).where(*here))).first()
        return read(row) if row else None

    async def thread(self, platform: str, channel: str, thread: str) -> Sequence[Said]:
        """A thread, oldest first; in a conversation without threads (an empty `thread`) all of it. Raises Unavailable."""
        return await self._read(platform, channel, thread=thread, since=0.0, limit=KEPT)

    async def window(self, platform: str, channel: str, *, since: float, limit: int) -> Sequence[Said]:
        """The last `limit` messages of a conversation after a time, oldest first. Raises Unavailable."""
        return await self._read(platform, channel, thread="", since=since, limit=limit)

    async def _read(self, platform: str, channel: str, *, thread: str, since: float, limit: int) -> Sequence[Said]:
        here = [heard.c.platform == platform, heard.c.channel == channel, heard.c.at > since]
        query = select(heard).where(*here, *([heard.c.thread == thread] if thread else []))
        async with self._database.read() as tx:
            rows = (await tx.execute(query.order_by(heard.c.at.desc(), heard.c.post.desc()).limit(limit))).all()
        return [read(row) for row in reversed(rows)]


def read(row: Row[Any]) -> Said:
    """A message as it was kept."""
    return Said(row.platform, row.channel, row.thread, row.post, row.speaker, row.words, row.at, row.author)
