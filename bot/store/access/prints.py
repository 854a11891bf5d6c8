"""Which keys a database is used with: a fingerprint of each, so that no two processes use different ones without a word."""

import hmac
from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings.keys import FILES, Key
from bot.store.database import Database
from bot.store.tables import key_prints, now
from handlers.errors import Refused

PURPOSE = "countersign: which key this is, 1"
"""Sets this use of a key apart from every other one."""


class KeyPrints:
    """The fingerprints on one database. Every method raises Unavailable when the database is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, *keys: Key) -> Sequence[str]:
        """Say which keys this process uses; the names of those that take the place of others, because somebody gave them.

        Raises Refused, and keeps nothing, where one that was made in the data directory is not the one that stands here.
        """
        async with self._database.write() as tx:
            others = [key for key in keys if not await self._is_known(tx, key)]
            if own := [key.name for key in others if key.made]:
                raise Refused(refusal(own))
            for key in others:
                here = key_prints.c.name == key.name
                await tx.execute(update(key_prints).where(here).values(print=fingerprint(key), at=now()))
        return [key.name for key in others]

    async def known(self) -> Mapping[str, str]:
        """The fingerprints that stand here, by the name of the key."""
        async with self._database.read() as tx:
            return {row.name: row.print for row in (await tx.execute(select(key_prints))).all()}

    async def strange(self, keys: Mapping[str, Key]) -> Sequence[str]:
        """The names of those that `claim` would refuse; of those that are missing too, for they would be made. Changes nothing."""
        known = await self.known()
        return [name for name in FILES if name in known and not fits(keys.get(name), known[name])]

    async def _is_known(self, tx: AsyncConnection, key: Key) -> bool:
        """Whether this key is the one that stands here; where none does, it is from now on."""
        mine = fingerprint(key)
        if await self._database.insert_once(tx, key_prints, name=key.name, print=mine, at=now()):
            return True
        there = (await tx.execute(select(key_prints.c.print).where(key_prints.c.name == key.name))).scalar_one()
        return bool(there == mine)


def fits(key: Key | None, print_: str) -> bool:
    """Whether a process with this key may start where this fingerprint stands."""
    return key is not None and (not key.made or fingerprint(key) == print_)


def fingerprint(key: Key) -> str:
    """A key's HMAC-SHA256 over its own name: the same for the same key, and nothing of the key itself."""
    return hmac.digest(key.value, f"{PURPOSE}\n{key.name}".encode(), "sha256").hex()


def refusal(names: Sequence[str]) -> str:
    """What to do where a process made keys of its own beside those that others use."""
    keys, files, many = " and ".join(names), " and ".join(FILES[name] for name in names), len(names) > 1
    what = f"{keys} {'are' if many else 'is'} not set, and what was made in DATA_DIR is not what this database is used with"
    return f"{what}: set the same {keys} for all processes, or copy {files} from the first one's DATA_DIR."
