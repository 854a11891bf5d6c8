"""A system with a limit, and two processes that ask it as fast as they may."""

import asyncio
import contextlib
import sys
import time
from collections import Counter
from pathlib import Path

from aiohttp import web

WORKER = Path(__file__).with_name("paced_worker.py")
ROOT = Path(__file__).resolve().parents[2]


class Vendor:
    """Counts in fixed windows like Zendesk, says so in its headers, and refuses whoever comes too often. `storm` refuses anyhow."""

    def __init__(self, limit, window) -> None:
        self.limit, self.window = limit, window
        self.ends = self.used = 0.0
        self.refused = self.storm = 0
        self.most = 0
        self.counted = Counter()
        self.order = []

    async def answer(self, request) -> web.Response:
        now = time.monotonic()
        if now >= self.ends:
            self.ends, self.used = now + self.window, 0
        self.used += 1
        self.most = max(self.most, self.used)
        left = max(self.limit - self.used, 0)
        headers = {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(int(left)),
            "ratelimit-reset": f"{self.ends - now:.2f}",
        }
        if self.storm or self.used > self.limit:
            self.storm, self.refused = max(self.storm - 1, 0), self.refused + 1
            return web.json_response({}, status=429, headers=headers | {"Retry-After": "0.3"})
        self.counted[request.query_string] += 1
        self.order.append(request.query.get("who"))
        return web.json_response({}, headers=headers)

    def shares(self) -> tuple[float, int]:
        """The smaller part of the calls that were answered while both were asking, and how many these were: one process may start later."""
        begun = max(self.order.index(name) for name in ("one", "two"))
        over = min(len(self.order) - self.order[::-1].index(name) for name in ("one", "two"))
        both = Counter(self.order[begun:over])
        return min(both["one"], both["two"]) / both.total(), both.total()


@contextlib.asynccontextmanager
async def served(vendor):
    app = web.Application()
    app.router.add_get("/", vendor.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"
    await runner.cleanup()


async def together(redis, url, times):
    """Two processes; each asks so many times."""
    commands = [(sys.executable, str(WORKER), redis.url, url, name, str(times)) for name in ("one", "two")]
    running = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) for command in commands]
    assert await asyncio.gather(*(each.wait() for each in running)) == [0, 0]
