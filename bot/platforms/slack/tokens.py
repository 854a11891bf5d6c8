"""As whom the bot speaks in a workspace: with the token of the settings, or with the one of the workspace's installation."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.platforms.slack.line import Line
from handlers.errors import NotFound, Unavailable, Unknown


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot in one workspace. `bot_user` is whom people mention (`U...`), `bot_id` what its messages carry (`B...`)."""

    token: str = field(repr=False)
    team: str
    bot_user: str
    bot_id: str
    scopes: frozenset[str]
    name: str = ""


class Tokens(Protocol):
    """Who we are, by workspace."""

    async def bot(self, team: str) -> BotIdentity:
        """The bot in this workspace. Raises NotFound where it is not installed, Unavailable, SlackRefused."""
        ...


class OneWorkspace:
    """The bot with SLACK_BOT_TOKEN. Slack is asked once to whom it belongs, at the first use."""

    def __init__(self, line: Line, token: str) -> None:
        self._line = line
        self._token = token
        self._me: BotIdentity | None = None
        self._lock = asyncio.Lock()

    async def bot(self, team: str) -> BotIdentity:
        """The bot, if this is its workspace."""
        me = await self.me()
        if team != me.team:
            raise NotFound("I am not installed in this Slack workspace.")
        return me

    async def me(self) -> BotIdentity:
        """The bot, in whichever workspace its token is of."""
        async with self._lock:
            if self._me is None:
                self._me = await identify(self._line, self._token)
            return self._me


async def identify(line: Line, token: str) -> BotIdentity:
    """Whose token this is, by `auth.test`. Raises SlackRefused, Busy, Unavailable."""
    try:
        said = await line.call("auth.test", token=token, form="form")
    except Unknown as lost:
        raise Unavailable(f"{lost}. Try again in a minute.") from lost
    return BotIdentity(
        token=token,
        team=text(said.data, "team_id"),
        bot_user=text(said.data, "user_id"),
        bot_id=text(said.data, "bot_id"),
        scopes=scopes_of(said.headers.get("x-oauth-scopes", "")),
        name=text(said.data, "team"),
    )


def scopes_of(listed: str) -> frozenset[str]:
    """The scopes in a list with commas."""
    return frozenset(scope.strip() for scope in listed.split(",") if scope.strip())


def text(data: Mapping[str, object], name: str) -> str:
    """A field of Slack's that holds a text; empty when it does not."""
    value = data.get(name)
    return value if isinstance(value, str) else ""
