"""What was said to the bot and by it, for platforms whose log it cannot read back: the last few turns of each conversation."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.tables import now, turns

KEPT = 12
"""Turns a thread; older ones are deleted when a new one comes."""
LONGEST = 20_000
"""Characters of a turn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. `key` makes it once; `post` is the platform's id of the message, `author` that of who said it, both empty for what the bot said."""

    key: str
    platform: str
    channel: str
    thread: str
    words: str
    post: str = ""
    author: str = ""


class Turns:
    """The turns on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, said: Turn) -> None:
        """Write a turn down once. Raises Unavailable."""
        here = (turns.c.platform == said.platform, turns.c.channel == said.channel, turns.c.thread == said.thread)
        async with self._database.write() as tx:
            new = await self._database.insert_once(
                tx, turns, key=said.key, platform=said.platform, channel=said.channel, thread=said.thread, post=said.post,
                words=said.words[:LONGEST], author=said.author, at=now(),
            )  # fmt: skip
            if new:
                kept = select(turns.c.at).where(*here).order_by(turns.c.at.desc()).offset(KEPT).limit(1)
                oldest = (await tx.execute(kept)).scalar_one_or_none()
                if oldest is not None:
                    await tx.execute(delete(turns).where(*here, turns.c.at <= oldest))

    async def of(self, key: str) -> str:
        """The words of one turn; empty where it is not kept any more. Raises Unavailable."""
        async with self._database.read() as tx:
            return str((await tx.execute(select(turns.c.words).where(turns.c.key == key))).scalars().first() or "")

    async def before(self, platform: str, channel: str, thread: str, *, post: str, limit: int, age: float) -> tuple[Turn, ...]:
        """Up to `limit` turns that are older than the message `post` by at most `age` seconds, oldest first. Raises Unavailable."""
        here = (turns.c.platform == platform, turns.c.channel == channel, turns.c.thread == thread)
        async with self._database.read() as tx:
            asked = (await tx.execute(select(turns.c.at).where(*here, turns.c.post == post))).scalars().first() if post else None
            end = now() if asked is None else asked
            query = select(turns).where(*here, turns.c.at < end, turns.c.at > end - age, turns.c.words != "")
            rows = (await tx.execute(query.order_by(turns.c.at.desc()).limit(limit))).all()
        return tuple(Turn(r.key, r.platform, r.channel, r.thread, r.words, r.post, r.author) for r in reversed(rows))
