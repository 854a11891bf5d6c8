"""Tokens of the systems that the bot signs in to by OAuth with a refresh token: sealed, one row a system, for all processes."""

import hashlib
from typing import Any

from sqlalchemy import Row, select, update

from bot.net.tokens import Kept, Token
from bot.store.access.seal import Seal
from bot.store.database import Database
from bot.store.tables import now, oauth_tokens
from bot.watch import log
from handlers.errors import Invalid

LEASE = 45.0
"""Seconds for one renewal: the request's deadline, and the time to store its answer."""
SEEDS = 20
"""Refresh tokens of an operator's that are remembered as taken."""
table = oauth_tokens
logger = log.get("tokens")


class SealedTokens:
    """The TokenStores port on one database."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def of(self, system: str, refresh: str) -> "SealedToken":
        """See the port."""
        return SealedToken(self._database, self._seal, system, refresh)

    async def reseal(self) -> int:
        """Close every token under the newest key, so that the old one can be taken out of SECRET_KEY. How many there are now.

        What neither key opens is left as it is, and said.
        """
        done = 0
        async with self._database.write() as tx:
            for row in (await tx.execute(select(table))).all():
                try:
                    access, refresh = opened(self._seal, row)
                except Invalid as closed:
                    logger.warning("stored token not resealed", system=row.system, reason=str(closed))
                    continue
                same = (table.c.system == row.system) & (table.c.fence == row.fence)
                await tx.execute(update(table).where(same).values(**sealed(self._seal, row.system, access, refresh)))
                done += 1
        return done


class SealedToken:
    """The TokenStore port for one system.

    `seed` is the refresh token that an operator set. It goes before what is stored if it was never seen here, and then is spent: a process
    that still has the one before cannot bring that back.
    """

    def __init__(self, database: Database, seal: Seal, system: str, seed: str) -> None:
        self._database = database
        self._seal = seal
        self._system = system
        self._seed = seed
        self._mark = hashlib.sha256(f"{system}\n{seed}".encode()).hexdigest()[:32]

    async def read(self) -> Kept:
        """See the port. Raises Invalid where SECRET_KEY does not open what is stored."""
        row = await self._row()
        if row is None or self._mark not in row.seeds.split(","):
            await self._sow(row)
            row = await self._row()
        if row is None:
            raise AssertionError("unreachable: the row was just made, and none is ever deleted")
        access, refresh = opened(self._seal, row)
        is_leased = row.lease >= row.clock
        in_doubt = bool(row.sent) and not is_leased
        return Kept(access, refresh, row.expires_at - row.clock, row.life, row.fence, is_leased, in_doubt, row.broken)

    async def lease(self, fence: int) -> int:
        """See the port."""
        free = self._is_mine(fence) & (table.c.lease < now())
        values = {"lease": now() + LEASE, "sent": now(), "fence": fence + 1}
        async with self._database.write() as tx:
            return fence + 1 if (await tx.execute(update(table).where(free).values(**values))).rowcount == 1 else 0

    async def keep(self, fence: int, token: Token) -> None:
        """See the port."""
        values = sealed(self._seal, self._system, token.access, token.refresh)
        await self._set(fence, **values, life=token.lives, expires_at=now() + token.lives, broken="")

    async def settle(self, fence: int, *, broken: str = "") -> None:
        """See the port."""
        await self._set(fence, broken=broken[:255])

    def _is_mine(self, fence: int) -> Any:  # noqa: ANN401 - a clause of SQLAlchemy's
        return (table.c.system == self._system) & (table.c.fence == fence)

    async def _set(self, fence: int, **values: object) -> None:
        """Write under the fence: what an operator set meanwhile is newer than what a renewal brings."""
        async with self._database.write() as tx:
            await tx.execute(update(table).where(self._is_mine(fence)).values(**values, lease=0.0, sent=0.0))

    async def _row(self) -> Row[Any] | None:
        async with self._database.read() as tx:
            return (await tx.execute(select(table, now().label("clock")).where(table.c.system == self._system))).one_or_none()

    async def _sow(self, row: Row[Any] | None) -> None:
        """Begin with the operator's token; whoever else does so at the same time does the same."""
        seeds = ",".join([*(row.seeds.split(",") if row else ()), self._mark][-SEEDS:])
        fresh = sealed(self._seal, self._system, "", self._seed) | {"seeds": seeds, "life": 0.0, "expires_at": 0.0, "broken": ""}
        async with self._database.write() as tx:
            if row is None:
                await self._database.insert_once(tx, table, system=self._system, fence=1, lease=0.0, sent=0.0, **fresh)
            else:
                values = fresh | {"fence": row.fence + 1, "lease": 0.0, "sent": 0.0}
                await tx.execute(update(table).where(self._is_mine(row.fence)).values(**values))


def sealed(seal: Seal, system: str, access: str, refresh: str) -> dict[str, object]:
    """Both tokens as they stand in their row."""
    return {"access_token": seal.close(f"{system} access", access), "refresh_token": seal.close(f"{system} refresh", refresh)}


def opened(seal: Seal, row: Row[Any]) -> tuple[str, str]:
    """Both tokens out of their row. Raises Invalid."""
    return seal.open(f"{row.system} access", row.access_token), seal.open(f"{row.system} refresh", row.refresh_token)
