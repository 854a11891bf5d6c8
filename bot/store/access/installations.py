"""The workspaces that the bot is installed in, and their tokens: renewed by one process at a time, whoever needs them."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.store.access.seal import Seal
from bot.store.database import Database
from bot.store.tables import now, slack_installations
from bot.watch import log
from handlers.errors import Invalid, NotFound, Unavailable, Unknown

EARLY = 3600.0
"""Seconds before its end that a token is renewed; Slack's live 12 hours."""
BARELY = 120.0
"""Seconds that a token must still live to be used without waiting for the one who renews it."""
LEASE = 45.0
"""Seconds for one renewal: the request's deadline, and the time to store its answer."""
WAIT = 12.0
"""Seconds that a request waits for another process's renewal when its own token is at its end."""
LOOK = 0.1
"""Seconds between two looks meanwhile."""
KEEPS = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to store a renewed token: it exists nowhere else."""

table = slack_installations
logger = log.get("installations")


class InstallAgain(Invalid):
    """The workspace's tokens are used up or revoked: only a new installation helps."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """Fresh tokens; `lives` is in seconds."""

    token: str = field(repr=False)
    refresh: str = field(repr=False)
    lives: float


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace. `lives` are the seconds its token has left, infinite without token rotation.

    `broken` is why only a new installation helps; `in_doubt` when a renewal was sent and nobody knows how it ended.
    """

    team: str
    token: str = field(repr=False)
    bot_user: str
    bot_id: str = ""
    scopes: frozenset[str] = frozenset()
    name: str = ""
    enterprise: str = ""
    installed_by: str = ""
    refresh: str = field(default="", repr=False)
    lives: float = math.inf
    broken: str = ""
    in_doubt: bool = False
    fence: int = 0
    is_leased: bool = False


Refresh = Callable[[str], Awaitable[Renewed]]
"""Refresh token -> new tokens. Raises InstallAgain when Slack refuses it, Unknown when the answer was lost."""


class Installations:
    """Installations on one database."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._renewing: set[asyncio.Task[Installation]] = set()

    async def install(self, new: Installation) -> None:
        """Keep a workspace's tokens, in the place of those it had."""
        values = {**self._sealed(new.team, new.token, new.refresh), "expires_at": expiry(new.lives), "sent": 0.0, "lease": 0.0}
        values |= {name: getattr(new, name) for name in ("enterprise", "bot_user", "bot_id", "installed_by")}
        values |= {"name": new.name[:255], "scopes": ",".join(sorted(new.scopes)), "broken": "", "installed": now()}
        async with self._database.write() as tx:
            if not await self._database.insert_once(tx, table, team=new.team, fence=1, **values):
                await tx.execute(update(table).where(table.c.team == new.team).values(**values, fence=table.c.fence + 1))

    async def read(self, team: str) -> Installation:
        """As it stands. Raises NotFound where the bot is not installed, Invalid under another SECRET_KEY."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(table, now().label("clock")).where(table.c.team == team))).one_or_none()
        if row is None:
            raise NotFound("I am not installed in this Slack workspace. Install me at /slack/install.")
        return self._opened(row)

    async def teams(self) -> Mapping[str, str]:
        """Every workspace -> why it needs a new installation, empty when it does not."""
        async with self._database.read() as tx:
            rows = (await tx.execute(select(table.c.team, table.c.broken).order_by(table.c.team))).all()
        return {row.team: row.broken for row in rows}

    async def forget(self, team: str) -> bool:
        """Delete a workspace's tokens, at its uninstallation. False when there were none."""
        async with self._database.write() as tx:
            return (await tx.execute(delete(table).where(table.c.team == team))).rowcount == 1

    async def reseal(self) -> int:
        """Close every token under the newest key, so that the old one can be taken out of SECRET_KEY. How many there are now.

        What neither key opens is left as it is, and said.
        """
        done = 0
        async with self._database.write() as tx:
            rows: Sequence[Row[Any]] = (await tx.execute(select(table, now().label("clock")))).all()
            for row in rows:
                try:
                    kept = self._opened(row)
                except Invalid as closed:
                    logger.warning("stored token not resealed", team=row.team, reason=str(closed))
                    continue
                same = (table.c.team == kept.team) & (table.c.fence == kept.fence)
                await tx.execute(update(table).where(same).values(**self._sealed(kept.team, kept.token, kept.refresh)))
                done += 1
        return done

    async def rotate(self, team: str, refresh: Refresh) -> Installation:
        """The installation with a token that lives, renewed first when its end is near.

        One process renews, under a lease by the database's clock. The others go on with the old token while it lives, and
        read again when it does not. A refresh token is good once: when the answer to a renewal was lost it is not sent again
        before the old token has run out; then there is nothing left to lose, and a refusal means a new installation.
        Raises NotFound, InstallAgain, Unavailable, Busy.
        """
        end = time.monotonic() + WAIT
        while True:
            found = await self.read(team)
            if found.broken:
                raise InstallAgain(found.broken)
            usable = found.lives > BARELY
            if found.lives > EARLY or not found.refresh or (usable and (found.is_leased or found.in_doubt)):
                return found
            if not found.is_leased and (fence := await self._lease(found)):
                return await self._in_a_task(found, fence, refresh)
            if usable:
                return found
            if time.monotonic() > end:
                raise Unavailable("Slack's token is being renewed. Try again in a minute.")
            await asyncio.sleep(LOOK)

    async def _lease(self, found: Installation) -> int:
        """Take the right to renew, and note that a renewal goes out; the new fence, 0 when somebody was first."""
        mine = (table.c.team == found.team) & (table.c.fence == found.fence) & (table.c.lease < now())
        values = {"lease": now() + LEASE, "sent": now(), "fence": found.fence + 1}
        async with self._database.write() as tx:
            return found.fence + 1 if (await tx.execute(update(table).where(mine).values(**values))).rowcount == 1 else 0

    async def _in_a_task(self, found: Installation, fence: int, refresh: Refresh) -> Installation:
        """Renew even when the request that asked is given up meanwhile: the answer exists once."""
        task = asyncio.create_task(self._renew(found, fence, refresh), name="renew slack token")
        self._renewing.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Installation]) -> None:
        self._renewing.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:  # nobody may be left to hear it
            logger.info("renewal ended in trouble", reason=str(wrong))

    async def close(self) -> None:
        """Let renewals that are under way store what they get."""
        await asyncio.gather(*self._renewing, return_exceptions=True)

    async def _renew(self, found: Installation, fence: int, refresh: Refresh) -> Installation:
        try:
            fresh = await refresh(found.refresh)
        except InstallAgain as refused:
            await self._settle(found.team, fence, broken=str(refused)[:255], lease=0.0, sent=0.0)
            logger.warning("workspace needs a new installation", team=found.team, reason=str(refused))
            raise
        except Unknown as lost:
            logger.warning("renewal of a token without an answer", team=found.team, reason=str(lost))
            if found.lives > BARELY:
                return found
            raise Unavailable("Slack did not answer when the bot's token was renewed. Try again in a minute.") from lost
        except (Unavailable, Invalid) as without_effect:
            await self._settle(found.team, fence, lease=0.0, sent=0.0)
            logger.warning("token not renewed", team=found.team, reason=str(without_effect))
            if found.lives > BARELY:
                return found
            raise
        await self._keep(found.team, fence, fresh)
        return await self.read(found.team)

    async def _keep(self, team: str, fence: int, fresh: Renewed) -> None:
        """Store the new tokens, however long the database takes to come back."""
        values = {**self._sealed(team, fresh.token, fresh.refresh), "expires_at": expiry(fresh.lives)}
        for pause in (*KEEPS, None):
            try:
                await self._settle(team, fence, **values, lease=0.0, sent=0.0)
            except Unavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return

    async def _settle(self, team: str, fence: int, **values: object) -> None:
        """Write under the fence: what was installed meanwhile is newer than what a renewal brings."""
        async with self._database.write() as tx:
            await tx.execute(update(table).where((table.c.team == team) & (table.c.fence == fence)).values(**values))

    def _sealed(self, team: str, token: str, refresh: str) -> dict[str, object]:
        return {
            "bot_token": self._seal.close(f"{team} bot", token),
            "refresh_token": self._seal.close(f"{team} refresh", refresh),
        }

    def _opened(self, row: Row[Any]) -> Installation:
        return Installation(
            team=row.team,
            token=self._seal.open(f"{row.team} bot", row.bot_token),
            refresh=self._seal.open(f"{row.team} refresh", row.refresh_token),
            bot_user=row.bot_user,
            bot_id=row.bot_id,
            scopes=frozenset(filter(None, row.scopes.split(","))),
            name=row.name,
            enterprise=row.enterprise,
            installed_by=row.installed_by,
            lives=row.expires_at - row.clock if row.expires_at else math.inf,
            broken=row.broken,
            in_doubt=bool(row.sent) and row.lease < row.clock,
            fence=row.fence,
            is_leased=row.lease >= row.clock,
        )


def expiry(lives: float) -> object:
    """When a token ends, by the database's clock; 0 when it does not."""
    return 0.0 if math.isinf(lives) else now() + lives
