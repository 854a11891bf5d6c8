"""What digests have shown. An edition is kept before it is said, so that a crash leaves either that same edition to say or one that was said."""

from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update

from bot.store.database import Database
from bot.store.tables import digests, now
from handlers.digest import Edition
from handlers.rollup import Memory

BODY = TypeAdapter(Edition)


@dataclass(frozen=True, slots=True)
class DigestStore:
    """The editions on one database."""

    database: Database

    async def find(self, key: str) -> Edition | None:
        """The edition that an earlier attempt has drawn up. Raises Unavailable."""
        async with self.database.read() as tx:
            body = (await tx.execute(select(digests.c.body).where(digests.c.key == key))).scalar_one_or_none()
        return None if body is None else BODY.validate_python(body)

    async def keep(self, key: str, name: str, edition: Edition) -> Edition:
        """Keep what is about to be said; what stands under this key already is what is said. Raises Unavailable."""
        body = BODY.dump_python(edition, mode="json")
        async with self.database.write() as tx:
            await self.database.insert_once(tx, digests, key=key, name=name, body=body, said=False, at=now())
            kept = (await tx.execute(select(digests.c.body).where(digests.c.key == key))).scalar_one()
        return BODY.validate_python(kept)

    async def said(self, key: str, name: str) -> None:
        """The checkpoint: this edition was said, and what came before it is history. Raises Unavailable."""
        mine = select(digests.c.at).where(digests.c.key == key).scalar_subquery()
        async with self.database.write() as tx:
            await tx.execute(update(digests).where(digests.c.key == key).values(said=True))
            await tx.execute(delete(digests).where(digests.c.name == name, digests.c.key != key, digests.c.at <= mine))

    async def memory(self, name: str) -> Memory:
        """What the last edition that was said has shown, and until when; nothing yet where there was none. Raises Unavailable."""
        query = select(digests.c.body).where(digests.c.name == name, digests.c.said).order_by(digests.c.at.desc()).limit(1)
        async with self.database.read() as tx:
            body = (await tx.execute(query)).scalar_one_or_none()
        if body is None:
            return Memory()
        edition = BODY.validate_python(body)
        return Memory(edition.until, edition.marks)
