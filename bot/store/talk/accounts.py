"""Who has spoken to the bot: under which id of a company's directory, and in which conversation they can be looked up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from bot.store.database import Database
from bot.store.tables import accounts, now

MOST_KNOWN = 10_000
"""Accounts that one process remembers having written down."""
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on a platform. `directory_id` names the same person in every conversation and app of the company."""

    platform: str
    id: str
    directory_id: str = ""
    name: str = ""
    conversation: str = ""


class Accounts:
    """The accounts on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], Account] = {}

    async def remember(self, met: Account) -> None:
        """Write down who spoke and where, unless it stands there so. Raises Unavailable."""
        key = (met.platform, met.id)
        if self._known.get(key) == met:
            return
        held = {"directory_id": met.directory_id, "name": met.name[:LONGEST_NAME], "conversation": met.conversation}
        async with self._database.write() as tx:
            if not await self._database.insert_once(tx, accounts, platform=met.platform, id=met.id, at=now(), **held):
                here = (accounts.c.platform == met.platform, accounts.c.id == met.id)
                await tx.execute(update(accounts).where(*here).values(at=now(), **held))
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = met

    async def find(self, platform: str, name: str) -> Sequence[Account]:
        """Everybody with this id, the platform's or the directory's, who spoke last first. Raises Unavailable."""
        mine = (accounts.c.id == name) | (accounts.c.directory_id == name)
        query = select(accounts).where(accounts.c.platform == platform, mine).order_by(accounts.c.at.desc())
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return [Account(row.platform, row.id, row.directory_id, row.name, row.conversation) for row in rows]
