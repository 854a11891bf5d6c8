"""Teams as one part of the program: its voice and its front door, over one line to Microsoft."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.desk import Desk
from bot.members.deciding import MayDecide
from bot.net.pace import Pace
from bot.platforms.teams import about
from bot.platforms.teams.api import TeamsApi
from bot.platforms.teams.intake import Intake
from bot.platforms.teams.keys import Keys
from bot.platforms.teams.line import Line
from bot.platforms.teams.listeners import Listeners, Replay
from bot.platforms.teams.members import Directory
from bot.platforms.teams.once import Once
from bot.platforms.teams.places import Places
from bot.platforms.teams.presses import CardPresses
from bot.platforms.teams.send import TeamsVoice
from bot.platforms.teams.signature import Signature
from bot.platforms.teams.talk import TeamsTalk
from bot.platforms.teams.token import OutboundToken
from bot.settings import Configuration, Settings
from bot.settings.people import People
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.inbound import Inbound
from bot.store.talk.accounts import Accounts
from bot.store.talk.conversations import Conversations
from bot.store.talk.heard import Heard
from bot.store.talk.sent import SentStore
from bot.store.talk.turns import Turns
from handlers.ports import Policies

EFFECT = "teams.effect"
"""Source of the rows by which several activities that ask for one thing have one effect."""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What Teams keeps in the state of record."""

    drafts: DraftStore
    inbound: Inbound
    sent: SentStore
    conversations: Conversations
    accounts: Accounts
    turns: Turns
    heard: Heard


class TeamsRoom:
    """Everything of Teams in one process. `desk` is handed over last: it speaks through this room's voice itself."""

    def __init__(
        self, settings: Settings, ledgers: Ledgers, *, keys: Keys, places: Places, directory: Directory, once: Once, line: Line
    ) -> None:
        self._settings = settings
        self._ledgers = ledgers
        self._keys = keys
        self._places = places
        self._directory = directory
        self._talk = TeamsTalk(ledgers.heard, line, directory, hosts=settings.teams_allowed_hosts)
        self.voice = TeamsVoice(
            once, places, directory, sent=ledgers.sent, drafts=ledgers.drafts, turns=ledgers.turns, talk=self._talk
        )

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, configuration: Configuration, people: People, ledgers: Ledgers
    ) -> AsyncIterator[Self]:
        """The room, its line to Microsoft open during the block."""
        app_id, tenant, hosts = settings.teams_app_id, settings.teams_tenant_id, settings.teams_allowed_hosts
        async with AsyncExitStack() as stack:
            line = await stack.enter_async_context(Line())
            pace = await stack.enter_async_context(Pace(settings.redis_url))
            token = OutboundToken(line, settings.teams_tokens, app_id, settings.teams_app_password.get_secret_value())
            stack.push_async_callback(token.close)
            keys = Keys(line, settings.teams_openid_url)
            stack.push_async_callback(keys.close)
            api = TeamsApi(line, token, pace, hosts=hosts)
            places = Places(api, ledgers.conversations, ledgers.accounts, app_id=app_id, tenant=tenant)
            directory = Directory(api, places, people, configuration, ledgers.accounts, tenant=tenant)
            stack.push_async_callback(directory.close)
            once = Once(api, ledgers.sent, bot=places.bot)
            yield cls(settings, ledgers, keys=keys, places=places, directory=directory, once=once, line=line)

    def replay(self, desk: Desk, configuration: Configuration) -> Replay:
        """What the worker does with a recorded activity."""
        ledgers = self._ledgers

        async def own(effect: str, owner: str) -> bool:
            return await ledgers.inbound.own(EFFECT, effect, owner)

        listeners = Listeners(
            desk, self._places, self._directory, configuration,
            sent=ledgers.sent, drafts=ledgers.drafts, turns=ledgers.turns, talk=self._talk, own=own,
        )  # fmt: skip
        return Replay(listeners, self._places)

    def routes(self, desk: Desk, policies: Policies) -> Sequence[AbstractRouteDef]:
        """What the application on the one port adds for Teams."""
        settings, inbound = self._settings, self._ledgers.inbound
        self._keys.warm()
        intake = Intake(
            Signature(self._keys, settings.teams_app_id),
            lambda delivery: inbound.record(delivery.source, delivery.event_id, delivery.kind, delivery.payload),
            CardPresses(desk, self._ledgers.drafts, self._places, self.voice, MayDecide(self.voice.person, policies)),
            hosts=settings.teams_allowed_hosts,
            tenant=settings.teams_tenant_id,
        )
        return [web.post("/api/messages", intake.__call__), *about.routes(settings.data_dir)]
