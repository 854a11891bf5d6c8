"""The playground's routes: the page, its fragments and live stream, and what people say and press."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.platforms.playground.intake import Intake
from bot.platforms.playground.live import Closing, Live
from bot.platforms.playground.members import Members, short
from bot.platforms.playground.origin import Origins
from bot.platforms.playground.panel import panel
from bot.platforms.playground.receive import NAME, PageKey
from bot.platforms.playground.templates import page_html, record_html, threads_html
from bot.platforms.playground.timeline import Timeline, is_hidden
from bot.platforms.playground.views import CommandView, PageView
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.inbound import Inbound
from bot.store.talk.posts import Posts
from bot.store.talk.uploads import Uploads
from handlers.catalogue import COMMANDS
from handlers.errors import Invalid, NotFound, Trouble, Unavailable
from handlers.models import Draft, Person, Record
from handlers.policy import refusal

LONGEST_NUMBER = 9
"""Digits of a post's number."""
STATIC = Path(__file__).with_name("static")
FRESH = {"Cache-Control": "no-cache"}
"""A browser asks again whether it still has the newest; the answer is mostly that it has."""
KEPT = {"Cache-Control": "private, max-age=86400, immutable"}
"""Another picture has another address."""
Read = Callable[[Record], Awaitable[Record | None]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Playground:
    """The page and its routes. `record` reads a record as it is now, None when it cannot be read."""

    def __init__(
        self,
        *,
        posts: Posts,
        drafts: DraftStore,
        inbound: Inbound,
        uploads: Uploads,
        configuration: Configuration,
        people: People,
        key: PageKey,
        tries: Sequence[str],
        record: Read,
        public_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._posts = posts
        self._drafts = drafts
        self._uploads = uploads
        self._configuration = configuration
        self._key = key
        self._tries = tuple(tries)
        self._record = record
        self._members = Members(configuration, people)
        self._origins = Origins(public_url)
        self._closing = Closing()
        self._timeline = Timeline(posts, drafts, clock)
        self._intake = Intake(inbound, configuration, self._members, self._timeline, key, uploads=uploads)
        self._live = Live(posts, self._timeline, self._closing)

    def routes(self) -> list[AbstractRouteDef]:
        """What the application on the one port adds for the page."""
        reads = {
            "/": self._page,
            "/playground/posts": self._fragment,
            "/playground/events": self._events,
            "/playground/record": self._panel,
            "/playground/picture": self._picture,
            "/playground/static/{name}": static_file,
        }
        return [
            *(web.get(path, self._guarded(handler)) for path, handler in reads.items()),
            web.post("/playground/say", self._guarded(self._intake.say)),
            web.post("/playground/press", self._guarded(self._intake.press)),
            web.post("/playground/choose", self._guarded(self._intake.choose)),
        ]

    def close(self) -> None:
        """End every live stream, so that the program stops at once."""
        self._closing.now = True
        self._posts.ring()

    def _guarded(self, handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            self._origins.check(request)
            try:
                return await handler(request)
            except NotFound as missing:
                raise web.HTTPNotFound(reason=one_line(missing)) from missing
            except Invalid as wrong:
                raise web.HTTPBadRequest(reason=one_line(wrong)) from wrong
            except Unavailable as down:
                raise web.HTTPServiceUnavailable(reason=one_line(down)) from down

        return guarded

    async def _page(self, request: web.Request) -> web.StreamResponse:
        viewer = self._members.person(request.query.get("person") or short(self._members.people[0]))
        channel = request.query.get("channel") or self._members.channels(viewer)[0]
        self._members.check(viewer, channel)
        revision = await self._posts.newest()  # before the posts are read: nothing falls between page and stream
        channels = self._members.channel_views(viewer, channel)
        allowed = self._configuration.channel(f"{NAME}:{channel}").commands
        view = PageView(
            key=self._key.key,
            revision=revision,
            viewer=self._members.person_view(viewer, is_viewer=True),
            people=self._members.person_views(viewer),
            channel=next(one for one in channels if one.is_open),
            channels=channels,
            threads=await self._timeline.channel(channel, viewer),
            commands=completion(allowed),
            tries=tuple(line for line in self._tries if may_run(line, allowed)),
        )
        return web.Response(text=page_html(view), content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _fragment(self, request: web.Request) -> web.StreamResponse:
        viewer, channel = self._where(request)
        text = threads_html(await self._timeline.channel(channel, viewer))
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        viewer, channel = self._where(request)
        return await self._live(request, viewer, channel)

    async def _panel(self, request: web.Request) -> web.StreamResponse:
        viewer = self._members.person(request.query.get("person", ""))
        draft = await self._drafts.read(request.query.get("draft", ""))
        if not may_see(draft, viewer):
            raise NotFound("There is no such proposal for you.")
        try:
            view = panel(draft, await self._record(draft.record))
        except Trouble as trouble:
            view = panel(draft, None, str(trouble))
        return web.Response(text=record_html(view), content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        """The picture of a post, for whoever may see the post."""
        viewer, channel = self._where(request)
        name = request.query.get("post", "")
        said = await self._timeline.post(number(name), channel, viewer)
        kept = said.body.get("picture")
        file = str(kept.get("file", "")) if isinstance(kept, Mapping) else ""
        data = await self._uploads.read(file, channel)
        return web.Response(body=data, content_type="image/png", headers=KEPT)

    def _where(self, request: web.Request) -> tuple[Person, str]:
        viewer, channel = self._members.person(request.query.get("person", "")), request.query.get("channel", "")
        self._members.check(viewer, channel)
        return viewer, channel


def completion(allowed: Sequence[str]) -> tuple[CommandView, ...]:
    """What the page offers while a command is typed, in a channel in which these commands may run."""
    return tuple(
        CommandView(command.usage, command.help, f"/{command.name} " if command.argument else f"/{command.name}")
        for command in COMMANDS.values()
        if may_run(f"/{command.name}", allowed)
    )


def may_run(line: str, allowed: Sequence[str]) -> bool:
    """Whether a line may be said in a channel: its command, or `ask` for words without one, is switched on there."""
    name = line.split(maxsplit=1)[0].removeprefix("/") if line.startswith("/") else "ask"
    return "*" in allowed or name in allowed


def may_see(draft: Draft, viewer: Person) -> bool:
    """Whether the side panel may show a draft: it stands in a channel of the page, or waits for this very person."""
    if draft.place.platform == NAME and not is_hidden(draft.place.channel, short(viewer)):
        return True
    return not refusal(draft, viewer, draft.policy, datetime.now(UTC))


def number(given: str) -> int:
    """The number of a post. Raises NotFound for what is none."""
    if not (given.isascii() and given.isdecimal() and len(given) <= LONGEST_NUMBER):
        raise NotFound("There is no such post.")
    return int(given)


async def static_file(request: web.Request) -> web.StreamResponse:
    """A file of the page."""
    file = STATIC / request.match_info["name"]
    if file.parent != STATIC or not file.is_file():
        raise NotFound("There is no such file.")
    return web.FileResponse(file, headers=FRESH)


def one_line(trouble: Trouble) -> str:
    """The sentence as a reason of an HTTP error, which is one line."""
    return " ".join(str(trouble).split())
