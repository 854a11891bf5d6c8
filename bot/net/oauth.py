"""Tokens by OAuth 2 (RFC 6749, RFC 7523): got once for everybody who waits, renewed before they end, dropped when refused."""

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import jwt

from bot.net.http import Answer, Http, Rejected
from bot.net.tokens import LIVES, Token
from handlers.errors import Invalid, NotFound, Trouble, Unavailable, Unknown

BARELY = 30.0
"""Seconds that a token must still live to be used when it could not be renewed."""
ASSERTION = 180.0
"""Seconds for which a signed assertion is good: Salesforce takes no more than three minutes."""
DEAD = "invalid_grant"
"""What a used up or revoked refresh token is called."""
DEAD_TOO = frozenset({"BAD_REFRESH_TOKEN"})
"""What HubSpot calls one besides."""
LONGEST_CODE = 60
"""Characters."""
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class SignInAgain(Invalid):
    """The system takes the bot's credentials no more: an operator has to renew them. `code` is OAuth's word for it, if any."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


Obtain = Callable[[], Awaitable[Token]]


class TokenEndpoint:
    """Where one system gives out tokens to one client. `secret` is empty for a client that signs instead.

    `hint` says what an operator does when it refuses, with the names of the settings.
    """

    def __init__(
        self,
        http: Http,
        system: str,
        url: str,
        *,
        client: str,
        secret: str = "",
        hint: str = "An operator has to renew its credentials.",
    ) -> None:
        self.system = system
        self.hint = hint
        self.client = client
        self.url = url
        self._http = http
        self._secret = secret

    async def ask(self, grant: str, **more: str) -> Token:
        """A token for a grant. Raises SignInAgain when it is refused, Unavailable, Unknown when the answer was lost."""
        form = {"grant_type": grant, "client_id": self.client, **more}
        form |= {"client_secret": self._secret} if self._secret else {}
        try:
            answer = await self._http.form(f"{self.system} sign-in", self.url, form)
        except Rejected as refused:
            code = code_of(refused.data)
            raise SignInAgain(
                f"{self.system} refuses to sign the bot in ({code or refused.status}). {self.hint}", code=code
            ) from refused
        except NotFound as nowhere:
            words = f"There is nothing at the address where {self.system} signs the bot in. An operator has to correct it."
            raise SignInAgain(words) from nowhere
        return token_of(self.system, answer)


def code_of(data: object) -> str:
    """OAuth's word in a refusal; empty where there is none."""
    if not isinstance(data, Mapping):
        return ""
    return DEAD if data.get("status") in DEAD_TOO else known(data.get("error"))


def known(code: object) -> str:
    """OAuth's word for a refusal; empty for anything that is not spelled like one."""
    return code if isinstance(code, str) and code.isascii() and code.isidentifier() and len(code) <= LONGEST_CODE else ""


def token_of(system: str, answer: Answer) -> Token:
    """The token in an answer. Raises Unknown where there is none: it may have been given out all the same."""
    data = answer.data if isinstance(answer.data, Mapping) else {}
    access, refresh, lives, identity = (data.get(name) for name in ("access_token", "refresh_token", "expires_in", "id"))
    kind = data.get("token_type", "bearer")
    if (
        not isinstance(access, str)
        or not access
        or not access.isascii()
        or not access.isprintable()
        or str(kind).lower() != "bearer"
    ):
        raise Unknown(f"{system} answered the bot's sign-in without a token")
    return Token(
        access, seconds(lives), refresh if isinstance(refresh, str) else "", identity if isinstance(identity, str) else ""
    )


def seconds(lives: object) -> float:
    """`expires_in`, which some send as a text."""
    try:
        value = float(lives) if isinstance(lives, int | float | str) else math.nan
    except (ValueError, OverflowError):
        return LIVES
    return value if 0 < value < math.inf else LIVES


def client_credentials(endpoint: TokenEndpoint, *, scope: str = "") -> Obtain:
    """The bot signs in as itself."""

    async def obtain() -> Token:
        return await endpoint.ask("client_credentials", **({"scope": scope} if scope else {}))

    return obtain


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key in PEM, and what the system knows it by (`kid`, where it wants one). `subject` is as whom the bot signs in."""

    key: str = field(repr=False)
    subject: str
    audience: str
    kid: str = ""
    algorithm: str = "RS256"

    def assertion(self, issuer: str, *, now: float) -> str:
        """A statement that it is us, good once and for a moment. Raises Invalid for a key that cannot sign."""
        times = {"iat": int(now), "exp": int(now + ASSERTION)}
        claims = {"iss": issuer, "sub": self.subject, "aud": self.audience, "jti": secrets.token_hex(16), **times}
        try:
            return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": self.kid} if self.kid else None)
        except (jwt.PyJWTError, ValueError, TypeError) as wrong:
            raise Invalid("The bot's private key cannot sign. An operator has to set it as PEM.") from wrong


def jwt_bearer(endpoint: TokenEndpoint, signer: Signer, *, scope: str = "") -> Obtain:
    """The bot signs in by its key."""

    async def obtain() -> Token:
        assertion = signer.assertion(endpoint.client, now=time.time())
        return await endpoint.ask(JWT_BEARER, assertion=assertion, **({"scope": scope} if scope else {}))

    return obtain


class OAuth:
    """Auth by tokens that any process may get for itself: one at a time, and kept in memory only."""

    def __init__(self, system: str, obtain: Obtain, *, now: Callable[[], float] = time.monotonic) -> None:
        self._system = system
        self._obtain = obtain
        self._now = now
        self._token: Token | None = None
        self._ends = 0.0
        self._renewing: asyncio.Task[Token] | None = None

    async def header(self) -> str:
        """The header with a token that lives. Raises SignInAgain, Unavailable."""
        return bearer(await self.token())

    async def token(self) -> Token:
        """A token that lives. Raises SignInAgain, Unavailable."""
        token, left = self._token, self._ends - self._now()
        if token is not None and left > token.early:
            return token
        try:
            return await self._renewed()
        except Trouble:
            if token is not None and token is self._token and left > BARELY:
                return token
            raise

    def drop(self, header: str) -> None:
        """Forget the token, if it is still this one."""
        if self._token is not None and header == bearer(self._token):
            self._token = None

    async def _renewed(self) -> Token:
        """One request for all who wait; it goes on when one of them is cut off."""
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(), name=f"sign in at {self._system}")
            self._renewing.add_done_callback(self._ended)
        return await asyncio.shield(self._renewing)

    async def _renew(self) -> Token:
        asked = self._now()
        try:
            token = await self._obtain()
        except Unknown as lost:
            raise Unavailable(f"{lost}. Try again in a minute.") from lost
        self._token, self._ends = token, asked + token.lives
        return token

    def _ended(self, task: asyncio.Task[Token]) -> None:
        self._renewing = None
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody may be left


def bearer(token: Token) -> str:
    """The header for a token."""
    return f"Bearer {token.access}"
