"""A token endpoint and an API behind it, and a store of tokens that several processes could share."""

import asyncio
import contextlib
import time
from dataclasses import replace

from aiohttp import web

from bot.net.tokens import Kept, Token
from handlers.errors import Unavailable


class Issuer:
    """Gives out tokens, one refresh token good once. `script` is answered first: a status, or "lost" for no answer after all."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.good: set[str] = set()
        self.refresh = "r0"
        self.lives: object = 3600
        self.script: list[int | str | dict] = []
        self.calls: list[str] = []
        self.pause = 0.0
        self.url = ""

    async def token(self, request) -> web.Response:
        form = dict(await request.post())
        self.forms.append(form)
        await asyncio.sleep(self.pause)
        step = self.script.pop(0) if self.script else None
        if isinstance(step, int):
            return web.json_response({"error": "slow_down" if step == 429 else "invalid_client"}, status=step)
        if isinstance(step, dict):
            return web.json_response(step)
        answer = {"access_token": f"a{len(self.forms)}", "token_type": "Bearer", "expires_in": self.lives}
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.refresh:
                return web.json_response({"error": "invalid_grant"}, status=400)
            self.refresh = answer["refresh_token"] = f"r{len(self.forms)}"
        self.good.add(answer["access_token"])
        if step == "lost":
            request.transport.abort()
        return web.json_response(answer)

    async def api(self, request) -> web.Response:
        header = request.headers.get("Authorization", "")
        self.calls.append(header)
        is_good = header.removeprefix("Bearer ") in self.good
        return web.json_response({"as": header}, status=200 if is_good else 401)


@contextlib.asynccontextmanager
async def issuing():
    issuer = Issuer()
    app = web.Application()
    app.router.add_post("/token", issuer.token)
    app.router.add_route("*", "/api", issuer.api)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    issuer.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield issuer
    await runner.cleanup()


class Shelf:
    """A TokenStore as a database would be one: each step by itself, slow, with compare-and-set on the fence. `down` fails steps."""

    def __init__(self, *, lives: float = 3600.0, access: str = "old", lease: float = 45.0) -> None:
        self.row = Kept(access, "r0", lives, 3600.0, 1)
        self.set = time.monotonic()
        self.leased_until = 0.0
        self.sent = False
        self.lease_seconds = lease
        self.leases = 0
        self.down = 0

    async def _step(self) -> None:
        await asyncio.sleep(0.005)
        if self.down:
            self.down -= 1
            raise Unavailable("the database is down")

    async def read(self) -> Kept:
        await asyncio.sleep(0.005)
        is_leased = self.leased_until > time.monotonic()
        lives = self.row.lives - (time.monotonic() - self.set)
        return replace(self.row, lives=lives, is_leased=is_leased, in_doubt=self.sent and not is_leased)

    async def lease(self, fence: int) -> int:
        await self._step()
        if fence != self.row.fence or self.leased_until > time.monotonic():
            return 0
        self.row = replace(self.row, fence=fence + 1)
        self.leased_until, self.sent = time.monotonic() + self.lease_seconds, True
        self.leases += 1
        return fence + 1

    async def keep(self, fence: int, token: Token) -> None:
        await self._step()
        if fence == self.row.fence:
            self.row = Kept(token.access, token.refresh, token.lives, token.lives, fence)
            self.set, self.leased_until, self.sent = time.monotonic(), 0.0, False

    async def settle(self, fence: int, *, broken: str = "") -> None:
        await self._step()
        if fence == self.row.fence:
            self.row = replace(self.row, broken=broken)
            self.leased_until, self.sent = 0.0, False
