"""How a stand-in of a chat platform speaks to the bot: one HTTP request, and what came back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from bot.sandbox.models import Payload

AGAIN = 0.2
"""Seconds before something that nobody acknowledged is sent again; the platforms themselves take up to an hour for it."""
Reply = tuple[int, object]
"""Status and body: parsed where it is JSON, else the text. Status 0: there was no answer, the body says why."""
BUSY = frozenset({0, 503})
"""Answers of a bot that could not take it just now; everything else is its word."""


@dataclass(slots=True)
class Sender:
    """Sends requests over connections that are used once."""

    _session: aiohttp.ClientSession | None = None

    async def post(self, url: str, raw: bytes, headers: Mapping[str, str], *, patience: float) -> Reply:
        """Send these bytes, and wait for so many seconds."""
        if self._session is None:
            connector = aiohttp.TCPConnector(force_close=True)  # a kept connection would repeat a request that broke
            self._session = aiohttp.ClientSession(connector=connector)
        limit = aiohttp.ClientTimeout(total=patience)
        try:
            async with self._session.post(url, data=raw, headers=headers, timeout=limit) as answer:
                return answer.status, read(await answer.text())
        except (aiohttp.ClientError, TimeoutError) as lost:
            return 0, type(lost).__name__

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def read(text: str) -> object:
    """JSON where it is that."""
    try:
        found: object = json.loads(text)
    except ValueError:
        return text
    return found


def first_object(replies: Sequence[Reply]) -> Payload:
    """The first answer that was accepted and says something; empty when there is none."""
    return next((body for status, body in replies if status == 200 and isinstance(body, dict) and body), {})  # noqa: PLR2004 - HTTP's own
