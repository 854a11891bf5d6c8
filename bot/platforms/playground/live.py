"""The live stream of one open page: server-sent events, resumed where they stopped."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.platforms.playground.members import short
from bot.platforms.playground.templates import post_html
from bot.platforms.playground.timeline import Timeline, is_hidden
from bot.store.talk.posts import Post, Posts
from bot.watch import log
from handlers.errors import Unavailable
from handlers.models import Person

HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it is alive."""
LOOK = 1.0
"""Seconds between two looks at the log when nothing rings: another process may have said something, or the page was closed."""
RETRY = 1500
"""Milliseconds after which a browser connects again."""
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
logger = log.get("playground")


@dataclass(slots=True)
class Closing:
    """Set once, when the program stops: streams end by themselves."""

    now: bool = False


class Live:
    """Streams of posts. `channel` is the one whose posts carry their HTML; of others only the fact is told."""

    def __init__(self, posts: Posts, timeline: Timeline, closing: Closing) -> None:
        self._posts = posts
        self._timeline = timeline
        self._closing = closing

    async def __call__(self, request: web.Request, viewer: Person, channel: str) -> web.StreamResponse:
        """Stream until the page is closed or the program stops."""
        newest = await self._posts.newest()
        after = resumed(request, newest)
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        try:
            await response.write(f"retry: {RETRY}\n\n".encode())
            if after > newest:  # the log began anew: what the page shows is not there any more
                await response.write(f"id: {newest}\nevent: reset\ndata: {{}}\n\n".encode())
                after = newest
            await self._follow(request, response, after, viewer, channel)
        except ConnectionResetError:
            pass  # the page was closed, which is how most streams end
        except Unavailable as down:
            logger.warning("stream ended, the page connects again", reason=str(down))
        return response

    async def _follow(self, request: web.Request, response: web.StreamResponse, after: int, viewer: Person, channel: str) -> None:
        spoke = time.monotonic()
        while not self._closing.now and request.transport is not None:
            if batch := await self._look(after, viewer):
                await self._tell(response, batch, viewer, channel)
                after, spoke = batch[-1].revision, time.monotonic()
            elif time.monotonic() - spoke >= HEARTBEAT:
                await response.write(b": here\n\n")
                spoke = time.monotonic()

    async def _look(self, after: int, viewer: Person) -> Sequence[Post]:
        """What is new, or nothing after a while. The bell is listened to before the log is read: no ring falls between."""
        bell = asyncio.ensure_future(self._posts.wait(LOOK))
        await asyncio.sleep(0)
        try:
            batch = await self._timeline.since(after, viewer)
            if not batch and not self._closing.now:
                await bell
        finally:
            bell.cancel()
        return batch

    async def _tell(self, response: web.StreamResponse, batch: Sequence[Post], viewer: Person, channel: str) -> None:
        for said, following in zip(batch, [*batch[1:], None], strict=True):
            if is_hidden(said.channel, short(viewer)):
                continue
            told: dict[str, object] = {"post": said.id, "channel": said.channel, "thread": said.thread or said.id}
            told |= {"draft": said.draft, "mine": said.author == viewer.id}
            if said.channel == channel:
                told["html"] = post_html(await self._timeline.view(said, viewer))
            # several posts may share a revision: only the last one names it, so that a resumed stream misses none
            is_last = following is None or following.revision != said.revision
            name = f"id: {said.revision}\n" if is_last else ""
            await response.write(f"{name}event: post\ndata: {json.dumps(told)}\n\n".encode())


def resumed(request: web.Request, newest: int) -> int:
    """Where the page stopped: what the browser says when it connects again, else what the page was drawn with."""
    for given in (request.headers.get("Last-Event-ID", ""), request.query.get("after", "")):
        if given.isascii() and given.isdigit() and len(given) < 19:  # noqa: PLR2004 - more digits than a 64-bit number has
            return int(given)
    return newest
