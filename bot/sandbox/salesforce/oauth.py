"""Sign-in by client credentials or a signed assertion: tokens that end, without saying when, as Salesforce's do."""

import hmac
import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import jwt
from jwt.types import Options

from bot.sandbox.models import Answer, Call, Clock, Payload, Refusal, Route
from bot.sandbox.salesforce.ids import made

CLIENT_ID = "3MVG9sandbox.harbourlight"
CLIENT_SECRET = "sandbox-salesforce-secret"  # noqa: S105 - opens nothing but the stand-in
ORGANISATION = made("00D", 1)
LIFE = timedelta(hours=2)
"""How long a session lasts in an organisation that has not set it otherwise."""
USERNAME = "countersign@harbourlight.example"
"""Whom an assertion may be about."""
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN = "https://login.salesforce.com"
LONGEST = 180
"""Seconds for which an assertion may be good."""


class Tokens:
    """The tokens that were given out, `given` of them. `user` is the id of whom the API acts as.

    `certificate` is the public key (PEM) that an administrator gave the app; without one no assertion is good.
    """

    def __init__(self, clock: Clock, user: str) -> None:
        self._clock = clock
        self._user = user
        self._ends: dict[str, datetime] = {}
        self.life = LIFE
        self.certificate = ""
        self.given = 0

    def routes(self) -> list[Route]:
        """The token endpoint, which nobody has to be signed in for."""
        return [Route("POST", "/services/oauth2/token", self._issue, public=True)]

    def known(self, authorization: str) -> bool:
        """Whether the header carries a token that has not ended."""
        scheme, _, token = authorization.partition(" ")
        ends = self._ends.get(token)
        return scheme == "Bearer" and ends is not None and self._clock() < ends

    def end(self) -> None:
        """End every session, as an administrator can."""
        self._ends.clear()

    def _issue(self, call: Call) -> Answer:
        form: Mapping[str, object] = call.body if isinstance(call.body, Mapping) else {}
        if form.get("grant_type") == JWT_BEARER:
            self._check_assertion(str(form.get("assertion", "")), call.url)
            return self._given(call)
        if form.get("grant_type") != "client_credentials":
            raise _refused("unsupported_grant_type", "grant type not supported")
        if form.get("client_id") != CLIENT_ID:
            raise _refused("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(str(form.get("client_secret", "")).encode(), CLIENT_SECRET.encode()):
            raise _refused("invalid_client", "invalid client credentials")
        return self._given(call)

    def _check_assertion(self, assertion: str, site: str) -> None:
        """Signed by the app's key, for this site, about the one user, and good for a moment only; 400 for any other."""
        needed: Options = {"require": ["iss", "sub", "aud", "exp"]}
        try:
            said = jwt.decode(assertion, self.certificate, algorithms=["RS256"], audience=[LOGIN, site], options=needed)
        except jwt.PyJWTError as wrong:
            raise _refused("invalid_grant", "invalid assertion") from wrong
        if said["iss"] != CLIENT_ID:
            raise _refused("invalid_client_id", "client identifier invalid")
        if said["sub"] != USERNAME:
            raise _refused("invalid_grant", "user hasn't approved this consumer")
        if said["exp"] > time.time() + LONGEST + 1:
            raise _refused("invalid_grant", "expiry is too far ahead")

    def _given(self, call: Call) -> Answer:
        token = f"{ORGANISATION}!{secrets.token_urlsafe(24)}"
        self.given += 1
        self._ends[token] = self._clock() + self.life
        body: Payload = {
            "access_token": token,
            "instance_url": call.url,
            "id": f"{call.url}/id/{ORGANISATION}/{self._user}",
            "token_type": "Bearer",
            "issued_at": str(int(self._clock().timestamp() * 1000)),
            "signature": secrets.token_urlsafe(24),
            "scope": "api",
        }
        return Answer(200, body)


def _refused(error: str, description: str) -> Refusal:
    return Refusal(400, {"error": error, "error_description": description})
