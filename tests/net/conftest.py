"""A server that misbehaves on request, byte for byte, and counts what reached it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from bot.net.http import Http
from bot.net.pace import Pace

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Each request is answered by the next act; the last one stays."""

    acts: tuple[Act, ...] = ()
    requests: list[str] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            self.requests.append(head.decode())
            await self.acts[min(len(self.requests), len(self.acts)) - 1](writer)

    def does(self, *acts: Act) -> "Server":
        self.acts = acts
        return self


def says(status: int, body: object = None, *, raw: bytes | None = None, **headers: object) -> Act:
    """A whole answer."""

    async def act(writer: asyncio.StreamWriter) -> None:
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{more}\r\n".encode() + content)
        await writer.drain()

    return act


async def resets(writer: asyncio.StreamWriter) -> None:
    """The request has arrived, the line breaks."""
    writer.transport.abort()


async def hangs(_writer: asyncio.StreamWriter) -> None:
    """Silence."""
    await asyncio.Event().wait()


async def says_half(writer: asyncio.StreamWriter) -> None:
    """Half a body, then the line breaks."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"half":')
    await writer.drain()
    writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await found.serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(one(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/records"
    yield found
    listening.close()
    for task in [*tasks]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http() as opened:
        yield opened


@pytest.fixture
def acts() -> type:
    """The vocabulary, for tests that cannot import this file."""

    class Acts:
        says = staticmethod(says)
        resets = staticmethod(resets)
        hangs = staticmethod(hangs)
        says_half = staticmethod(says_half)

    return Acts


@pytest.fixture
def unused_port() -> int:
    """A port on loopback at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture(params=["memory", "redis"])
async def pair(request, redis):
    """The paces of two workers: of one process, or of two that share a Redis."""
    if request.param == "memory":
        async with Pace() as only:
            yield only, only
        return
    async with Pace(redis.url) as one, Pace(redis.url) as two:
        yield one, two
