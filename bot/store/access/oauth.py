"""Installations under way: each state is good once, for ten minutes, in the browser that it was given to."""

import hashlib

from sqlalchemy import delete

from bot.store.database import Database
from bot.store.tables import now, oauth_states

LIVES = 600
"""Seconds from the start of an installation to its end."""
table = oauth_states


class OAuthStates:
    """States on one database; only their hashes are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, state: str, browser: str) -> None:
        """Remember a state and the browser's cookie; drop those whose time is over."""
        async with self._database.write() as tx:
            await tx.execute(delete(table).where(table.c.expires < now()))
            values = {"state": hashed(state), "browser": hashed(browser), "expires": now() + LIVES}
            await self._database.insert_once(tx, table, **values)

    async def spend(self, state: str, browser: str) -> bool:
        """Whether this state was given to this browser and not used before. It is used up hereby, also by another browser."""
        there = (table.c.state == hashed(state)) & (table.c.expires >= now())
        async with self._database.write() as tx:
            mine = (await tx.execute(delete(table).where(there & (table.c.browser == hashed(browser))))).rowcount == 1
            await tx.execute(delete(table).where(table.c.state == hashed(state)))
        return mine


def hashed(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
