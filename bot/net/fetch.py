"""The one way to open a URL that came from outside. It leads to the public internet or nowhere.

A name is resolved once, all its addresses are judged, and the connection goes to one of these, under the name that was asked for (so
certificates and virtual hosts work). Every socket passes the same judgement once more when it is made, whatever led to it.
No proxy of the environment is used: it would resolve the name again.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from bot.net.budget import clipped
from bot.net.http import CONNECT, secure
from bot.net.outcome import request_to
from bot.net.public import Target, Unsafe, is_public, target
from handlers.errors import Invalid, NotFound, Unavailable

TOTAL = 10.0
"""Seconds for everything: names, redirects, the whole body."""
MOST = 10 * 1024 * 1024
"""Bytes of a body, unpacked."""
REDIRECTS = 3
SYSTEM = "web"
"""What these requests are called in the figures."""
MOVED = frozenset({301, 302, 303, 307, 308})

AddressInfo = tuple[int, int, int, str, tuple[object, ...]]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Name and port -> addresses. Raises OSError."""
OpenSocket = Callable[[AddressInfo], socket.socket]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found. `url` is where it was after redirects, `type` is the media type in lower case without parameters."""

    url: str
    type: str
    data: bytes


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def system_socket(info: AddressInfo) -> socket.socket:
    """A socket for an address."""
    return socket.socket(info[0], info[1], info[2])


class Fetcher:
    """Opens URLs of strangers. `exempt` lists `host:port` of our own that need neither https nor a public address (stand-ins)."""

    def __init__(
        self,
        *,
        exempt: Collection[str] = (),
        resolve: Resolve = system_resolve,
        open_socket: OpenSocket = system_socket,
        context: ssl.SSLContext | None = None,
        total: float = TOTAL,
        most: int = MOST,
    ) -> None:
        self._exempt = frozenset(exempt)
        self._resolve = resolve
        self._open_socket = open_socket
        self._context = context or secure()
        self._total = total
        self._most = most

    async def fetch(self, url: str, *, types: Collection[str]) -> Fetched:
        """What stands at a URL, where it is of one of these media types.

        Raises Unsafe for an address that we do not open, there or after a redirect; Invalid for another type, a body that is too
        large or a refusal; NotFound; Unavailable where nobody answers in time.
        """
        try:
            async with asyncio.timeout(clipped("that address", self._total)):
                for _ in range(REDIRECTS + 1):
                    found = await self._hop(target(url, exempt=self._exempt), types)
                    if isinstance(found, Fetched):
                        return found
                    url = found
        except TimeoutError as late:
            raise Unavailable("That address did not answer in time. Try again in a minute.") from late
        raise Invalid(f"That address sends on more than {REDIRECTS} times; the bot stops there.")

    async def _hop(self, goal: Target, types: Collection[str]) -> Fetched | str:
        """One request: what was found, or where it is said to be."""
        addresses = await self._addresses(goal)
        connector = aiohttp.TCPConnector(
            ssl=self._context,
            resolver=Pinned(goal.host, addresses),
            socket_factory=lambda info: self._socket(goal, addresses, info),
            use_dns_cache=False,
            force_close=True,
        )
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT)
        headers = {"Accept": ", ".join(sorted(types)), "Accept-Encoding": "identity"}
        jar = aiohttp.DummyCookieJar()
        with request_to(SYSTEM):
            try:
                async with (
                    aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar, trust_env=False) as session,
                    session.get(goal.url, headers=headers, allow_redirects=False) as answer,
                ):
                    return await self._read(goal, answer, types)
            except (aiohttp.ClientError, OSError) as lost:
                raise Unavailable(f"{goal.host} cannot be reached, or broke off. Try again in a minute.") from lost

    async def _addresses(self, goal: Target) -> Sequence[str]:
        """Where a name leads. Raises Unsafe when any of it is not public: one of several addresses is chosen by chance."""
        literal = goal.host.strip("[]")
        with suppress(ValueError):
            return [str(ip_address(literal))]
        try:
            found = await self._resolve(goal.host, goal.port)
        except OSError as unknown:
            raise Unavailable(f"{goal.host} has no address. Check the spelling.") from unknown
        if not found or not (goal.is_exempt or all(is_public(address) for address in found)):
            raise Unsafe("The bot opens public addresses only, and this name leads to one that is not.")
        return found

    def _socket(self, goal: Target, addresses: Sequence[str], info: AddressInfo) -> socket.socket:
        """The last look, at the very address that is about to be called."""
        address, port = str(info[4][0]), info[4][1]
        if address not in addresses or port != goal.port or not (goal.is_exempt or is_public(address)):
            raise OSError(f"not one of the addresses that were judged: {address} port {port}")
        return self._open_socket(info)

    async def _read(self, goal: Target, answer: aiohttp.ClientResponse, types: Collection[str]) -> Fetched | str:
        if answer.status in MOVED and (where := answer.headers.get("Location")):
            return elsewhere(goal.url, where)
        if answer.status in (404, 410):
            raise NotFound("There is nothing at that address, or the bot may not see it.")
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own
            kind = Unavailable if answer.status >= 500 or answer.status == 429 else Invalid  # noqa: PLR2004 - as above
            raise kind(f"{goal.host} refused with status {answer.status}.")
        media = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media not in types:
            raise Invalid(f"What stands at that address is not of a type that the bot reads ({', '.join(sorted(types))}).")
        raw = bytearray()
        async for piece in answer.content.iter_chunked(64 * 1024):
            raw += piece
            if len(raw) > self._most:
                raise Invalid(f"What stands at that address is larger than {self._most} bytes; the bot does not read it.")
        return Fetched(goal.url, media, bytes(raw))


def elsewhere(url: str, location: str) -> str:
    """Where a redirect leads, to be judged like any other URL. Raises Unsafe for what cannot even be joined."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise Unsafe("That address sends on to something that is no address.") from None


class Pinned(AbstractResolver):
    """Knows one name, and what has been found out about it already."""

    def __init__(self, host: str, addresses: Sequence[str]) -> None:
        self._host = host
        self._addresses = addresses

    @override
    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        if host != self._host:
            raise OSError(f"nobody asked for {host}")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in self._addresses
        ]

    @override
    async def close(self) -> None:
        """There is nothing to close."""
