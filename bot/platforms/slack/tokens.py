"""As whom the bot speaks in a workspace: with the token of the settings, or with the one of the workspace's installation."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.platforms.slack.line import Line, Said
from bot.platforms.slack.refusals import SlackRefused
from bot.store.access.installations import InstallAgain, Installations, Renewed
from handlers.errors import Invalid, NotFound, Unavailable, Unknown


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot in one workspace. `bot_user` is whom people mention (`U...`), `bot_id` what its messages carry (`B...`)."""

    token: str = field(repr=False)
    team: str
    bot_user: str
    bot_id: str
    scopes: frozenset[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """The app at Slack, as it installs itself into workspaces."""

    client_id: str
    client_secret: str = field(repr=False)


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
        """The bot, if this is its workspace; whoever names none means this one."""
        me = await self.me()
        if team and me.team and team != me.team:
            raise NotFound("I am not installed in this Slack workspace.")
        return me

    async def me(self) -> BotIdentity:
        """The bot, in whichever workspace its token is of."""
        async with self._lock:
            if self._me is None:
                self._me = await identify(self._line, self._token)
            return self._me


class ManyWorkspaces:
    """The bot where it was installed through /slack/install, its tokens renewed in time."""

    def __init__(self, line: Line, installations: Installations, app: OAuthApp) -> None:
        self._line = line
        self._installations = installations
        self._app = app

    async def bot(self, team: str) -> BotIdentity:
        """The bot in this workspace. Raises InstallAgain where its tokens are used up."""
        found = await self._installations.rotate(team, self._renewed)
        return BotIdentity(found.token, found.team, found.bot_user, found.bot_id, found.scopes, found.name)

    async def _renewed(self, refresh: str) -> Renewed:
        args = {"grant_type": "refresh_token", "refresh_token": refresh}
        secrets = {"client_id": self._app.client_id, "client_secret": self._app.client_secret}
        try:
            said = await self._line.call("oauth.v2.access", token="", form="form", **args, **secrets)
        except SlackRefused as refused:
            if refused.is_dead_token:
                again = f"Slack refuses to renew the bot's token here ({refused.code}). An operator has to install it again."
                raise InstallAgain(again) from refused
            raise
        token, fresh, lives = text(said.data, "access_token"), text(said.data, "refresh_token"), said.data.get("expires_in")
        if not token or not fresh or not isinstance(lives, int) or lives <= 0:
            raise Unknown("Slack answered the renewal of a token without the token")
        return Renewed(token, fresh, float(lives))


class OwnAndInstalled:
    """Both at once: the workspace of SLACK_BOT_TOKEN, and those that installed the bot."""

    def __init__(self, own: OneWorkspace, installed: ManyWorkspaces) -> None:
        self._own = own
        self._installed = installed

    async def bot(self, team: str) -> BotIdentity:
        """The bot in this workspace; what was installed goes before the token of the settings."""
        try:
            return await self._installed.bot(team)
        except NotFound:
            return await self._own.bot(team)


def tokens_for(line: Line, *, bot_token: str, app: OAuthApp | None, installations: Installations) -> Tokens:
    """The tokens that the settings ask for. Raises Invalid when they name neither a token nor an app."""
    own = OneWorkspace(line, bot_token) if bot_token else None
    installed = ManyWorkspaces(line, installations, app) if app else None
    if own and installed:
        return OwnAndInstalled(own, installed)
    if found := own or installed:
        return found
    raise Invalid("Slack is half configured: set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET too")


async def identify(line: Line, token: str) -> BotIdentity:
    """Whose token this is, by `auth.test`. Raises SlackRefused, Busy, Unavailable."""
    try:
        said = await line.call("auth.test", token=token, form="form")
    except Unknown as lost:
        raise Unavailable(f"{lost}. Try again in a minute.") from lost
    return identity_of(token, said)


def identity_of(token: str, said: Said) -> BotIdentity:
    """The bot, as an answer to `auth.test` describes it; its scopes stand in a header."""
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
