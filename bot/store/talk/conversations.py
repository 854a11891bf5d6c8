"""Where the bot was spoken to: a platform that tells its address with each message only is answered through what stands here."""

from dataclasses import dataclass

from sqlalchemy import Row, select, update

from bot.store.database import Database
from bot.store.tables import conversations, now

MOST_KNOWN = 10_000
"""Conversations that one process remembers having written down."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `kind` is the platform's word, `person` whose direct message it is (empty for all others)."""

    platform: str
    id: str
    kind: str
    service_url: str
    tenant: str = ""
    person: str = ""


class Conversations:
    """The conversations on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], Conversation] = {}

    async def remember(self, met: Conversation) -> None:
        """Write down where something was said, unless it stands there so. Raises Unavailable."""
        key = (met.platform, met.id)
        if self._known.get(key) == met:
            return
        table, held = (
            conversations,
            {"kind": met.kind, "service_url": met.service_url, "tenant": met.tenant, "person": met.person},
        )
        async with self._database.write() as tx:
            if not await self._database.insert_once(tx, table, platform=met.platform, id=met.id, at=now(), **held):
                here = (table.c.platform == met.platform, table.c.id == met.id)
                await tx.execute(update(table).where(*here).values(at=now(), **held))
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = met

    async def find(self, platform: str, name: str) -> Conversation | None:
        """One conversation. Raises Unavailable."""
        query = select(conversations).where(conversations.c.platform == platform, conversations.c.id == name)
        async with self._database.read() as tx:
            row = (await tx.execute(query)).one_or_none()
        return read(row) if row else None

    async def direct(self, platform: str, person: str) -> Conversation | None:
        """The direct message with a person, where there was one. Raises Unavailable."""
        query = select(conversations).where(conversations.c.platform == platform, conversations.c.person == person)
        async with self._database.read() as tx:
            row = (await tx.execute(query.order_by(conversations.c.at.desc()).limit(1))).one_or_none()
        return read(row) if row else None

    async def latest(self, platform: str) -> Conversation | None:
        """The one in which something was said last. Raises Unavailable."""
        query = select(conversations).where(conversations.c.platform == platform)
        async with self._database.read() as tx:
            row = (await tx.execute(query.order_by(conversations.c.at.desc()).limit(1))).one_or_none()
        return read(row) if row else None


def read(row: Row[tuple[object, ...]]) -> Conversation:
    """A row as a Conversation."""
    return Conversation(row.platform, row.id, row.kind, row.service_url, row.tenant, row.person)
