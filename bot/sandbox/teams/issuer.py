"""The identity provider of the Bot Connector: real RS256 tokens, and the keys by which the bot checks them."""

import base64
import functools
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.sandbox.models import Clock, Payload
from bot.sandbox.teams.state import APP, CHANNEL

ISSUER = "https://api.botframework.com"
LIVES = 3600
"""Seconds that a token is good for."""
BITS = 2048
METADATA = "/issuer/.well-known/openidconfiguration"
ENDORSED = (CHANNEL, "webchat", "directline")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair. `endorsements` are the channels that it may sign for."""

    private: rsa.RSAPrivateKey
    kid: str = field(default_factory=lambda: secrets.token_urlsafe(20))
    endorsements: tuple[str, ...] = ENDORSED

    @property
    def jwk(self) -> Payload:
        """The public half, as the key set shows it."""
        public = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        rest = {name: public[name] for name in ("kty", "n", "e")}
        return {**rest, "use": "sig", "kid": self.kid, "x5t": self.kid, "endorsements": list(self.endorsements)}

    @property
    def pem(self) -> bytes:
        """The public half as everybody may have it."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form)


def new_key(*endorsements: str) -> SigningKey:
    """A fresh key; endorsed for what the Bot Connector's own are, unless told otherwise."""
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=BITS), endorsements=endorsements or ENDORSED)


@functools.cache
def first_pair() -> rsa.RSAPrivateKey:
    """The key pair that every stand-in of this process begins with: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS)


class Issuer:
    """Signs what is sent to the bot. `keys` are those that the key set shows; the last one signs.

    `url` is the stand-in's, `service_url` the connector's; both are known once it listens.
    """

    def __init__(self, clock: Clock) -> None:
        self.keys = [SigningKey(first_pair())]
        self.url = self.service_url = ""
        self._clock = clock

    def claims(self) -> Payload:
        """What a token says, good from now on for an hour."""
        now = int(self._clock().timestamp())
        return {"iss": ISSUER, "aud": APP, "nbf": now - 300, "iat": now, "exp": now + LIVES, "serviceurl": self.service_url}

    def sign(
        self,
        claims_over: Mapping[str, object] | None = None,
        *,
        key: SigningKey | None = None,
        kid: str | None = None,
        alg: str = "RS256",
    ) -> str:
        """A token. `claims_over` replaces claims, None takes one away; `kid` names a key in the header, whichever signs.

        `alg`: "none" signs nothing, "HS256" takes the public key for a secret. No honest bot accepts either.
        """
        signing = key or self.keys[-1]
        claims = {name: value for name, value in {**self.claims(), **(claims_over or {})}.items() if value is not None}
        header = {"kid": kid or signing.kid, "x5t": kid or signing.kid}
        if alg == "HS256":
            return confused(claims, header, signing.pem)
        if alg == "none":
            return jwt.encode(claims, "", algorithm=alg, headers=header)
        return jwt.encode(claims, signing.private, algorithm=alg, headers=header)

    def rotate(self, *, keep_old: bool = True) -> SigningKey:
        """Sign with a fresh key from now on. The old ones stay in the key set, or not."""
        fresh = new_key()
        self.keys = [*(self.keys if keep_old else ()), fresh]
        return fresh

    def foreign(self) -> SigningKey:
        """A key that nobody published."""
        return new_key()

    def unendorsed(self) -> SigningKey:
        """A key in the key set that may sign for other channels only; it does not become the one that signs."""
        fresh = new_key("webchat")
        self.keys.insert(0, fresh)
        return fresh

    def expired(self, seconds: int = LIVES) -> str:
        """A token that was good until so many seconds ago."""
        now = int(self._clock().timestamp())
        return self.sign({"iat": now - seconds - LIVES, "nbf": now - seconds - LIVES, "exp": now - seconds})

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The metadata and the key set."""
        router.add_get(METADATA, self.metadata)
        router.add_get("/issuer/keys", self.key_set)

    async def metadata(self, _: web.Request) -> web.Response:
        """Where the keys are."""
        found = {"issuer": ISSUER, "jwks_uri": f"{self.url}/issuer/keys", "id_token_signing_alg_values_supported": ["RS256"]}
        return web.json_response(found | {"token_endpoint_auth_methods_supported": ["private_key_jwt"]})

    async def key_set(self, _: web.Request) -> web.Response:
        """The public keys."""
        return web.json_response({"keys": [key.jwk for key in self.keys]})


def confused(claims: Mapping[str, object], header: Mapping[str, str], secret: bytes) -> str:
    """A token signed with what is public: the oldest trick of all, which libraries rightly refuse to play."""
    head, body = (encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256", **header}, claims))
    return f"{head}.{body}.{encoded(hmac.digest(secret, f'{head}.{body}'.encode(), hashlib.sha256))}"


def encoded(raw: bytes) -> str:
    """Base64 for addresses, without its padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
