"""Slack as one part of the program: its voice, its front door, its installation pages and its socket, over one line to Slack."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.desk import Desk
from bot.members.deciding import MayDecide
from bot.net.pace import Pace
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.around import Around
from bot.platforms.slack.forms import EditForms
from bot.platforms.slack.install import Installer
from bot.platforms.slack.intake import Intake
from bot.platforms.slack.line import Line
from bot.platforms.slack.listeners import Listeners, Replay
from bot.platforms.slack.members import Directory, ours
from bot.platforms.slack.send import SlackVoice
from bot.platforms.slack.signature import Signature
from bot.platforms.slack.socket import listening
from bot.platforms.slack.tokens import OAuthApp, Tokens, tokens_for
from bot.settings import Configuration, Settings
from bot.settings.people import People
from bot.store.access.installations import Installations
from bot.store.access.oauth import OAuthStates
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.inbound import Inbound
from bot.store.talk.sent import SentStore
from handlers.ports import Policies

EFFECT = "slack.effect"
"""Source of the rows by which several events that ask for one thing have one effect."""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What Slack keeps in the state of record."""

    drafts: DraftStore
    inbound: Inbound
    installations: Installations
    states: OAuthStates
    sent: SentStore


class SlackRoom:
    """Everything of Slack in one process. `desk` is handed over last: it speaks through this room's voice itself."""

    def __init__(
        self, settings: Settings, api: SlackApi, tokens: Tokens, directory: Directory, *, ledgers: Ledgers, policies: Policies
    ) -> None:
        self._settings = settings
        self._api = api
        self._tokens = tokens
        self._directory = directory
        self._ledgers = ledgers
        self.voice = SlackVoice(api, tokens, directory, ledgers.sent, ledgers.drafts)
        signature = Signature(settings.slack_signing_secret.get_secret_value())
        inbound = ledgers.inbound
        self._intake = Intake(
            signature.verify,
            lambda delivery: inbound.record(delivery.source, delivery.event_id, delivery.kind, delivery.payload),
            EditForms(api, ledgers.drafts, MayDecide(self.voice.person, policies)),
        )
        self._installer: Installer | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, configuration: Configuration, people: People, ledgers: Ledgers
    ) -> AsyncIterator[Self]:
        """The room, its line to Slack open during the block."""
        async with AsyncExitStack() as stack:
            line = await stack.enter_async_context(Line(settings.slack_api_url))
            pace = await stack.enter_async_context(Pace(settings.redis_url))
            app = oauth_app(settings)
            token = settings.slack_bot_token.get_secret_value()
            tokens = tokens_for(line, bot_token=token, app=app, installations=ledgers.installations)
            api = SlackApi(line, tokens, pace)
            is_ours = ours(configuration, own_token=bool(token))
            directory = Directory(api, people, configuration, is_ours=is_ours)
            stack.push_async_callback(directory.close)
            room = cls(settings, api, tokens, directory, ledgers=ledgers, policies=configuration.policy_of)
            if app is not None:
                room._installer = Installer(app, line, ledgers.installations, ledgers.states, pace, settings.public_url)
            yield room

    def replay(self, desk: Desk, configuration: Configuration, policies: Policies) -> Replay:
        """What the worker does with a recorded envelope."""
        ledgers = self._ledgers
        around = Around(
            self._api, directory=self._directory, installations=ledgers.installations, sent=ledgers.sent,
            drafts=ledgers.drafts, policies=policies,
        )  # fmt: skip

        async def own(effect: str, owner: str) -> bool:
            return await ledgers.inbound.own(EFFECT, effect, owner)

        return Replay(Listeners(desk, around, self._tokens, configuration, own))

    def routes(self) -> Sequence[AbstractRouteDef]:
        """What the application on the one port adds for Slack: nothing where Slack comes over the socket only."""
        signed = self._settings.slack_signing_secret.get_secret_value().strip()
        door = [web.post("/slack/events", self._intake.__call__)] if signed else []
        return [*door, *(self._installer.routes() if self._installer else ())]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Take in what comes over the socket during the block, where SLACK_APP_TOKEN is set."""
        token = self._settings.slack_app_token.get_secret_value()
        if not token:
            yield
            return
        async with listening(token, self._settings.slack_api_url, self._intake):
            yield


def oauth_app(settings: Settings) -> OAuthApp | None:
    """The app that other workspaces install; None for a bot with one token of its own."""
    secret = settings.slack_client_secret.get_secret_value()
    return OAuthApp(settings.slack_client_id, secret) if settings.slack_client_id and secret else None
