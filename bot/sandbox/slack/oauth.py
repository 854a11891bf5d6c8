"""Installation: the page that sends a browser back with a code, and what a code or a refresh token is good for, once."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import encode_basic_auth, web

from bot.sandbox.models import Payload
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, World
from bot.sandbox.slack.state import APP, BOT_USER, TEAM

LIVES = 43_200
"""Seconds of a token that rotates (docs.slack.dev/authentication/using-token-rotation)."""
CODE_LIVES = 600.0
"""Seconds of a code (docs.slack.dev/authentication/installing-with-oauth)."""


@dataclass(slots=True)
class Code:
    """What the browser carries back."""

    redirect_uri: str
    scopes: frozenset[str]
    born: float
    is_used: bool = False


@dataclass(slots=True)
class OAuth:
    """The app as Slack knows it. `expires_in` 0 gives tokens that never expire; `denies` makes the person say no."""

    client_id: str = "1.1"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    redirect_uri: str = ""
    expires_in: int = LIVES
    denies: bool = False
    installer: str = "U1"
    codes: dict[str, Code] = field(default_factory=dict)
    refresh: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def authorize(self, world: World, request: web.Request) -> web.Response:
        """GET /oauth/v2/authorize: the person agrees at once, and goes back."""
        if request.query.get("client_id") != self.client_id:
            return web.json_response({"ok": False, "error": "invalid_client_id"}, status=400)
        back = request.query.get("redirect_uri", "") or self.redirect_uri
        parts = urlsplit(back)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return web.json_response({"ok": False, "error": "bad_redirect_uri"}, status=400)
        state = {"state": request.query["state"]} if "state" in request.query else {}
        if self.denies:
            answer = {"error": "access_denied"}
        else:
            scopes = frozenset(request.query.get("scope", "").split(",")) - {""}
            code = secrets.token_urlsafe(24)
            self.codes[code] = Code(request.query.get("redirect_uri", ""), scopes, world.workspace.now())
            answer = {"code": code}
        query = urlencode([*parse_qsl(parts.query), *answer.items(), *state.items()])
        return web.Response(status=302, headers={"Location": urlunsplit(parts._replace(query=query))})

    def access(self, world: World, asked: Asked) -> Payload:
        """oauth.v2.access. Raises No."""
        if asked.text("client_id") != self.client_id:
            raise No("invalid_client_id")
        if asked.text("client_secret") != self.client_secret:
            raise No("bad_client_secret")
        if asked.text("grant_type") == "refresh_token":
            return self._granted(world, self._renewed(asked.text("refresh_token")))
        code = self.codes.get(asked.text("code"))
        if code is None or world.workspace.now() - code.born > CODE_LIVES:
            raise No("invalid_code")
        if code.is_used:
            raise No("code_already_used")
        if asked.text("redirect_uri") != code.redirect_uri:
            raise No("bad_redirect_uri")
        code.is_used = True
        return self._granted(world, code.scopes)

    def _renewed(self, given: str) -> frozenset[str]:
        """What a refresh token stands for; it is used up by this."""
        scopes = self.refresh.get(given)
        if scopes is None:
            raise No("invalid_refresh_token")
        self.refresh[given] = None
        return scopes

    def _granted(self, world: World, scopes: frozenset[str]) -> Payload:
        expires = world.workspace.now() + self.expires_in if self.expires_in else None
        token = world.access.issue("bot", scopes=scopes, expires=expires, prefix="xoxe.xoxb-1-" if expires else "")
        rotating: dict[str, Any] = {}
        if expires:
            fresh = f"xoxe-1-{secrets.token_urlsafe(24)}"
            self.refresh[fresh] = scopes
            rotating = {"refresh_token": fresh, "expires_in": self.expires_in}
        return {
            "app_id": APP, "authed_user": {"id": self.installer}, "scope": ",".join(sorted(scopes)), "token_type": "bot",
            "access_token": token.value, "bot_user_id": BOT_USER, "team": {"id": TEAM, "name": world.workspace.name},
            "enterprise": None, "is_enterprise_install": False, **rotating,
        }  # fmt: skip


def identified(request: web.Request, args: Payload, oauth: OAuth) -> Payload:
    """The arguments, with the app's name and secret where they came as HTTP Basic."""
    given = request.headers.get("Authorization", "")
    if given and given == encode_basic_auth(oauth.client_id, oauth.client_secret):
        return {"client_id": oauth.client_id, "client_secret": oauth.client_secret, **args}
    return args
