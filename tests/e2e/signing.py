"""What the Bot Connector does and the Agents Playground does not: sign what is sent to the bot."""

from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.teams.issuer import Issuer

WAITS = aiohttp.ClientTimeout(total=20)


class SigningProxy:
    """Takes unsigned activities, passes them to the bot with a token of the issuer's, hands the bot's answer back.

    `seen` has each activity with the status and body of its answer.
    """

    def __init__(self, issuer: Issuer) -> None:
        self.bot = ""
        self.seen: list[dict[str, Any]] = []
        self._issuer = issuer
        app = web.Application()
        app.router.add_post("/api/messages", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handle_signals=False)

    async def start(self) -> None:
        self._http = aiohttp.ClientSession(timeout=WAITS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/messages"

    async def stop(self) -> None:
        await self._http.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        raw, activity = await request.read(), await request.json()
        token = self._issuer.sign({"serviceurl": activity.get("serviceUrl")})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        async with self._http.post(f"{self.bot}/api/messages", data=raw, headers=headers) as answer:
            body = await answer.read()
            self.seen.append({"activity": activity, "status": answer.status, "answer": body.decode()})
            return web.Response(body=body, status=answer.status, content_type=answer.content_type)
