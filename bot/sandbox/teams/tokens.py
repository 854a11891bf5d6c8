"""The token endpoint: the bot trades its secret for a token, and the connector knows which tokens are good."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.models import Clock, Payload
from bot.sandbox.teams.state import APP

SCOPE = "https://api.botframework.com/.default"
LIVES = 3600


@dataclass(slots=True)
class Tokens:
    """The tokens that were issued, with the time until which each is good.

    `token_lives` is in seconds; a token says truly how long it is good for, in whole seconds. `requests` counts the requests.
    """

    clock: Clock
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    token_lives: float = LIVES
    requests: int = 0
    issued: dict[str, float] = field(default_factory=dict)

    def is_good(self, authorization: str) -> bool:
        """Whether this header carries a token that was issued and has not ended."""
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and self.clock().timestamp() < self.issued.get(token, 0.0)

    def revoke_all(self) -> None:
        """End every token at once, whatever was promised."""
        self.issued.clear()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The endpoint."""
        router.add_post("/token", self.serve)

    async def serve(self, request: web.Request) -> web.Response:
        """One request for a token."""
        self.requests += 1
        form = await request.post()
        if form.get("grant_type") != "client_credentials":
            return refused(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
        if form.get("scope") != SCOPE:
            return refused(400, "invalid_scope", "AADSTS1002012: The scope is not valid for client credentials.")
        if form.get("client_id") != APP:
            return refused(401, "invalid_client", "AADSTS700016: There is no such application in the directory.")
        if not secrets.compare_digest(str(form.get("client_secret", "")).encode(), self.password.encode()):
            return refused(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        lives = int(self.token_lives)
        token = self.issue()
        return web.json_response({"token_type": "Bearer", "expires_in": lives, "ext_expires_in": lives, "access_token": token})

    def issue(self) -> str:
        """A fresh token."""
        token = f"ey{secrets.token_urlsafe(48)}"
        self.issued[token] = self.clock().timestamp() + self.token_lives
        return token


def refused(status: int, error: str, description: str) -> web.Response:
    """An answer as the identity provider refuses."""
    body: Payload = {
        "error": error,
        "error_description": description,
        "error_codes": [int(description[6:].split(":", maxsplit=1)[0])],
    }
    return web.json_response(body, status=status)
