"""The bot's processes: started, killed, stopped and started again, in one of the two shapes in which it is run."""

import asyncio
import contextlib
import signal
import socket
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from bs4 import BeautifulSoup
from programs import Process

from bot.watch.failpoint import VARIABLE

ALONE, HALVES = ("run",), ("web", "worker", "worker")
"""One process on SQLite with its queue in memory; or, on PostgreSQL and Redis, one half that takes in and two that do it."""
READY = "is ready after"
SLOW = 60.0
"""Seconds after which a start counts as failed."""


class Member:
    """One process that is started again whenever it has died."""

    def __init__(self, role: str, environment: Mapping[str, str], program: tuple[str, ...]) -> None:
        self.role, self.program = role, program
        self.environment = dict(environment)
        self.places: deque[str] = deque()
        self.process: Process | None = None
        self.starts: list[float] = []

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.process.returncode is None

    async def start(self) -> None:
        """Start and wait until ready, or dead. Each start takes the next place to die at, if there is one."""
        clock, began = asyncio.get_running_loop().time, asyncio.get_running_loop().time()
        armed = {VARIABLE: self.places.popleft()} if self.places else {}
        self.process = await Process(*self.program, self.role, environment=self.environment | armed, measured=False).start()
        while not any(READY in line for line in self.process.lines):
            if self.process.process.returncode is not None:
                assert self.process.process.returncode == -signal.SIGKILL or "owned by another" in self.process.output, (
                    self.process.output
                )
                return
            assert clock() - began < SLOW, self.process.output
            await asyncio.sleep(0.02)
        self.starts.append(clock() - began)


class Fleet:
    """The members of one deployment; the first one has the page."""

    def __init__(
        self, http: aiohttp.ClientSession, settings: Mapping[str, str], folder: Path, roles: tuple[str, ...],
        *, program: tuple[str, ...] = ("bot",),
    ) -> None:  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.http = http
        self.url = f"http://127.0.0.1:{port}"
        self.kills = 0
        self.members = [
            Member(role, {**settings, "DATA_DIR": str(folder / f"member{number}"), "PORT": "0" if number else str(port)}, program)
            for number, role in enumerate(roles)
        ]
        self._headers: dict[str, str] = {}
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def workers(self) -> list[Member]:
        """Those that do jobs."""
        return [member for member in self.members if member.role != "web"]

    @property
    def starts(self) -> list[float]:
        """Seconds that each start took."""
        return [seconds for member in self.members for seconds in member.starts]

    async def start(self) -> None:
        """All of them, and keep them running from then on."""
        await asyncio.gather(*(member.start() for member in self.members))
        async with self.http.get(f"{self.url}/") as answer:
            page = BeautifulSoup(await answer.text(), "html.parser")
        self._headers = {"X-Playground-Key": str(page.select("meta[name=playground-key]")[0]["content"])}
        self._keepers = [asyncio.create_task(self._keep(member)) for member in self.members]

    async def _keep(self, member: Member) -> None:
        while True:
            if member.is_up:
                await asyncio.sleep(0.02)
                continue
            assert member.process is not None
            self.kills += member.process.process.returncode == -signal.SIGKILL
            await member.start()

    async def end(self) -> None:
        """Stop keeping them, and end them."""
        for keeper in self._keepers:
            keeper.cancel()
        failed = [r for r in await asyncio.gather(*self._keepers, return_exceptions=True) if isinstance(r, Exception)]
        for member in self.members:
            if member.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    member.process.process.send_signal(signal.SIGCONT)
                await member.process.end(signal.SIGKILL)
        assert not failed, failed

    async def offer(self, path: str, form: Mapping[str, object]) -> bool:
        """One delivery. True: it was acknowledged."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
            async with self.http.post(
                f"{self.url}/playground/{path}", json=form, headers=self._headers, timeout=aiohttp.ClientTimeout(total=20)
            ) as answer:
                assert answer.status in (202, 503), await answer.text()
                return answer.status == 202
        return False

    async def command(self, *arguments: str) -> tuple[int, str]:
        """The command line, beside the running processes or instead of them."""
        command = await Process("bot", *arguments, environment=self.members[0].environment).start()
        code = await command.process.wait()
        await command.reader
        return code, command.output

    async def kill(self, member: Member, *places: str) -> None:
        """kill -9; it is started again, and dies once more at each of `places`."""
        member.places.extend(places)
        if member.is_up and member.process is not None:
            member.process.process.kill()

    async def pause(self, member: Member, seconds: float) -> None:
        """Freeze it for so long, as a machine that is out of memory or a laptop with its lid closed would."""
        if member.is_up and member.process is not None:
            number = member.process.process.pid
            with contextlib.suppress(ProcessLookupError):
                member.process.process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(seconds)
            if member.process.process.pid == number and member.is_up:
                member.process.process.send_signal(signal.SIGCONT)
