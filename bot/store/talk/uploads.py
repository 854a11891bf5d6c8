"""Files that were sent in the playground: its log is ours to keep, and its files with it."""

import hashlib

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.tables import now, uploads
from handlers.errors import NotFound
from handlers.models import Attachment

DAYS = 7


class Uploads:
    """The files on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, key: str, channel: str, name: str, data: bytes) -> Attachment:
        """Store a file once per key. What is older than DAYS goes. Raises Unavailable."""
        found = hashlib.sha256(f"{key}:{channel}".encode()).hexdigest()[:32]
        async with self._database.write() as tx:
            await self._database.insert_once(tx, uploads, id=found, channel=channel, name=name, data=data, at=now())
            today = float((await tx.execute(select(now()))).scalar_one())
            await tx.execute(delete(uploads).where(uploads.c.at < today - DAYS * 86400))
        return Attachment(name, len(data), found)

    async def read(self, name: str, channel: str) -> bytes:
        """The bytes of a file that was sent in this channel. Raises NotFound, Unavailable."""
        async with self._database.read() as tx:
            query = select(uploads.c.data).where(uploads.c.id == name, uploads.c.channel == channel)
            found = (await tx.execute(query)).scalar_one_or_none()
        if found is None:
            raise NotFound("This file is not there any more. Send it again.")
        return bytes(found)
