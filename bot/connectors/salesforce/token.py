"""The bot's session at Salesforce: one for all, renewed before it can have ended, asked for once however many want it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.net.http import Http, Rejected
from handlers.errors import Invalid

NAME = "Salesforce"
LIVES = 14 * 60.0
"""Seconds. The answer does not say when a token ends; the shortest session that an organisation can set is 15 minutes."""


@dataclass(frozen=True, slots=True)
class Session:
    """A token, and the id of the user whom it belongs to (empty where the answer does not say)."""

    token: str
    user: str

    @property
    def auth(self) -> str:
        """The header."""
        return f"Bearer {self.token}"


class Sessions:
    """Client credentials of one connected app."""

    def __init__(
        self, http: Http, url: str, client_id: str, client_secret: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._url = url
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._now = now
        self._session: Session | None = None
        self._ends = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def get(self) -> Session:
        """A session that lives. Raises Rejected when the credentials are refused, Unavailable when nobody answers."""
        async with self._one_at_a_time:
            if self._session is None or self._now() >= self._ends:
                before = self._now()
                self._session = await self._ask()
                self._ends = before + LIVES
            return self._session

    def drop(self, session: Session) -> None:
        """Forget a session that was refused: the next one who asks gets another."""
        if session is self._session:
            self._session = None

    async def _ask(self) -> Session:
        try:
            answer = await self._http.read(NAME, self._url, auth="", method="POST", form=self._form)
        except Rejected as refused:
            hint = "An operator has to renew SALESFORCE_CLIENT_SECRET, or correct SALESFORCE_CLIENT_ID and SALESFORCE_TOKEN_URL."
            sentence = f"Salesforce refuses the bot's credentials ({word(refused.data)}). {hint}"
            raise Rejected(sentence, status=401, data=refused.data) from refused
        data = answer.data if isinstance(answer.data, dict) else {}
        token, identity = data.get("access_token"), data.get("id")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise Invalid("Salesforce's answer has no access_token. Check SALESFORCE_TOKEN_URL.")
        return Session(token, identity.rpartition("/")[2] if isinstance(identity, str) else "")


def word(data: object) -> str:
    """An OAuth error's short name as it may be shown."""
    value = data.get("error") if isinstance(data, dict) else None
    return value if isinstance(value, str) and value.replace("_", "").isalnum() and len(value) < 60 else "no reason"  # noqa: PLR2004 - longer than any of RFC 6749
