"""A stand-in as a process of its own, and on which port it listens."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from aiohttp import web

from bot.sandbox.models import SandboxBroken
from bot.sandbox.server import HOST


class Served(Protocol):
    """A stand-in that is started and stopped."""

    async def start(self, port: int = 0) -> None:
        """Listen. Raises SandboxBroken when the port is taken."""
        ...

    async def stop(self) -> None:
        """Close at once."""
        ...


def run(opened: AbstractAsyncContextManager[Mapping[str, str]]) -> int:
    """Print the settings that the block gives, one per line, and stay in it until SIGINT or SIGTERM. The exit code."""
    try:
        asyncio.run(serve(opened))
    except SandboxBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def serve(opened: AbstractAsyncContextManager[Mapping[str, str]]) -> None:
    """Stay in the block until somebody stops the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with opened as settings:
        for name, value in settings.items():
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.flush()
        await stop.wait()


@asynccontextmanager
async def standing(standin: Served, port: int, settings: Callable[[], Mapping[str, str]]) -> AsyncIterator[Mapping[str, str]]:
    """A stand-in during the block, and the settings that point at it. Raises SandboxBroken when the port is taken."""
    await standin.start(port)
    try:
        yield settings()
    finally:
        await standin.stop()


async def listen(runner: web.AppRunner, port: int, *, what: str) -> str:
    """Let an application listen on loopback, and say at which address; port 0 is any free one. Raises SandboxBroken when it is taken."""
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        await runner.cleanup()
        raise SandboxBroken(f"Port {port} for {what} is taken: choose another one.") from error
    return f"http://{HOST}:{runner.addresses[0][1]}"
