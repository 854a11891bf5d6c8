"""The keys with which Microsoft signs what it sends: fetched beside the requests, kept while their server is away."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from bot.platforms.teams.line import Line
from bot.settings.addresses import address_problem
from bot.watch import log
from handlers.errors import Trouble, Unavailable

PATIENCE = 2.0
"""Seconds for both documents together; who waits for an unknown key waits no longer."""
DAY = 24 * 3600.0
"""Seconds after which keys are fetched again, beside the requests."""
MINUTE = 60.0
"""Seconds between two fetches because of a key that nobody knows: forgers can invent as many as they like."""
FIRST = 2.0
"""Seconds between two attempts while no key was ever had."""
ISSUER = "https://api.botframework.com"
"""Who the Bot Connector says it is (Azure Bot Service, "Connector to Bot authentication")."""
logger = log.get("teams")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key and the channels that may be spoken for with it."""

    public: Any
    endorsements: frozenset[str]


class Keys:
    """Keys by their id. `url` is TEAMS_OPENID_URL."""

    def __init__(self, line: Line, url: str, *, patience: float = PATIENCE) -> None:
        self._line = line
        self._url = url
        self._patience = patience
        self._keys: Mapping[str, SigningKey] = {}
        self._read_at: float | None = None
        self._asked_at = float("-inf")
        self._unknown_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self.issuers = frozenset({ISSUER})

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id; None for one that nobody publishes. Known keys are never waited for."""
        now = time.monotonic()
        if (found := self._keys.get(kid)) is not None:
            if self._read_at is None or now - self._read_at > DAY:
                self._begin(now, after=MINUTE)
            return found
        if self._read_at is None:
            self._begin(now, after=FIRST)
        elif now - self._unknown_at > MINUTE and self._fetching is None:
            self._unknown_at = now
            self._begin(now, after=0.0)
        if (task := self._fetching) is not None:
            await asyncio.wait([task])
        return self._keys.get(kid)

    def warm(self) -> None:
        """Fetch the keys before the first message needs them."""
        self._begin(time.monotonic(), after=FIRST)

    async def close(self) -> None:
        """Give up what is being fetched."""
        if (task := self._fetching) is not None:
            task.cancel()
            await asyncio.wait([task])

    def _begin(self, now: float, *, after: float) -> None:
        """Fetch, unless that is under way or was tried less than `after` seconds ago."""
        if self._fetching is None and now - self._asked_at >= after:
            self._asked_at = now
            self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                issuer, keys = await published(self._line, self._url)
        except (Trouble, TimeoutError) as trouble:
            kept = f"{len(self._keys)} older keys stay in use" if self._keys else "no message can be verified until it does"
            logger.warning("the keys of Teams cannot be fetched", reason=str(trouble) or "no answer in time", kept=kept)
        else:
            self._keys, self._read_at = keys, time.monotonic()
            self.issuers = frozenset({ISSUER, issuer} - {""})
        finally:
            self._fetching = None


async def published(line: Line, url: str) -> tuple[str, Mapping[str, SigningKey]]:
    """The issuer and its keys, as both documents say. Raises Unavailable, Unknown."""
    metadata = (await line.send("GET", url)).data
    where = metadata.get("jwks_uri") if isinstance(metadata, dict) else None
    if not isinstance(where, str) or not where or address_problem("jwks_uri", where, private=False):
        raise Unavailable("TEAMS_OPENID_URL does not lead to a document with a jwks_uri that can be used.")
    found = (await line.send("GET", where)).data
    listed = found.get("keys") if isinstance(found, dict) else None
    keys = {name: key for each in (listed if isinstance(listed, list) else ()) for name, key in signing(each)}
    if not keys:
        raise Unavailable("The key server of Teams published no key that can be used.")
    issuer = metadata.get("issuer")
    return issuer if isinstance(issuer, str) else "", keys


def signing(document: object) -> list[tuple[str, SigningKey]]:
    """A published RSA key under its id; nothing for any other, or for one that cannot be read."""
    if not isinstance(document, dict) or document.get("kty") != "RSA" or not isinstance(kid := document.get("kid"), str):
        return []
    try:
        public = jwt.PyJWK(document, algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        return []
    named = document.get("endorsements")
    endorsed = frozenset(each for each in (named if isinstance(named, list) else ()) if isinstance(each, str))
    return [(kid, SigningKey(public, endorsed))]
