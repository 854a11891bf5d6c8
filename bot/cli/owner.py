"""One process owns a data directory; others hand their commands to it over a unix socket in the directory."""

import asyncio
import io
import json
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from filelock import FileLock, Timeout

from bot.cli.out import Failure, Frames, Out, replay
from bot.watch import log

LOCK, SOCKET, PID = "owner.lock", "owner.sock", "owner.pid"
LONGEST_ADDRESS = 100
"""Bytes; the kernel takes 107 for the path of a unix socket."""
PATIENCE = 90.0
"""Seconds to wait for an owner that is starting, or for another command that holds the directory."""

LARGEST_COMMAND = 64 * 1024 * 1024
"""Bytes; the paths of a large folder, spelled out by a shell, are some."""

logger = log.get("owner")
Command = Callable[[Mapping[str, object], Out], Awaitable[int]]


def make_data_dir(folder: Path) -> Path:
    """The data directory, for its owner only. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    probe = folder / f".probe.{os.getpid()}"
    probe.touch(mode=0o600)
    probe.unlink()
    return folder.resolve()


class Ownership:
    """The lock on a data directory. The kernel lets go of it when the process dies, however it dies."""

    def __init__(self, data_dir: Path) -> None:
        self._dir = data_dir
        self._lock = FileLock(data_dir / LOCK, mode=0o600)

    def take(self) -> bool:
        """Whether the directory is ours now."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        (self._dir / PID).write_text(str(os.getpid()))
        return True

    def holder(self) -> str:
        """The process that has it, for an error message."""
        try:
            return (self._dir / PID).read_text().strip()
        except OSError:
            return "unknown"

    def release(self) -> None:
        """Give it back."""
        self._lock.release()


@asynccontextmanager
async def reachable(data_dir: Path) -> AsyncIterator[str]:
    """An address of the socket that is short enough for the kernel, also in a deep directory."""
    path = str(data_dir / SOCKET)
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield path
        return
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)


@asynccontextmanager
async def receiving(data_dir: Path, command: Command) -> AsyncIterator[None]:
    """Do other processes' commands while the block runs. The socket is for the same user only."""
    app = web.Application(client_max_size=LARGEST_COMMAND)
    app.router.add_post("/command", handed(command))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    (data_dir / SOCKET).unlink(missing_ok=True)
    async with reachable(data_dir) as address:
        before = os.umask(0o177)
        try:
            await web.UnixSite(runner, address).start()
        finally:
            os.umask(before)
        try:
            yield
        finally:
            await runner.cleanup()
            (data_dir / SOCKET).unlink(missing_ok=True)


def handed(command: Command) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The route that runs one command and streams what it says, a JSON frame a line."""

    async def handle(request: web.Request) -> web.StreamResponse:
        arguments = await request.json()
        if not isinstance(arguments, dict):
            raise web.HTTPBadRequest(reason="A command is a JSON object.")
        answer = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await answer.prepare(request)
        frames: asyncio.Queue[dict[str, object]] = asyncio.Queue()

        async def work() -> None:
            try:
                frames.put_nowait({"exit": await command(arguments, Frames(frames.put_nowait, frames.join))})
            except Failure as failure:
                frames.put_nowait({"failure": str(failure)})
            except Exception:
                number = secrets.token_hex(4)
                logger.exception("bug", error_id=number, command=arguments.get("command"))
                frames.put_nowait(
                    {"failure": f"Something went wrong inside the running bot (error {number}). Look into its log."}
                )

        task = asyncio.create_task(work())
        try:
            if not await tell(answer, frames):
                logger.info("nobody waited for this command; it was brought to its end", command=arguments.get("command"))
        except asyncio.CancelledError:
            task.cancel()
            raise
        await task
        return answer

    return handle


async def tell(answer: web.StreamResponse, frames: asyncio.Queue[dict[str, object]]) -> bool:
    """Send every frame up to the last one. False: the other end has gone; the command's words are dropped, so that it ends."""
    frame: dict[str, object] = {}
    heard = True
    while not frame.keys() & {"exit", "failure"}:
        frame = await frames.get()
        if heard:
            try:
                await answer.write(json.dumps(frame).encode() + b"\n")
            except ConnectionError:
                heard = False
        frames.task_done()
    return heard


async def hand_over(data_dir: Path, arguments: Mapping[str, object], out: Out) -> int | None:
    """Let the owner do it; its exit code. None: there is no owner to be reached (yet). Raises Failure."""
    async with reachable(data_dir) as address:
        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.UnixConnector(address), timeout=aiohttp.ClientTimeout(total=None)
                ) as session,
                session.post("http://owner/command", data=io.BytesIO(json.dumps(arguments).encode())) as answer,
            ):
                answer.raise_for_status()
                async for frame in frames_of(answer):
                    if "failure" in frame:
                        raise Failure(frame["failure"])
                    if "exit" in frame:
                        return int(frame["exit"])
                    replay(frame, out)
        except (aiohttp.ClientConnectorError, FileNotFoundError):
            return None
        except aiohttp.ClientResponseError as refused:
            raise Failure(
                f"The running bot does not take this command (status {refused.status}). Ask for less at a time."
            ) from refused
        except aiohttp.ClientError as lost:
            raise Failure("The running bot stopped before it had finished this command. Try again.") from lost
    raise Failure("The running bot stopped before it had finished this command. Try again.")


async def frames_of(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The frames of an answer, however long their lines are."""
    rest = b""
    async for piece in answer.content.iter_any():
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield json.loads(line)
