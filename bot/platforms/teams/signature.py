"""Whether a request comes from the Bot Connector. The token does not sign the body, so the body is held against what it says."""

from dataclasses import dataclass

import jwt

from bot.platforms.teams.keys import Keys
from bot.platforms.teams.receive import Letter
from bot.settings.hosts import allowed

LEEWAY = 300
"""Seconds by which clocks may differ (Azure Bot Service, "Connector to Bot authentication")."""
LONGEST_TOKEN = 16_384
"""Characters; Microsoft's have about 1,500."""
NAMED = ("serviceurl", "serviceUrl")
"""Both spellings of the claim that Microsoft documents."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a verified token: where it may be answered, and for which channels it speaks."""

    service_url: str
    endorsements: frozenset[str]

    def may_say(self, letter: Letter, *, hosts: str, tenant: str) -> bool:
        """Whether this body may come with this token: same address, endorsed channel, one of our hosts, our tenant."""
        return (
            letter.service_url == self.service_url
            and letter.channel_id in self.endorsements
            and allowed(self.service_url, hosts)
            and letter.tenant.casefold() in ("", tenant.casefold())
        )


class Signature:
    """Checks the Authorization header of every request."""

    def __init__(self, keys: Keys, app_id: str) -> None:
        self._keys = keys
        self._app_id = app_id

    async def check(self, header: str) -> Caller | None:
        """The caller; None for every token that is not Microsoft's for this bot, now. Never raises."""
        scheme, _, token = header.partition(" ")
        if scheme.casefold() != "bearer" or not token.isascii() or len(token) > LONGEST_TOKEN:
            return None
        try:
            head = jwt.get_unverified_header(token.strip())
            kid = head.get("kid")
            if head.get("alg") != "RS256" or not isinstance(kid, str) or (key := await self._keys.find(kid)) is None:
                return None
            claims = jwt.decode(
                token.strip(), key.public, algorithms=["RS256"], audience=self._app_id, issuer=list(self._keys.issuers),
                leeway=LEEWAY, options={"require": ["exp", "aud", "iss"]},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError):
            return None
        urls = [url for name in NAMED if isinstance(url := claims.get(name), str) and url]
        return Caller(urls[0], key.endorsements) if urls else None
