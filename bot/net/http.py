"""JSON over HTTP with deadlines. Reads are tried again; a write goes out once and says honestly how it ended."""

import asyncio
import functools
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import stamina

from bot.net.again import say_little
from bot.net.answer import LONGEST_WAIT, MAX_ANSWER, Answer, Rejected, Said, bounded, retry_after, understood, whole
from bot.net.auth import Auth, signed
from bot.net.away import asking_of
from bot.net.breaker import Breakers
from bot.net.budget import LEAST_WRITE, clipped
from bot.net.headers import quota
from bot.net.outcome import NotAsked, request_to
from bot.net.pace import Pace
from bot.net.slots import Slots
from bot.net.tokens import NoStores, TokenStores
from bot.settings.addresses import is_local
from handlers.errors import Busy, Unavailable, Unknown

__all__ = [
    "CONNECT", "LONGEST_WAIT", "MARGIN", "MAX_ANSWER", "PER_HOST", "READ_TOTAL", "WRITE_TOTAL", "Answer", "Http", "Rejected", "bounded", "once",
    "proxy_for", "retry_after", "secure", "sending", "tried_again", "whole",
]  # fmt: skip
"""One address for all who call systems."""
CONNECT, READ_TOTAL, WRITE_TOTAL = 3.0, 8.0, 10.0
"""Seconds. A person waits for a read; a write may take a little longer before its outcome counts as unknown."""
READ_ATTEMPTS = 3
"""Within the seconds of one read."""
LONGEST_PAUSE = 4.0
"""Seconds between two attempts; who asks for more is not asked again while a person waits."""
MARGIN = 0.05
"""Seconds by which a request ends before the read it belongs to, so that it is known to have hung."""
PER_HOST = 20
"""Connections to one system at a time."""

Found = TypeVar("Found")


class LostError(aiohttp.ClientError):
    """The connection of a write broke; aiohttp must not know it as one that it may repeat."""


class Http:
    """Two sessions: reads keep connections alive and may be repeated, writes do neither.

    aiohttp sends GET, PUT and DELETE a second time by itself when a connection breaks, a fresh one included. For a write that
    would be a second write, so a middleware gives such a break another name before aiohttp sees it. The environment's proxy is
    used but for this machine; its netrc is not, for it would sign in as somebody else. `before_write` is asked right before a
    write is sent, and may raise. A system that fails too often is left alone (`breakers`), and one that hangs leaves room for the
    others (`slots`): both raise Busy at once instead of asking it. What its headers say of its limits all workers go by (`pace`).
    Every deadline is cut to what the job at hand has left (`bot.net.budget`). `tokens` is where those find their tokens who sign in by
    ones that all processes share.
    """

    def __init__(
        self,
        *,
        read_total: float = READ_TOTAL,
        write_total: float = WRITE_TOTAL,
        before_write: Callable[[], Awaitable[None]] | None = None,
        breakers: Breakers | None = None,
        pace: Pace | None = None,
        slots: Slots | None = None,
        tokens: TokenStores | None = None,
    ) -> None:
        self.tokens = tokens or NoStores()
        self._last: list[Callable[[], Awaitable[None]]] = []
        context = secure()
        self._breakers = breakers or Breakers()
        self._pace = pace or Pace()
        self._slots = slots or Slots()
        self._read_total = read_total
        self._write_total = write_total
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
        try:
            for finish in self._last:
                await finish()
        finally:
            await self._reads.close()
            await self._writes.close()

    def before_closing(self, finish: Callable[[], Awaitable[None]]) -> None:
        """Have this awaited while there still are connections, at the very end."""
        self._last.append(finish)

    async def read(
        self,
        system: str,
        url: str,
        *,
        auth: str | Auth,
        method: str = "GET",
        params: Mapping[str, str] | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request that changes nothing, its body as JSON or as a form. Raises NotFound, Rejected, Busy, Unavailable (after some attempts)."""
        total = clipped(system, self._read_total)
        end = time.monotonic() + total

        async def asked(header: str) -> Answer:
            async with self.admitted(system):
                left = max(end - time.monotonic() - MARGIN, MARGIN)
                sent = exchange(self._reads, system, method, url, auth=header, params=params, body=body, form=form, total=left)
                return await self._understood(system, sent)

        async def once_more() -> Answer:
            return await signed(auth, asked)

        return await tried_again(system, once_more, total=total)

    async def write(
        self, system: str, method: str, url: str, *, auth: str | Auth, body: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request that changes something, sent at most once.

        Raises Rejected, NotFound, Busy or Unavailable when it certainly had no effect, Unknown when nobody can say.
        """

        async def asked(header: str) -> Answer:
            total = clipped(system, self._write_total, least=LEAST_WRITE)
            async with self.admitted(system, first=self._before_write):
                sent = exchange(self._writes, system, method, url, auth=header, body=body, headers=headers, total=total)
                return await self._understood(system, sent)

        return await signed(auth, asked)

    async def form(self, system: str, url: str, form: Mapping[str, str]) -> Answer:
        """A form that is posted once, without credentials but those in it: how tokens are asked for. Raises as `write` does.

        A job in a hurry does not cut it short: the answer is for others, too, and may exist once.
        """
        total = self._write_total
        async with self.admitted(system):
            return await self._understood(system, exchange(self._writes, system, "POST", url, form=form, total=total))

    @property
    def kept_alive(self) -> aiohttp.ClientSession:
        """The session of reads, for a library that brings its own way of speaking (`bot.net.guest`). Nobody else closes it."""
        return self._reads

    @asynccontextmanager
    async def admitted(self, system: str, *, first: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[None]:
        """The block may ask the system. Raises Busy when it is not to be asked right now."""
        with asking_of(system.lower()):
            await self._pace.turn(system.lower(), system)
            async with self._slots.one(system), self._breakers.guard(system, first=first):
                with request_to(system):
                    yield

    async def _understood(self, system: str, sent: Awaitable[Said]) -> Answer:
        """An answer as data, after all workers have been told what it says of the system's limits."""
        said = await sent
        await self.told(system, said.headers)
        try:
            return understood(system, said.status, said.raw, said.headers)
        except Busy as busy:
            await self.put_off(system, busy.after)
            raise

    async def left_alone(self) -> frozenset[str]:
        """Systems that failed too often and have not answered since."""
        return await self._breakers.open()

    async def told(self, system: str, headers: Mapping[str, str]) -> None:
        """Let all workers know what an answer's headers say of the system's limits."""
        if (left := quota(system, headers, now=time.time())) is not None:
            await self._pace.told(system.lower(), left)

    async def put_off(self, system: str, seconds: float) -> None:
        """Let no worker ask the system for a while: it has asked for that."""
        await self._pace.put_off(system.lower(), seconds)


async def tried_again(system: str, read: Callable[[], Awaitable[Found]], *, total: float) -> Found:
    """A read, repeated while that may help and `total` seconds last. Raises what it raised last; Unavailable in Unknown's place."""
    say_little()
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
    if isinstance(error, NotAsked):
        return False
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
    total: float,
    auth: str = "",
    params: Mapping[str, str] | None = None,
    body: object = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said:
    """One request and its answer within `total` seconds. Raises as `sending` says."""
    sent = {"Accept": "application/json", **({"Authorization": auth} if auth else {}), **(headers or {})}
    data: bytes | Mapping[str, str] | None = form
    if body is not None:
        sent["Content-Type"], data = "application/json", json.dumps(body).encode()
    with sending(system):
        async with (
            asyncio.timeout(total),
            session.request(
                method, url, params=params, data=data, headers=sent, allow_redirects=False, proxy=proxy_for(url)
            ) as answer,
        ):
            return Said(answer.status, await bounded(system, answer), answer.headers)


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


@functools.cache
def secure() -> ssl.SSLContext:
    """TLS 1.2 or newer, with the certificates of the system. One for all sessions: reading the certificates takes 50 ms."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
