"""The line to Microsoft: one session with deadlines, a bounded answer, and no repeats of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.net.download import download
from bot.net.http import CONNECT, PER_HOST, WRITE_TOTAL, bounded, once, proxy_for, secure, sending, whole
from bot.net.outcome import request_to

SYSTEM = "Teams"
KEEP_ALIVE = 10.0
"""Seconds for which an idle connection is used again."""
LONGEST_ANSWER = 2 * 1024 * 1024
"""Bytes; a page of members has a tenth of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it came: its status, its JSON (None where there is none), its headers."""

    status: int
    data: Any
    headers: Mapping[str, str]


class Line:
    """One session for keys, tokens and the connector."""

    def __init__(self, *, total: float = WRITE_TOTAL) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=secure(), limit_per_host=PER_HOST, keepalive_timeout=KEEP_ALIVE),
            timeout=aiohttp.ClientTimeout(total=total, sock_connect=CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(once,),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        await self._session.close()

    async def send(
        self,
        method: str,
        url: str,
        *,
        auth: str = "",
        body: object = None,
        form: Mapping[str, str] | None = None,
    ) -> Said:
        """One request, sent once. Raises Unavailable when it was certainly not sent, Unknown when no answer came.

        No redirect is followed: the Authorization header goes to nobody whom we did not choose.
        """
        headers = {"Accept": "application/json", **({"Authorization": auth} if auth else {})}
        data: object = form
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        with request_to(SYSTEM), sending(SYSTEM):
            async with self._session.request(
                method, _exact(url), data=data, headers=headers, allow_redirects=False, proxy=proxy_for(url)
            ) as answer:
                raw = await bounded(SYSTEM, answer, LONGEST_ANSWER)
                return Said(answer.status, parsed(raw), answer.headers)

    async def file(self, url: str) -> bytes:
        """A file that somebody sent; the address was judged. Raises Invalid, NotFound, NotAllowed, Unavailable."""
        return (await download(self._session, SYSTEM, url, headers={}))[1]


def _exact(url: str) -> Any:  # noqa: ANN401 - aiohttp's own address type, of a library that it brings
    """The address as it stands: a conversation's id is percent-encoded in it, and must stay so."""
    from yarl import URL  # noqa: PLC0415 - aiohttp has it loaded

    return URL(url, encoded=True)


def parsed(raw: bytes) -> Any:  # noqa: ANN401 - a server's JSON
    """The JSON of an answer; None for an empty one and for one that is none."""
    try:
        return whole(json.loads(raw)) if raw.strip() else None
    except (ValueError, RecursionError):
        return None
