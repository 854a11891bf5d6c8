"""The playground's routes: the page, its fragments and live stream, and what people say and press."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.http.gate import Delivery, Gate
from bot.platforms.playground.live import Closing, Live
from bot.platforms.playground.members import Members, short
from bot.platforms.playground.origin import Origins
from bot.platforms.playground.panel import panel
from bot.platforms.playground.receive import NAME, PageKey, is_for_the_bot, pressed, said
from bot.platforms.playground.send import BOT
from bot.platforms.playground.templates import page_html, record_html, threads_html
from bot.platforms.playground.timeline import Timeline, is_hidden
from bot.platforms.playground.views import CommandView, PageView
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.drafts import DraftStore
from bot.store.inbound import Inbound
from bot.store.posts import NewPost, Posts
from handlers.catalogue import COMMANDS
from handlers.errors import Invalid, NotFound, Trouble, Unavailable
from handlers.models import Draft, Person, Record
from handlers.policy import refusal

STATIC = Path(__file__).with_name("static")
FRESH = {"Cache-Control": "no-cache"}
"""A browser asks again whether it still has the newest; the answer is mostly that it has."""
Read = Callable[[Record], Awaitable[Record | None]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Playground:
    """The page and its routes. `record` reads a record as it is now, None when it cannot be read."""

    def __init__(
        self,
        posts: Posts,
        drafts: DraftStore,
        inbound: Inbound,
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
        self._inbound = inbound
        self._configuration = configuration
        self._key = key
        self._tries = tuple(tries)
        self._record = record
        self._members = Members(configuration, people)
        self._origins = Origins(public_url)
        self._closing = Closing()
        self._timeline = Timeline(posts, drafts, clock)
        self._live = Live(posts, self._timeline, self._closing)

    def routes(self) -> list[AbstractRouteDef]:
        """What the application on the one port adds for the page."""
        said_gate = Gate(self._key.verify, self._heard, self._keep_said)
        press_gate = Gate(self._key.verify, self._pressed, self._keep_press)
        reads = {
            "/": self._page,
            "/playground/posts": self._fragment,
            "/playground/events": self._events,
            "/playground/record": self._panel,
            "/playground/static/{name}": static_file,
        }
        return [
            *(web.get(path, self._guarded(handler)) for path, handler in reads.items()),
            web.post("/playground/say", self._guarded(said_gate)),
            web.post("/playground/press", self._guarded(press_gate)),
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
                raise web.HTTPNotFound(reason=str(missing)) from missing
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
        view = PageView(
            key=self._key.key,
            revision=revision,
            viewer=self._members.person_view(viewer, is_viewer=True),
            people=self._members.person_views(viewer),
            channel=next(one for one in channels if one.is_open),
            channels=channels,
            threads=await self._timeline.channel(channel, viewer),
            commands=completion(),
            tries=self._tries,
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

    def _where(self, request: web.Request) -> tuple[Person, str]:
        viewer, channel = self._members.person(request.query.get("person", "")), request.query.get("channel", "")
        self._members.check(viewer, channel)
        return viewer, channel

    def _heard(self, raw: bytes) -> Delivery:
        form = said(raw)
        person = self._allowed(form.person, form.channel)
        if not form.text.strip():
            raise Invalid("There is nothing in this message. Type something first.")
        payload = {"text": form.text, "person": person.id, "name": person.name, "platform": NAME}
        payload |= {"id": form.id, "channel": form.channel, "thread": form.thread}
        return Delivery(NAME, form.id, "call", payload)

    def _pressed(self, raw: bytes) -> Delivery:
        delivery = pressed(raw)
        person = self._allowed(str(delivery.payload["person"]).removeprefix(f"{NAME}:"), str(delivery.payload["channel"]))
        return Delivery(delivery.source, delivery.event_id, delivery.kind, {**delivery.payload, "name": person.name})

    def _allowed(self, name: str, channel: str) -> Person:
        try:
            person = self._members.person(name)
            self._members.check(person, channel)
        except NotFound as strange:
            raise Invalid(str(strange)) from strange
        return person

    async def _keep_said(self, delivery: Delivery) -> bool:
        """Record what was said with the job that answers it, or without one when it was not meant for the bot."""
        form = said_again(delivery.payload)
        person = self._members.person(form.person)
        root, has_bot = await self._thread(form.thread, form.channel, person)
        asks = is_for_the_bot(form, self._configuration, bot_in_thread=has_bot)
        key = f"said:{delivery.event_id}"
        post = NewPost(key, form.channel, person.id, person.name, {"text": form.text, "asks": asks}, root)
        kind = delivery.kind if asks else ""
        payload = {**delivery.payload, "thread": root}
        return await self._inbound.record(delivery.source, delivery.event_id, kind, payload, post=post)

    async def _keep_press(self, delivery: Delivery) -> bool:
        person = self._members.person(str(delivery.payload["person"]).removeprefix(f"{NAME}:"))
        answered = int(str(delivery.payload["thread"]))
        root, _ = await self._thread(answered, str(delivery.payload["channel"]), person)
        payload = {**delivery.payload, "thread": root}
        return await self._inbound.record(delivery.source, delivery.event_id, delivery.kind, payload)

    async def _thread(self, answered: int, channel: str, viewer: Person) -> tuple[int, bool]:
        """The root of the thread that a post is part of, and whether the bot has spoken in it; 0 for no thread."""
        if not answered:
            return 0, False
        found = await self._timeline.thread(answered, channel, viewer)
        return found[0].thread or found[0].id, any(post.author == BOT for post in found)
