"""What the bot says where the platform keeps the log: announced before it goes out, so that a lost answer is looked up and not repeated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update

from bot.store.database import Database
from bot.store.tables import now, sent

MOST_PARTS = 50
"""Messages of one reply that are looked for; with what a message holds, that is more than half a million characters."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message. `key` makes it once; `post` is the platform's id, empty while nobody knows it; `at` is when it was announced.

    `part` counts the messages of one card, whose last has the buttons.
    """

    key: str
    platform: str
    channel: str
    thread: str = ""
    draft: str = ""
    part: int = 0
    post: str = ""
    at: float = 0.0


class SentStore:
    """The messages on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, message: Sent) -> tuple[Sent, bool]:
        """Write down that it is going out. False: it was announced before, and what is known of it comes back."""
        async with self._database.write() as tx:
            new = await self._database.insert_once(
                tx, sent, key=message.key, platform=message.platform, channel=message.channel, thread=message.thread, post="",
                draft=message.draft, part=message.part, at=now(),
            )  # fmt: skip
            row = (await tx.execute(select(sent).where(sent.c.key == message.key))).one()
        return Sent(row.key, row.platform, row.channel, row.thread, row.draft, row.part, row.post, row.at), new

    async def landed(self, key: str, post: str) -> None:
        """The platform's id of a message is known."""
        async with self._database.write() as tx:
            await tx.execute(update(sent).where(sent.c.key == key).values(post=post))

    async def withdraw(self, key: str) -> None:
        """It certainly did not go out: the next attempt announces it anew."""
        async with self._database.write() as tx:
            await tx.execute(delete(sent).where(sent.c.key == key, sent.c.post == ""))

    async def of_post(self, platform: str, channel: str, post: str) -> Sent | None:
        """The message that a platform knows by this id."""
        here = (sent.c.platform == platform, sent.c.channel == channel, sent.c.post == post)
        async with self._database.read() as tx:
            r = (await tx.execute(select(sent).where(*here).limit(1))).one_or_none()
        return Sent(r.key, r.platform, r.channel, r.thread, r.draft, r.part, r.post, r.at) if r else None

    async def find(self, key: str) -> Sent | None:
        """What is known of a message."""
        async with self._database.read() as tx:
            r = (await tx.execute(select(sent).where(sent.c.key == key))).one_or_none()
        return Sent(r.key, r.platform, r.channel, r.thread, r.draft, r.part, r.post, r.at) if r else None

    async def parts(self, name: str) -> Sequence[Sent]:
        """The messages of one reply, `name:0` and on, in their order."""
        query = select(sent).where(sent.c.key.in_([f"{name}:{number}" for number in range(MOST_PARTS)]))
        async with self._database.read() as tx:
            rows = (await tx.execute(query.order_by(sent.c.part))).all()
        return [Sent(r.key, r.platform, r.channel, r.thread, r.draft, r.part, r.post, r.at) for r in rows]

    async def forget(self, messages: Iterable[Sent]) -> None:
        """These messages are not there any more: the next attempt to send one announces it anew."""
        async with self._database.write() as tx:
            for one in messages:
                await tx.execute(delete(sent).where(sent.c.key == one.key, sent.c.post == one.post))

    async def cards(self, draft: str, platform: str) -> Sequence[Sent]:
        """Every message that shows a draft on one platform, in the order in which they were sent."""
        query = select(sent).where(sent.c.draft == draft, sent.c.platform == platform, sent.c.post != "")
        async with self._database.read() as tx:
            rows = (await tx.execute(query.order_by(sent.c.at, sent.c.part))).all()
        return [Sent(r.key, r.platform, r.channel, r.thread, r.draft, r.part, r.post, r.at) for r in rows]

    async def has_spoken(self, platform: str, channel: str, thread: str) -> bool:
        """Whether the bot has said something in a thread, or began it."""
        here = or_(sent.c.thread == thread, sent.c.post == thread)
        query = select(sent.c.key).where(sent.c.platform == platform, sent.c.channel == channel, here)
        async with self._database.read() as tx:
            return (await tx.execute(query.limit(1))).first() is not None

    async def is_known(self, key: str) -> bool:
        """Whether a message was announced."""
        async with self._database.read() as tx:
            return (await tx.execute(select(sent.c.key).where(sent.c.key == key))).first() is not None

    async def post(self, key: str) -> str:
        """The platform's id of a message; empty while it is not known."""
        async with self._database.read() as tx:
            return (await tx.execute(select(sent.c.post).where(sent.c.key == key))).scalar_one_or_none() or ""

    async def posts(self, platform: str, channel: str, thread: str) -> frozenset[str]:
        """The platform's ids of everything that was said in a thread, as far as they are known."""
        query = select(sent.c.post).where(sent.c.platform == platform, sent.c.channel == channel, sent.c.thread == thread)
        async with self._database.read() as tx:
            return frozenset((await tx.execute(query.where(sent.c.post != ""))).scalars())
