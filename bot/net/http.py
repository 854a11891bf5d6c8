"""JSON over HTTP with deadlines. Reads are tried again; a write goes out once and says honestly how it ended."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import stamina

from bot.net.outcome import request_to
from bot.settings.environment import is_local
from handlers.errors import Busy, Invalid, NotFound, Trouble, Unavailable, Unknown

CONNECT, READ_TOTAL, WRITE_TOTAL = 3.0, 8.0, 10.0
"""Seconds. A person waits for a read; a write may take a little longer before its outcome counts as unknown."""
READ_ATTEMPTS = 3
"""Within the seconds of one read."""
LONGEST_PAUSE = 4.0
"""Seconds between two attempts; who asks for more is not asked again while a person waits."""
MAX_ANSWER = 8 * 1024 * 1024
"""Bytes; no record is that large."""
PER_HOST = 20
"""Connections to one system at a time."""
LONGEST_WAIT = 3600.0
"""Seconds; a system that asks for more is asked again after this."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """A system's answer: a status below 400, and its JSON (None for an empty body)."""

    status: int
    data: Any
    headers: Mapping[str, str]


class Rejected(Invalid):
    """The system refused the content. `status` and `data` are what it said."""

    def __init__(self, message: str, *, status: int, data: object) -> None:
        super().__init__(message)
        self.status = status
        self.data = data


class LostError(aiohttp.ClientError):
    """The connection of a write broke; aiohttp must not know it as one that it may repeat."""


class Http:
    """Two sessions: reads keep connections alive and may be repeated, writes do neither.

    aiohttp sends GET, PUT and DELETE a second time by itself when a connection breaks, a fresh one included. For a write that
    would be a second write, so a middleware gives such a break another name before aiohttp sees it. The environment's proxy is
    used but for this machine; its netrc is not, for it would sign in as somebody else. `before_write` is asked right before a
    write is sent, and may raise.
    """

    def __init__(
        self,
        *,
        read_total: float = READ_TOTAL,
        write_total: float = WRITE_TOTAL,
        before_write: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        context = secure()
        self._read_total = read_total
        self._before_write = before_write
        self._reads = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, limit_per_host=PER_HOST),
            timeout=aiohttp.ClientTimeout(total=read_total, sock_connect=CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._writes = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, limit_per_host=PER_HOST, force_close=True),
            timeout=aiohttp.ClientTimeout(total=write_total, sock_connect=CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(once,),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        await self._reads.close()
        await self._writes.close()

    async def read(
        self,
        system: str,
        url: str,
        *,
        auth: str,
        method: str = "GET",
        params: Mapping[str, str] | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request that changes nothing, its body as JSON or as a form. Raises NotFound, Rejected, Busy, Unavailable (after some attempts)."""

        async def once_more() -> Answer:
            with request_to(system):
                return await exchange(self._reads, system, method, url, auth=auth, params=params, body=body, form=form)

        return await tried_again(system, once_more, total=self._read_total)

    async def write(
        self, system: str, method: str, url: str, *, auth: str, body: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request that changes something, sent at most once.

        Raises Rejected, NotFound, Busy or Unavailable when it certainly had no effect, Unknown when nobody can say.
        """
        if self._before_write is not None:
            await self._before_write()
        with request_to(system):
            return await exchange(self._writes, system, method, url, auth=auth, body=body, headers=headers)


async def tried_again(system: str, read: Callable[[], Awaitable[Found]], *, total: float) -> Found:
    """A read, repeated while that may help and `total` seconds last. Raises what it raised last; Unavailable in Unknown's place."""
    retrying = stamina.retry_context(
        on=is_passing, attempts=READ_ATTEMPTS, timeout=total, wait_initial=0.1, wait_max=1.0, wait_jitter=0.3
    )
    try:
        async with asyncio.timeout(total):
            async for attempt in retrying:
                with attempt:
                    try:
                        return await read()
                    except Unknown as lost:
                        raise Unavailable(f"{lost}. Try again in a minute.") from lost
    except TimeoutError as late:
        raise Unavailable(f"{system} did not answer in time. Try again in a minute.") from late
    raise AssertionError("unreachable: the last attempt raises")


def is_passing(error: Exception) -> bool | float:
    """Whether a read is worth another attempt, or the seconds after which it is."""
    if isinstance(error, Busy):
        return error.after if error.after <= LONGEST_PAUSE else False
    return isinstance(error, Unavailable)


async def once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request, and hide from aiohttp's own retry that it may be one worth repeating."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as broken:
        raise LostError(str(broken)) from broken


def proxy_for(url: str) -> str | None:
    """The environment's proxy for an address; none for this machine and for what NO_PROXY names."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return None if is_local(host, private=False) or proxy_bypass(host) else getproxies().get(parts.scheme)


async def exchange(
    session: aiohttp.ClientSession,
    system: str,
    method: str,
    url: str,
    *,
    auth: str,
    params: Mapping[str, str] | None = None,
    body: object = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request and its answer, the vendor's errors made ours. Without `auth` it is nobody's, as one for a token is."""
    sent = {"Accept": "application/json", **(headers or {})} | ({"Authorization": auth} if auth else {})
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        sent["Content-Type"] = "application/json"
    elif form is not None:
        data, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    with sending(system):
        async with session.request(
            method, url, params=params, data=data, headers=sent, allow_redirects=False, proxy=proxy_for(url)
        ) as answer:
            raw = await bounded(system, answer)
            return understood(system, answer.status, raw, answer.headers)


@contextmanager
def sending(system: str) -> Iterator[None]:
    """What aiohttp meets while a request is under way, made ours: Unavailable when it was certainly not sent, else Unknown."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError, aiohttp.InvalidURL) as unsent:
        if isinstance(unsent, aiohttp.SocketTimeoutError):
            raise Unknown(f"{system} did not answer in time") from unsent
        raise Unavailable(
            f"{system} cannot be reached. Try again in a minute; an operator finds why with /bot status."
        ) from unsent
    except TimeoutError as late:
        raise Unknown(f"{system} did not answer in time") from late
    except (aiohttp.ClientError, OSError) as lost:
        raise Unknown(f"{system} broke off before it answered") from lost


async def bounded(system: str, answer: aiohttp.ClientResponse, most: int = MAX_ANSWER) -> bytes:
    """The body of an answer. Raises Unknown when it is longer than `most` bytes."""
    raw = bytearray()
    async for piece in answer.content.iter_any():
        raw += piece
        if len(raw) > most:
            raise Unknown(f"{system} answered with more than {most} bytes")
    return bytes(raw)


def secure() -> ssl.SSLContext:
    """TLS 1.2 or newer, with the certificates of the system."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def understood(system: str, status: int, raw: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer as data, or the trouble that its status means."""
    if status >= 500:  # noqa: PLR2004 - HTTP's own border
        raise Unknown(f"{system} answered with status {status}")
    try:
        data = whole(json.loads(raw)) if raw.strip() else None
    except (ValueError, RecursionError):
        data = None
        if status < 400:  # noqa: PLR2004 - as above
            raise Unknown(f"{system} answered with something that is no JSON") from None
    if status < 300:  # noqa: PLR2004 - as above
        return Answer(status, data, headers)
    raise refused(system, status, data, headers)


def refused(system: str, status: int, data: object, headers: Mapping[str, str]) -> Trouble:
    """The trouble that a status of 300 to 499 means. Nothing took effect."""
    match status:
        case 401:
            return Rejected(f"{system} refuses the bot's credentials. An operator has to renew them.", status=status, data=data)
        case 403:
            return Rejected(
                f"The bot may not do this in {system}. An operator has to widen its rights.", status=status, data=data
            )
        case 404:
            return NotFound(f"{system} has no such record, or the bot may not see it.")
        case 429:
            wait = retry_after(headers)
            return Busy(f"{system} is busy and asks to come back in {wait:.0f} seconds.", after=wait)
        case _:
            return Rejected(f"{system} refused the request (status {status}).", status=status, data=data)


def whole(data: Any) -> Any:  # noqa: ANN401 - the vendor's JSON
    """The data with halves of characters replaced, and zero characters: a text that was cut inside an emoji can be neither hashed
    nor sent on, and PostgreSQL keeps no text with a zero in it, so that an outcome that quotes it could never be recorded.
    """
    match data:
        case str():
            return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
        case list():
            return [whole(item) for item in data]
        case dict():
            return {whole(name): whole(item) for name, item in data.items()}
        case _:
            return data


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that a 429 asks for, as a number or as a date; one second where it names none."""
    text = headers.get("Retry-After", "")
    if text.replace(".", "", 1).isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 1.0
    return min(max(seconds, 0.0), LONGEST_WAIT)
