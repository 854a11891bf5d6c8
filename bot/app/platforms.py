"""The chat platforms as parts of a process: those that the settings name, each opened with its own libraries."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from aiohttp.web_routedef import AbstractRouteDef

from bot.app.slack import open_slack
from bot.app.store import Store
from bot.app.teams import open_teams
from bot.net.budget import PERSON
from bot.settings import Configuration, Settings
from bot.settings.people import People
from bot.work.kinds import DAY, Work
from bot.work.runner import Kind
from bot.work.voice import Voice

if TYPE_CHECKING:
    from bot.platforms.slack.room import SlackRoom
    from bot.platforms.teams.room import TeamsRoom

SLACK, TEAMS = "slack", "teams"


def configured(settings: Settings) -> list[str]:
    """The platforms that are on: Slack by the signing secret of its requests or the token of its socket, Teams by its app id."""
    has_slack = settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value()
    return [*([SLACK] if has_slack else []), *([TEAMS] if settings.teams_app_id else [])]


@dataclass(frozen=True, slots=True)
class Platforms:
    """The rooms that are open."""

    slack: "SlackRoom | None" = None
    teams: "TeamsRoom | None" = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, configuration: Configuration, people: People, store: Store
    ) -> "AsyncIterator[Platforms]":
        """Every platform that the settings name, during the block."""
        on = configured(settings)
        async with AsyncExitStack() as stack:
            given = (settings, configuration, people, store)
            slack = await stack.enter_async_context(open_slack(*given)) if SLACK in on else None
            teams = await stack.enter_async_context(open_teams(*given)) if TEAMS in on else None
            yield cls(slack, teams)

    def voices(self) -> Mapping[str, Voice]:
        """How the bot speaks on each."""
        return {
            **({SLACK: self.slack.voice} if self.slack else {}),
            **({TEAMS: self.teams.voice} if self.teams else {}),
        }

    def kinds(self, work: Work, configuration: Configuration) -> Mapping[str, Kind]:
        """What the worker does with what each of them sent."""
        found: dict[str, Kind] = {}
        if self.slack:
            slack = self.slack.replay(work, configuration, configuration.policy_of)
            found[SLACK] = Kind(slack.run, partial(work.apologise, asked=slack.asked), DAY, PERSON)
        if self.teams:
            teams = self.teams.replay(work, configuration)
            found[TEAMS] = Kind(teams.run, partial(work.apologise, asked=teams.asked), DAY, PERSON)
        return found

    def routes(self, work: Work, configuration: Configuration) -> Sequence[AbstractRouteDef]:
        """What the application on the one port adds."""
        return [
            *(self.slack.routes() if self.slack else ()),
            *(self.teams.routes(work, configuration.policy_of) if self.teams else ()),
        ]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Take in what comes over sockets of our own during the block, where there are any."""
        if self.slack is None:
            yield
            return
        async with self.slack.listening():
            yield
