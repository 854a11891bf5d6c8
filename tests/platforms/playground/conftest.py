"""The page on real HTTP with a real SQLite and the real worker; only the systems of record are a dictionary here."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapes
from aiohttp import ClientResponse, ClientSession
from aiohttp.test_utils import TestServer

from bot.dispatch import Heard
from bot.http.routes import application
from bot.platforms.playground.page import Playground
from bot.platforms.playground.receive import KEY_HEADER, PageKey
from bot.platforms.playground.send import PlaygroundVoice
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.inbound import Inbound
from bot.store.ledger.jobs import Jobs
from bot.store.talk.answers import Answers
from bot.store.talk.offers import Offers
from bot.store.talk.posts import Posts
from bot.store.talk.uploads import Uploads
from bot.watch.health import Health
from bot.work.kinds import Work
from bot.work.runner import Runner
from bot.work.voice import Everybody
from handlers.errors import NotFound
from handlers.models import Call, Change, Draft, Offer, Record, Ref, Reply, Source

KEY = PageKey("0f" * 32)
RULES = {
    "approvals": {"default": {"approvers": ["group:support-leads"], "requester_may_approve": False}},
    "channels": {
        "playground:general": {},
        "playground:support": {"answer": "all"},
        "playground:lounge": {"answer": "off"},
        "playground:answers": {"answer": "all", "commands": ["ask"]},
    },
    "people": {
        "ada@example.com": {"name": "Ada Novak", "playground": "ada", "groups": ["support"]},
        "bo@example.com": {"name": "Bo Lindqvist", "playground": "bo", "groups": ["support", "support-leads"]},
        "cy@example.com": {"name": "Cy Marsh", "playground": "cy", "groups": ["contractors"]},
        "dee@example.com": {"name": "Dee Ray", "playground": "dee", "groups": ["support-leads"]},
    },
}
HIGH, LOW = Ref("2", "High"), Ref("4", "Low")
TRIES = ("/ask How do refunds work?", "/triage SUP-1")


class Desk:
    """A system of record in a dictionary: the Writes port and the side panel's reader."""

    def __init__(self) -> None:
        fields = {"priority": LOW, "labels": (), "status": "open"}
        first = Record("jira", "issue", "SUP-1", "1", "Printer burns", "It burns.", fields, "https://jira.example/browse/SUP-1")
        self.records = {"SUP-1": first}
        self.writes: list[Draft] = []
        self.is_down = False

    async def read(self, record: Record) -> Record | None:
        return None if self.is_down else self.records.get(record.id)

    async def reread(self, draft: Draft) -> Record:
        return self.records[draft.record.id]

    async def landed(self, draft: Draft) -> bool:
        return any(written.id == draft.id for written in self.writes)

    async def write(self, draft: Draft) -> str:
        self.writes.append(draft)
        self.change(draft.record.id, **{change.field: change.after for change in draft.changes})
        return draft.record.url

    def change(self, key: str, **fields: Any) -> None:
        old = self.records[key]
        self.records[key] = replace(old, version=str(int(old.version) + 1), fields={**old.fields, **fields})


class Script:
    """What the bot answers; `gate` holds answers back where a test wants to see the waiting."""

    def __init__(self, desk: Desk, drafts: DraftStore, configuration: Configuration) -> None:
        self.desk = desk
        self.drafts = drafts
        self.configuration = configuration
        self.gate = asyncio.Event()
        self.gate.set()
        self.quorum = 1
        self.heard: list[Heard] = []

    async def __call__(self, heard: Heard) -> Reply:
        self.heard.append(heard)
        await self.gate.wait()
        match heard.text.split():
            case ["/triage", key]:
                return await self.triage(heard, key)
            case ["/next", key]:
                return Reply("There is more to do.", offers=(Offer(f"Triage {key}", f"/triage {key}"),))
            case ["/bot", *_]:
                return Reply("What you can say here", private=True)
            case _:
                source = Source("Refunds", "https://handbook.example/refunds", "Refunds take **five days**.")
                return Reply(f"You asked: {heard.text}. Five days. [1]", (source,), confidence=0.81)

    async def triage(self, heard: Heard, key: str) -> Reply:
        if key not in self.desk.records:
            raise NotFound(f"There is no {key}.")
        record = self.desk.records[key]
        call = Call(heard.id, "triage", key, heard.person, heard.place)
        changes = (
            Change("priority", record.fields["priority"], HIGH, (HIGH, LOW)),
            Change("labels", record.fields["labels"], ("fire",)),
        )
        draft = replace(Draft.of("triage", record, changes, call=call), reasons=("it burns",), confidence={"priority": 0.9})
        policy = replace(self.configuration.policy(draft.policy_name), quorum=self.quorum)
        return Reply("", draft=await self.drafts.keep(draft, call=call, policy=policy))


@dataclass(slots=True)
class Site:
    """The running page and everything behind it."""

    url: str
    server: TestServer
    http: ClientSession
    database: Database
    page: Playground
    posts: Posts
    drafts: DraftStore
    jobs: Jobs
    voice: PlaygroundVoice
    desk: Desk
    script: Script
    wait: Callable[..., Awaitable[Any]]

    async def post(self, path: str, *, headers: dict[str, str] | None = None, **form: object) -> ClientResponse:
        body = {"id": uuid.uuid4().hex, "person": "ada", "channel": "general", **form}
        given = {KEY_HEADER: KEY.key, **(headers or {})}
        answer = await self.http.post(f"{self.url}/playground/{path}", json=body, headers=given)
        await answer.read()
        return answer

    async def say(self, text: str, **form: object) -> None:
        assert (await self.post("say", text=text, **form)).status == 202

    async def get(self, path: str, **query: object) -> tuple[int, str]:
        async with self.http.get(f"{self.url}{path}", params={name: str(value) for name, value in query.items()}) as answer:
            return answer.status, await answer.text()

    async def shown(self, *, person: str = "ada", channel: str = "general") -> str:
        status, text = await self.get("/playground/posts", person=person, channel=channel)
        assert status == 200, text
        return text

    async def shows(self, words: str, *, person: str = "ada", channel: str = "general") -> str:
        async def look() -> str:
            text = await self.shown(person=person, channel=channel)
            return text if words in text else ""

        return str(await self.wait(look))

    def cut(self) -> None:
        """Break every connection, as a network does."""
        assert self.server.runner
        assert self.server.runner.server
        for connection in self.server.runner.server.connections:
            connection.force_close()

    async def draft(self) -> Draft:
        """A fresh draft by Ada in #general, with its card."""
        await self.say("/triage SUP-1")
        return (await self.wait(self.drafts.waiting))[-1]


class Readable:
    """Nobody shares anything on the page."""

    async def __call__(self, document_ids, *, audience):  # noqa: ARG002 - the port's signature
        return frozenset(document_ids)


@pytest.fixture
def configuration() -> Configuration:
    return Configuration.model_validate(RULES)


@pytest.fixture
async def site(
    tmp_path: Path, configuration: Configuration, wait_until: Callable[..., Any], fresh_state: Callable[[Path], str]
) -> AsyncIterator[Site]:
    database = Database(fresh_state(tmp_path / "page.db"))
    jobs, people, desk = Jobs(database), People(configuration), Desk()
    audit = Audit(database, b"k" * 32)
    drafts, posts = DraftStore(database, jobs, audit), Posts(database)
    inbound, voice, script = (
        Inbound(database, jobs, posts),
        PlaygroundVoice(posts, configuration, people, uploads=Uploads(database)),
        Script(desk, drafts, configuration),
    )
    work = Work(
        dispatch=script, configuration=configuration, persons=Everybody(people, {}), drafts=drafts, policies=configuration.policy_of,  # type: ignore[arg-type]
        audit=audit, writes=desk, voices={"playground": voice}, answers=Answers(database), readable=Readable(),
        offers=Offers(database),
    )  # fmt: skip
    page = Playground(
        posts=posts, drafts=drafts, inbound=inbound, uploads=Uploads(database), configuration=configuration, people=people, key=KEY, tries=TRIES,
        record=desk.read, public_url="https://bot.example", clock=lambda: datetime.now(UTC),
    )  # fmt: skip
    server = TestServer(application(Health({}), page.routes()), host="127.0.0.1")
    await server.start_server(shutdown_timeout=1.0)
    runner = Runner(database, jobs, work.kinds())
    working = asyncio.create_task(runner.run())
    async with ClientSession() as http:
        url = str(server.make_url("")).rstrip("/")
        yield Site(url, server, http, database, page, posts, drafts, jobs, voice, desk, script, wait_until)
    script.gate.set()
    page.close()
    await server.close()
    runner.stop()
    await working
    await database.close()


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    id: str
    name: str
    data: dict[str, Any]


class Listener:
    """An open page's live stream."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer
        self.events: list[Event] = []
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        found: dict[str, str] = {}
        async for raw in self.answer.content:
            line = raw.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                found[name] = value
            elif "data" in found:
                self.events.append(Event(found.get("id", ""), found.get("event", ""), json.loads(found["data"])))
                found = {}

    def html(self) -> str:
        return "\n".join(str(event.data.get("html", "")) for event in self.events)


@pytest.fixture
async def listen(site: Site) -> AsyncIterator[Callable[..., Awaitable[Listener]]]:
    """Open live streams that are closed after the test."""
    opened: list[Listener] = []

    async def start(*, person: str = "ada", channel: str = "general", last: str = "", **query: object) -> Listener:
        headers = {"Last-Event-ID": last} if last else {}
        params = {"person": person, "channel": channel, **{name: str(value) for name, value in query.items()}}
        answer = await site.http.get(f"{site.url}/playground/events", params=params, headers=headers)
        assert answer.status == 200, await answer.text()
        opened.append(Listener(answer))
        return opened[-1]

    yield start
    for listener in opened:
        listener.task.cancel()
        listener.answer.close()
        await asyncio.gather(listener.task, return_exceptions=True)


@pytest.fixture
def new_draft() -> Callable[..., Draft]:
    """A draft as the store gives it back, with whatever a test wants to be different."""

    return shapes.new_draft
