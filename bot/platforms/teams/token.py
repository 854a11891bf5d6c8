"""The bot's own token, with which it speaks: one for all, renewed before it ends, asked for once however many want it."""

import asyncio
import time

from bot.platforms.teams.line import Line
from handlers.errors import Invalid, Unavailable, Unknown

SCOPE = "https://api.botframework.com/.default"
"""What a bot asks for to speak (Azure Bot Service, "Bot to Connector authentication")."""
EARLY = 60.0
"""Seconds before its end at which a token is renewed."""
LIVES = 3600.0
"""Seconds, where the answer does not say."""


class OutboundToken:
    """Client credentials of one app."""

    def __init__(self, line: Line, url: str, app_id: str, password: str) -> None:
        self._line = line
        self._url = url
        self._form = {"grant_type": "client_credentials", "client_id": app_id, "client_secret": password, "scope": SCOPE}
        self._token = ""
        self._ends = 0.0
        self._asking: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that lives. Raises Invalid when the credentials are refused, Unavailable when nobody answers."""
        if self._token and time.monotonic() < self._ends:
            return self._token
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        return await asyncio.shield(self._asking)

    def drop(self, token: str) -> None:
        """Forget a token that was refused: the next one who asks gets another."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        """Give up what is being asked for."""
        if (task := self._asking) is not None:
            task.cancel()
            await asyncio.wait([task])

    def _asked(self, task: asyncio.Task[str]) -> None:
        self._asking = None
        if not task.cancelled():
            task.exception()  # whoever waited was told; with nobody waiting there is nobody to tell

    async def _ask(self) -> str:
        before = time.monotonic()
        try:
            said = await self._line.send("POST", self._url, form=self._form)
        except Unknown as lost:
            raise Unavailable(f"{lost}. Try again in a minute.") from lost
        data = said.data if isinstance(said.data, dict) else {}
        token, lives = data.get("access_token"), data.get("expires_in")
        if said.status == 200 and isinstance(token, str) and token:  # noqa: PLR2004 - HTTP's own number
            seconds = float(lives) if isinstance(lives, int | float | str) and str(lives).isdecimal() else LIVES
            self._token, self._ends = token, before + max(seconds - EARLY, seconds / 2)
            return token
        if said.status in (400, 401, 403):
            hint = "An operator has to renew TEAMS_APP_PASSWORD, or correct TEAMS_APP_ID and TEAMS_TENANT_ID."
            raise Invalid(f"Microsoft refuses the bot's credentials ({word(data.get('error'))}). {hint}")
        raise Unavailable(f"Microsoft gave the bot no token (status {said.status}). Try again in a minute.")


def word(value: object) -> str:
    """An error's short name as it may be shown."""
    return value if isinstance(value, str) and value.replace("_", "").isalnum() and len(value) < 60 else "no reason"  # noqa: PLR2004 - longer than any of RFC 6749
