"""Harbourlight on all three platforms at once, with the vendors behind it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from conversations.on_playground import PlaygroundStage
from conversations.on_slack import SlackStage
from conversations.on_teams import TeamsStage
from conversations.play import Player
from conversations.stages import PEOPLE, Stage
from language import running
from offices import Office, opened

from bot.connectors.registry import connected
from bot.net.http import Http
from bot.sandbox import Sandbox
from bot.sandbox.company import PEOPLE as COLLEAGUES
from bot.sandbox.slack.server import SlackStandin
from bot.sandbox.teams.server import TeamsStandin
from bot.settings import Settings
from bot.store.database import Database

GROUPS = {"ada": ["support"], "bo": ["support", "support-leads", "finance"], "cy": ["contractors"], "gus": ["support-leads"]}
RULES: dict[str, Any] = {
    "approvals": {"default": {"approvers": ["group:support-leads"], "requester_may_approve": False}},
    "people": {
        person.email: {"name": person.name, "playground": person.id, "groups": GROUPS[person.id]}
        for person in COLLEAGUES
        if person.id in PEOPLE
    },
}
"""`bot.toml`. People are found by their addresses in Slack and in Teams."""


@dataclass(frozen=True)
class Town:
    """The running bot, its three stages by name, and the systems of record."""

    office: Office
    stages: Mapping[str, Stage]
    sandbox: Sandbox

    def player(self, stage: str) -> Player:
        """Somebody who plays on one of them."""
        return Player(self.office, self.sandbox, self.stages[stage])


@asynccontextmanager
async def town(state: str, rules: Mapping[str, Any], wait: Any, says: Mapping[str, Any] | None = None) -> AsyncIterator[Town]:
    """The bot on all three platforms; afterwards nothing was refused by any of them.

    `state` is the address of its migrated database, `says` what a language model answers, by kind.
    """
    slack, teams = SlackStandin(), TeamsStandin()
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox.start(None))
        for standin in (slack, teams):
            await standin.start()
            stack.push_async_callback(standin.stop)
        found = {**sandbox.environment(), **slack.environment(), **teams.environment()}
        if says:
            model = await stack.enter_async_context(running())
            model.ways.say = lambda asked: json.dumps(says[asked.kind])
            found |= model.environment()
        settings = Settings.model_validate({name.lower(): value for name, value in found.items()})
        database = Database(state)
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(Http())
        given = {"database": database, "http": http, "connectors": connected(settings, http), "wait": wait, "teams": teams}
        office = await stack.enter_async_context(opened(settings, {**RULES, **rules}, slack, playground=True, **given))
        browser = await stack.enter_async_context(ClientSession())
        stages: list[Stage] = [SlackStage(office), TeamsStage(office), PlaygroundStage(office, browser)]
        yield Town(office, {stage.name: stage for stage in stages}, sandbox)
    assert (slack.refused, teams.refused) == ([], [])
