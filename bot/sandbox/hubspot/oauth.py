"""The token endpoint of a public app: access tokens that live half an hour, refresh tokens that are good once."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox.models import Answer, Call, Clock, Refusal, Route

PATH = "/oauth/v3/token"
CLIENT_ID = "f00dcafe-0000-4000-8000-sandbox"
CLIENT_SECRET = "sandbox-hubspot-secret"  # noqa: S105 - opens nothing but the stand-in
FIRST = "eu1-sandbox-first-refresh-token"
"""The refresh token that an administrator got when the app was installed."""
LIFE = timedelta(minutes=30)


class Tokens:
    """The tokens of the app, `given` of them so far. A refresh token that comes a second time was stolen: then none is good any more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[str, datetime] = {}
        self._spent: set[str] = set()
        self._refresh = FIRST
        self.life = LIFE
        self.given = 0

    def routes(self) -> list[Route]:
        """The token endpoint, which nobody has to be signed in for."""
        return [Route("POST", PATH, self._issue, public=True)]

    def known(self, authorization: str) -> bool:
        """Whether the header carries a token that has not ended."""
        scheme, _, token = authorization.partition(" ")
        ends = self._ends.get(token)
        return scheme == "Bearer" and ends is not None and self._clock() < ends

    def end(self) -> None:
        """End every access token."""
        self._ends.clear()

    def uninstall(self, again: str = "") -> None:
        """Take the app out of the account; `again` is the refresh token of a new installation."""
        self._ends.clear()
        self._spent.clear()
        self._refresh = again

    def _issue(self, call: Call) -> Answer:
        form: Mapping[str, object] = call.body if isinstance(call.body, Mapping) else {}
        if form.get("grant_type") != "refresh_token":
            raise _refused("BAD_GRANT_TYPE", "missing or unknown grant type")
        if form.get("client_id") != CLIENT_ID:
            raise _refused("BAD_CLIENT_ID", "missing or unknown client id")
        if not hmac.compare_digest(str(form.get("client_secret", "")).encode(), CLIENT_SECRET.encode()):
            raise _refused("BAD_CLIENT_SECRET", "missing or unknown client secret")
        given = str(form.get("refresh_token", ""))
        if given in self._spent:
            self.uninstall()
        if not given or given != self._refresh:
            raise _refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        self._spent.add(given)
        self._refresh, access = f"eu1-{secrets.token_urlsafe(18)}", f"CL{secrets.token_urlsafe(60)}"
        self.given += 1
        self._ends[access] = self._clock() + self.life
        lives = int(self.life.total_seconds())
        return Answer(200, {"access_token": access, "refresh_token": self._refresh, "expires_in": lives, "token_type": "bearer"})


def _refused(status: str, message: str) -> Refusal:
    return Refusal(400, {"status": status, "message": message, "correlationId": secrets.token_hex(16)})
