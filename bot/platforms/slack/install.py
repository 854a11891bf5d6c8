"""Installing the bot into a workspace from a browser: Slack's OAuth v2, with a state that is good once and in one browser only."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef
from pydantic import BaseModel, StringConstraints, ValidationError
from slack_sdk.oauth import AuthorizeUrlGenerator

from bot.net.pace import Pace, Rate
from bot.platforms.slack.line import Line
from bot.platforms.slack.methods import SCOPES
from bot.platforms.slack.tokens import OAuthApp, identify, scopes_of
from bot.settings.addresses import is_local
from bot.store.access.installations import Installation, Installations
from bot.store.access.oauth import LIVES, OAuthStates
from bot.watch import log
from handlers.errors import Busy, Invalid, Trouble, Unavailable, Unknown

COOKIE = "countersign_install"
START, BACK = "/slack/install", "/slack/oauth_redirect"
STARTS = Rate.per_minute(30)
"""Installations that may be begun; each leaves a row for ten minutes, and anybody may call the address."""
LONGEST_CODE = 1024
"""Characters of a code or a state; Slack's and ours are far shorter."""
AGAIN = f'<p><a href="{START}">Start again</a></p>'
logger = log.get("install")

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class Whose(BaseModel):
    """A team, an enterprise or a person of Slack's."""

    id: Id
    name: str = ""


class Granted(BaseModel):
    """Slack's answer to the exchange of a code (docs.slack.dev/reference/methods/oauth.v2.access)."""

    access_token: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    bot_user_id: Id
    team: Whose | None = None
    enterprise: Whose | None = None
    authed_user: Whose | None = None
    is_enterprise_install: bool = False
    scope: str = ""
    refresh_token: str = ""
    expires_in: int = 0


@dataclass(frozen=True, slots=True)
class Installer:
    """The two pages. `public_url` is PUBLIC_URL: where Slack sends the browser back to."""

    app: OAuthApp
    line: Line
    installations: Installations
    states: OAuthStates
    pace: Pace
    public_url: str = ""

    def routes(self) -> Sequence[AbstractRouteDef]:
        """For the application."""
        return [web.get(START, self.start, allow_head=False), web.get(BACK, self.finish, allow_head=False)]

    async def start(self, _request: web.Request) -> web.StreamResponse:
        """On to Slack, with a state that this browser alone can bring back."""
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        try:
            await self.pace.enter("slack:install", STARTS)
            await self.states.issue(state, browser)
        except Busy:
            return page(429, "Too many installations at once", "Nothing was installed. Wait a minute.")
        except Unavailable as down:
            logger.warning("installation not begun", reason=str(down))
            return page(503, "Not now", "Nothing was installed: the bot's database cannot be used. Try again in a minute.")
        onward = web.Response(status=302, headers={"Location": self.authorize(state), "Cache-Control": "no-store"})
        is_secure = self.public_url.startswith("https://")
        onward.set_cookie(COOKIE, browser, path="/slack", max_age=LIVES, secure=is_secure, httponly=True, samesite="Lax")
        return onward

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """Back from Slack: 400 without what Slack sends, 401 for a state that is used, old or another browser's."""
        answer = await self._finished(request)
        answer.del_cookie(COOKIE, path="/slack")
        return answer

    async def _finished(self, request: web.Request) -> web.Response:
        state, code, browser = (given.get(name, "") for given, name in (
            (request.query, "state"), (request.query, "code"), (request.cookies, COOKIE),
        ))  # fmt: skip
        refused = "error" in request.query
        if not state or not browser or not (code or refused) or max(map(len, (state, code, browser))) > LONGEST_CODE:
            return page(
                400, "This is no installation", "Something is missing from this address, or your browser keeps no cookies."
            )
        try:
            if not await self.states.spend(state, browser):
                return page(
                    401, "This link is used up", "An installation is good once, for ten minutes, in the browser it began in."
                )
            if refused:
                return page(200, "Nothing was installed", "Slack says that the installation was cancelled.")
            return await self._installed(code)
        except Trouble as wrong:
            logger.warning("installation not finished", reason=str(wrong))
            return trouble_page(wrong)

    async def _installed(self, code: str) -> web.Response:
        """Exchange the code and keep what it gives."""
        granted = await self._exchanged(code)
        if granted.is_enterprise_install or granted.team is None:
            raise Invalid("The bot is installed into one workspace at a time. Choose a workspace, not the whole organisation.")
        me = await identify(self.line, granted.access_token)
        if me.team != granted.team.id:
            raise Invalid("Slack gave a token of another workspace than it says.")
        scopes = scopes_of(granted.scope) or me.scopes
        new = Installation(
            team=me.team,
            token=granted.access_token,
            bot_user=granted.bot_user_id,
            bot_id=me.bot_id,
            scopes=scopes,
            name=granted.team.name,
            enterprise=granted.enterprise.id if granted.enterprise else "",
            installed_by=granted.authed_user.id if granted.authed_user else "",
            refresh=granted.refresh_token,
            lives=granted.expires_in if granted.refresh_token and granted.expires_in > 0 else math.inf,
        )
        await self.installations.install(new)
        logger.info("installed in a workspace", team=new.team, by=new.installed_by)
        missing = ", ".join(sorted(SCOPES - scopes))
        rest = (
            f"Some of it will not work: Slack did not grant {missing}. Add that to the app and install again." if missing else ""
        )
        return page(
            200,
            "Installed",
            f"Countersign is in {new.name or new.team}. Type /invite @Countersign in a channel.",
            rest,
            again=False,
        )

    async def _exchanged(self, code: str) -> Granted:
        """What a code is good for, once. Raises as `Line.call` does."""
        given = {"code": code, "client_id": self.app.client_id, "client_secret": self.app.client_secret}
        said = await self.line.call("oauth.v2.access", token="", form="form", **given, redirect_uri=self.redirect_uri)
        try:
            return Granted.model_validate(said.data)
        except ValidationError as wrong:
            logger.warning("exchange of a code not understood", fields=[each["loc"] for each in wrong.errors()])
            raise Unknown("Slack's answer to the installation was not understood") from None

    @property
    def redirect_uri(self) -> str | None:
        """Where Slack sends the browser; None leaves it to what the app says at Slack."""
        return f"{self.public_url.rstrip('/')}{BACK}" if self.public_url else None

    def authorize(self, state: str) -> str:
        """Slack's page on which a person agrees."""
        back = quote(self.redirect_uri, safe="") if self.redirect_uri else None
        where = AuthorizeUrlGenerator(
            client_id=quote(self.app.client_id, safe=""),
            redirect_uri=back,
            scopes=sorted(SCOPES),
            authorization_url=authorization_url(self.line.api_url),
        )
        return where.generate(state)


def authorization_url(api_url: str) -> str:
    """Slack's own page, or that of the stand-in on this machine."""
    parts = urlsplit(api_url)
    if is_local(parts.hostname or "", private=False):
        return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"
    return "https://slack.com/oauth/v2/authorize"


def trouble_page(trouble: Trouble) -> web.Response:
    """What went wrong on Slack's side or ours, and whether it is worth another try."""
    if isinstance(trouble, Unknown):
        return page(502, "Nobody can say", f"{trouble}, so the bot has no token for your workspace.")
    return page(503 if isinstance(trouble, Unavailable) else 400, "Not installed", str(trouble))


def page(status: int, title: str, *sentences: str, again: bool = True) -> web.Response:
    """A plain page that says what happened and what to do."""
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)} · Countersign</title>'
    html = f"{head}<h1>{escape(title)}</h1>{said}{AGAIN if again else ''}</html>"
    return web.Response(status=status, text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
