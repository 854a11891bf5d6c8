"""What common sample bots do, as a program of its own: the write in the click handler, a retry when it fails, the state in memory.

It speaks the playground's two routes, so that the same script drives it and the same oracle judges it. It marks its writes as the bot does:
not because samples do, but so that the oracle can tell what they belong to.
"""

import asyncio
import base64
import os
import sys
import time
from typing import Any

import aiohttp
from aiohttp import web

RETRIES, PATIENCE = 3, 0.4
"""How often a write is sent, and the seconds after which an answer is given up."""
PAGE = '<meta name="playground-key" content="none">'


class Baseline:
    """Everything that it knows is in these dictionaries."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http
        self.drafts: dict[str, dict[str, Any]] = {}
        self.handled: list[str] = []
        login = f"{os.environ['JIRA_EMAIL']}:{os.environ['JIRA_API_TOKEN']}".encode()
        self.headers = {"Authorization": "Basic " + base64.b64encode(login).decode()}

    def at(self, key: str) -> str:
        return f"{os.environ['JIRA_URL']}/rest/api/3/issue/{key}"

    async def say(self, request: web.Request) -> web.Response:
        form = await request.json()
        command, _, about = form["text"].partition(" ")
        key = self.drafts[about]["record"] if command == "/undo" and about in self.drafts else about
        async with self.http.get(self.at(key), headers=self.headers) as answer:
            fields = (await answer.json()).get("fields")
        if fields is not None:
            now = fields["priority"]["name"] if fields["priority"] else None
            name = form["id"][:8]
            asked = {"id": "3", "name": "Medium"} if now == "High" else {"id": "2", "name": "High"}
            self.drafts[name] = {
                "id": name, "event": form["id"], "record": key, "shown": now, "asked": asked, "state": "pending", "votes": [],
                "asked_by": form["person"],
            }  # fmt: skip
        self.handled.append(form["id"])
        return web.Response(status=202)

    async def press(self, request: web.Request) -> web.Response:
        form = await request.json()
        draft = self.drafts.get(form["draft"])
        if draft is not None and draft["state"] == "pending" and form["person"] != draft["asked_by"]:
            draft["votes"].append([form["person"], form["verb"]])
            if form["verb"] == "approve":
                draft["state"] = "written" if await self.write(draft) else "failed"
            else:
                draft["state"] = "rejected"
        self.handled.append(form["id"])
        return web.Response(status=202)

    async def write(self, draft: dict[str, Any]) -> bool:
        mark = [{"key": "countersign.draft", "value": {"id": draft["id"], "version": 1}}]
        body = {"fields": {"priority": {"id": draft["asked"]["id"]}}, "properties": mark}
        for _ in range(RETRIES):
            try:
                timeout = aiohttp.ClientTimeout(total=PATIENCE)
                async with self.http.put(self.at(draft["record"]), json=body, headers=self.headers, timeout=timeout) as answer:
                    if answer.status < 400:
                        return True
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
        return False

    async def state(self, _request: web.Request) -> web.Response:
        return web.json_response({"drafts": list(self.drafts.values()), "handled": self.handled})


async def main() -> None:
    began = time.monotonic()
    async with aiohttp.ClientSession() as http:
        baseline, app = Baseline(http), web.Application()
        app.router.add_get("/", lambda _: _page())
        app.router.add_get("/state", baseline.state)
        app.router.add_post("/playground/say", baseline.say)
        app.router.add_post("/playground/press", baseline.press)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
        sys.stdout.write(f"It is ready after {time.monotonic() - began:.1f} s\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


async def _page() -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


if __name__ == "__main__":
    asyncio.run(main())
