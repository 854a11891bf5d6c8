"""OAuth 2 with refresh tokens that are good once: one process of all renews, and what it gets is stored before anybody uses it.

The rules are those of the Slack installations: under a lease one renews; the others go on with the old token while it lives, and read
again when it does not. When the answer to a renewal was lost, it is not sent again before the old token has run out.
"""

import asyncio
import time

from bot.net.oauth import BARELY, DEAD, SignInAgain, TokenEndpoint
from bot.net.tokens import Kept, Token, TokenStore, early
from bot.watch import log
from handlers.errors import Invalid, Unavailable, Unknown

WAIT = 12.0
"""Seconds that a request waits for another process's renewal when its own token is at its end."""
LOOK = 0.1
"""Seconds between two looks meanwhile."""
KEEPS = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to store a renewed token: it exists nowhere else."""

logger = log.get("rotation")


class Rotating:
    """Auth by a refresh token that rotates."""

    def __init__(self, endpoint: TokenEndpoint, store: TokenStore) -> None:
        self._endpoint = endpoint
        self._store = store
        self._held: Kept | None = None
        self._ends = 0.0
        self._dropped = ""
        self._running: set[asyncio.Task[Kept]] = set()

    async def header(self) -> str:
        """A token that lives, renewed first when its end is near. Raises SignInAgain, NotFound, Unavailable."""
        if self._held is None or self._ends - time.monotonic() <= early(self._held.life):
            asked = time.monotonic()
            self._held = await self._rotated()
            self._ends = asked + self._held.lives
        return f"Bearer {self._held.access}"

    def drop(self, header: str) -> None:
        """Forget the token if it is still this one; the store may have a newer one already."""
        if self._held is not None and header == f"Bearer {self._held.access}":
            self._dropped, self._held = self._held.access, None

    async def close(self) -> None:
        """Let renewals that are under way store what they get."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _rotated(self) -> Kept:
        end = time.monotonic() + WAIT
        while True:
            found = await self._store.read()
            if found.broken:
                raise SignInAgain(found.broken)
            usable = found.lives > BARELY and found.access != self._dropped
            if usable and (found.is_fresh or found.is_leased or found.in_doubt):
                return found
            if not found.is_leased and (fence := await self._store.lease(found.fence)):
                return await self._in_a_task(found, fence, usable=usable)
            if usable:
                return found
            if time.monotonic() > end:
                raise Unavailable(f"The bot's token for {self._endpoint.system} is being renewed. Try again in a minute.")
            await asyncio.sleep(LOOK)

    async def _in_a_task(self, found: Kept, fence: int, *, usable: bool) -> Kept:
        """Renew even when the request that asked is given up meanwhile: the answer exists once."""
        task = asyncio.create_task(self._renew(found, fence, usable=usable), name=f"renew token for {self._endpoint.system}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Kept]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:  # nobody may be left to hear it
            logger.info("renewal ended in trouble", system=self._endpoint.system, reason=str(wrong))

    async def _renew(self, found: Kept, fence: int, *, usable: bool) -> Kept:
        system = self._endpoint.system
        try:
            fresh = await self._endpoint.ask("refresh_token", refresh_token=found.refresh)
        except SignInAgain as refused:
            await self._store.settle(fence, broken=str(refused) if refused.code == DEAD else "")
            logger.warning("an operator has to sign the bot in again", system=system, reason=str(refused))
            raise
        except Unknown as lost:
            logger.warning("renewal of a token without an answer", system=system, reason=str(lost))
            if usable:
                return found
            await self._store.settle(fence)  # there is nothing left to lose: the next one may ask at once
            raise Unavailable(f"{system} did not answer when the bot's token was renewed. Try again in a minute.") from lost
        except (Unavailable, Invalid) as without_effect:
            await self._store.settle(fence)
            logger.warning("token not renewed", system=system, reason=str(without_effect))
            if usable:
                return found
            raise
        await self._keep(fence, Token(fresh.access, fresh.lives, fresh.refresh or found.refresh))
        return await self._store.read()

    async def _keep(self, fence: int, token: Token) -> None:
        """Store the new tokens, however long the store takes to come back."""
        for pause in (*KEEPS, None):
            try:
                await self._store.keep(fence, token)
            except Unavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return
