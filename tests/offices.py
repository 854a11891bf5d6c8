"""A workspace of Slack with our bot in it: real HTTP both ways, real stores and vendors' stand-ins; only the knowledge base is scripted."""

import asyncio
import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from bound import bound
from kb import Kb
from language import asked_of
from pydantic import SecretStr

from bot.app.alerting import alert_ports, alert_work
from bot.app.digests import telling
from bot.app.platforms import Platforms
from bot.app.store import Store
from bot.app.talking import Talking
from bot.app.views import record_reader
from bot.connectors.reading import NOBODY
from bot.connectors.registry import WritesBySystem
from bot.dispatch import Dispatch
from bot.http.routes import application
from bot.net.fetch import Fetcher
from bot.net.http import Http
from bot.platforms.playground.page import Playground
from bot.platforms.playground.receive import PageKey
from bot.platforms.playground.send import PlaygroundVoice
from bot.sandbox.slack.dangers import dangers
from bot.sandbox.slack.server import SlackStandin
from bot.sandbox.slack.state import BOT_USER, TEAM
from bot.sandbox.teams.server import TeamsStandin
from bot.settings import Configuration, Settings
from bot.settings.environment import reveal
from bot.settings.people import People
from bot.store.alerts.alerts import AlertStore
from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.inbound import Inbound
from bot.store.ledger.jobs import Jobs
from bot.store.links.links import LinkStore
from bot.store.talk.answers import Answers
from bot.store.talk.offers import Offers
from bot.store.talk.posts import Posts
from bot.store.talk.uploads import Uploads
from bot.watch.health import Health
from bot.work.chains import ChainWork
from bot.work.kinds import Work
from bot.work.runner import Kind, Runner
from bot.work.voice import Everybody, Voice

RULES: dict[str, Any] = {
    "approvals": {"default": {"approvers": ["group:support-leads"], "requester_may_approve": False}},
    "people": {"bo@harbourlight.example": {"name": "Bo Lindqvist", "groups": ["support-leads", "finance"]}},
    "triggers": {
        "slack.reaction.ticket": {"workflow": "triage"},
        "slack.reaction.bug": {"workflow": "issue"},
        "teams.reaction.like": {"workflow": "triage"},
        "teams.reaction.heart": {"workflow": "issue"},
    },
}
PAGE_KEY = PageKey("0f" * 32)
"""What the playground's page proves itself with."""
INSIST = 30.0
"""Seconds."""


@dataclass
class Office:
    """The running bot and its workspace."""

    slack: SlackStandin
    teams: TeamsStandin
    store: Store
    kb: Kb
    platforms: Platforms
    runner: Runner
    url: str
    wait: Callable[..., Awaitable[Any]]
    voices: Mapping[str, Voice]

    def __post_init__(self) -> None:
        self.database, self.drafts, self.jobs = self.store.database, self.store.drafts, self.store.jobs
        self.answers, self.alerts = self.store.answers, self.store.alerts

    def user(self, name: str) -> str:
        return next(m.id for m in self.slack.workspace.people.values() if m.real_name.startswith(name))

    def messages(self, channel: str = "C1") -> list[dict[str, Any]]:
        return [m for m in self.slack.workspace.channel(channel).messages if m.get("user") == BOT_USER]

    async def said(self, words: str, channel: str = "C1") -> dict[str, Any]:
        """The message of the bot's that shows these words, once it is there."""
        return await self.wait(lambda: next((m for m in self.messages(channel) if words in str(m)), None))

    async def whispered(self, words: str) -> dict[str, Any]:
        found = self.slack.workspace.ephemerals
        return await self.wait(lambda: next((m for m in found if words in str(m)), None))

    async def card(self, channel: str = "C1") -> dict[str, Any]:
        """The newest card with buttons, as it stands at this moment."""

        def look():
            cards = [m for m in self.messages(channel) if buttons(m)]
            return copy.deepcopy(cards[-1]) if cards else None

        return await self.wait(look)

    async def press(self, card: dict[str, Any], verb: str, who: str, *, channel: str = "C1", **how: Any) -> None:
        replies = await self.slack.drive.press(channel, card["ts"], verb, self.user(who), **how)
        assert {status for status, _ in replies} == {200}, replies

    async def idle(self) -> None:
        """Everything that was recorded has been worked on."""

        async def nothing():
            open_jobs = [j for s in ("pending", "running") for j in await self.jobs.list(state=s, limit=500)]
            return not [j for j in open_jobs if j.kind not in ("expire", "remind", "alert-wake", "alert-look")]

        await self.wait(nothing, within=30)


def buttons(message: dict[str, Any]) -> list[str]:
    return [e["action_id"] for b in message.get("blocks", ()) if b["type"] == "actions" for e in b["elements"]]


def text_of(message: dict[str, Any]) -> str:
    """Every word of a message's blocks."""

    def walk(node: Any) -> list[str]:
        match node:
            case dict():
                return [
                    w
                    for key, value in node.items()
                    for w in ([value] if key == "text" and isinstance(value, str) else walk(value))
                ]
            case list():
                return [w for value in node for w in walk(value)]
        return []

    return "\n".join(walk(message.get("blocks", [])))


class NoAdmins:
    """Dead letters where `bot.toml` names no admin."""

    def admits(self, person):  # noqa: ARG002 - the port's signature
        return False


@asynccontextmanager
async def opened(
    settings: Settings,
    rules: dict[str, Any],
    slack: SlackStandin | None,
    *,
    database: Database,
    connectors: Any,
    wait: Any,
    teams: TeamsStandin | None = None,
    playground: bool = False,
    http: Http | None = None,
) -> AsyncIterator[Office]:
    """The bot on every platform that the settings name, and on its own page where that is wanted; `http` leads to a language model."""
    configuration, settings = Configuration.model_validate(rules), sealed(settings)
    people, store = People(configuration), store_of(database, configuration)
    jobs, drafts, kb, policies = store.jobs, store.drafts, Kb(), configuration.policy_of
    kb.gate.set()
    async with (
        Platforms.open(settings, configuration, people, store) as platforms,
        asked_of(settings, configuration, store, http) as own_model,
    ):
        page = page_of(store, configuration, people, connectors) if playground else None
        own = {"playground": PlaygroundVoice(store.posts, configuration, people, uploads=Uploads(database))} if page else {}
        voices = {**platforms.voices(), **own}
        persons = Everybody(people, voices)
        digests = telling(configuration, store.database, store.alerts, persons=persons, voices=voices, model=own_model)
        heard = {**Talking(voices, Fetcher(), kb.document_at).ports(), **digests.ports()}
        heard |= alert_ports(configuration, people, store, connectors, NOBODY)
        own_ports = {**heard, "answer": kb.answer, "search": kb.search, "letters": NoAdmins(), "model": own_model}
        given = bound(connectors, drafts, configuration, projects=lambda _place: "SUP", **own_ports)
        dispatch = Dispatch(given, configuration=configuration, drafts=drafts, policies=policies)
        work, kinds = at_work(dispatch, configuration, store, voices, connectors=connectors, persons=persons, kb=kb)
        runner = Runner(database, jobs, {**kinds, **digests.work.kinds(), **platforms.kinds(work, configuration)})
        routes = [*platforms.routes(work, configuration), *(page.routes() if page else ())]
        async with served(routes, runner, kb) as url:
            point(url, slack, teams)
            async with platforms.listening():
                yield Office(slack, teams, store, kb, platforms, runner, url, wait, voices)


def at_work(
    dispatch: Dispatch,
    configuration: Configuration,
    store: Store,
    voices: Mapping[str, Voice],
    *,
    connectors: Any,
    persons: Everybody,
    kb: Kb,
) -> tuple[Work, Mapping[str, Kind]]:
    """What the worker does, whatever the platform."""
    drafts = store.drafts
    work = Work(
        dispatch=dispatch, configuration=configuration, persons=persons, drafts=drafts, audit=store.audit,
        policies=configuration.policy_of, writes=WritesBySystem(connectors), voices=voices, answers=store.answers,
        readable=kb.readable, offers=Offers(store.database),
    )  # fmt: skip
    chains = ChainWork(dispatch=dispatch, drafts=drafts, links=store.links, persons=persons, voices=voices)
    alerts = alert_work(configuration, store, connectors, voices, observer=NOBODY, dispatch=dispatch)
    return work, {**work.kinds(), **chains.kinds(), **alerts.kinds()}


def store_of(database: Database, configuration: Configuration) -> Store:
    """The state of record in a migrated database."""
    jobs, audit, posts = Jobs(database), Audit(database, b"k" * 32), Posts(database)
    drafts = DraftStore(database, jobs, audit, configuration.followers)
    inbound, alerts = Inbound(database, jobs, posts), AlertStore(database, jobs, audit, follows=configuration.proposes, pause=0.0)
    return Store(database, jobs, audit, drafts, posts, inbound, Answers(database), LinkStore(database), alerts)


def page_of(store: Store, configuration: Configuration, people: People, connectors: Any) -> Playground:
    """The playground's page."""
    return Playground(
        posts=store.posts, drafts=store.drafts, inbound=store.inbound, uploads=Uploads(store.database), configuration=configuration, people=people, key=PAGE_KEY,
        tries=(), record=record_reader(connectors), public_url="", clock=lambda: datetime.now(UTC),
    )  # fmt: skip


@asynccontextmanager
async def served(routes: Any, runner: Runner, kb: Kb) -> AsyncIterator[str]:
    """The one port and the worker, during the block; its address."""
    server = TestServer(application(Health({}), routes), host="127.0.0.1")
    await server.start_server(shutdown_timeout=1.0)
    working = asyncio.create_task(runner.run())
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        kb.gate.set()
        runner.stop()
        await working
        await server.close()


def sealed(settings: Settings) -> Settings:
    """The settings with a key of their own, so that none is made in a folder."""
    return settings.model_copy(update={"secret_key": SecretStr("secret")}) if not reveal(settings.secret_key) else settings


def point(url: str, slack: SlackStandin | None, teams: TeamsStandin | None) -> None:
    """Tell the stand-ins where the bot is. On a machine at work it may need longer than the platforms wait: they send it again then."""
    if slack is not None:
        slack.courier.events_url, slack.courier.insist = f"{url}/slack/events", INSIST
    if teams is not None:
        teams.courier.messages_url, teams.courier.insist = f"{url}/api/messages", INSIST


@pytest.fixture
async def workspace() -> AsyncIterator[SlackStandin]:
    """The stand-in of Slack, with its block gate: a message that Slack would refuse is refused."""
    standin = SlackStandin()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.refused == []
    sent = [call.args for call in standin.calls if call.method.startswith("chat.")]
    assert [found for message in sent for found in dangers(message)] == []


@pytest.fixture
def slack_settings() -> dict[str, str]:
    """Settings of the office besides those that point at the stand-in."""
    return {}


@pytest.fixture
def slack_rules() -> dict[str, Any]:
    """`bot.toml` of the office."""
    return RULES


@pytest.fixture
async def office(request, workspace, database, connectors, wait_until) -> AsyncIterator[Office]:
    """The bot at work in the workspace."""
    slack_settings, slack_rules = (request.getfixturevalue(name) for name in ("slack_settings", "slack_rules"))
    found = {name.lower(): value for name, value in workspace.environment().items()} | slack_settings
    settings = Settings.model_validate(found)
    async with opened(settings, slack_rules, workspace, database=database, connectors=connectors, wait=wait_until) as running:
        yield running


__all__ = ["TEAM", "Kb", "Office", "buttons", "office", "opened", "text_of", "workspace"]
