"""The whole program as people run it: real processes, the page's own requests, the vendors' own ledgers."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from bs4 import BeautifulSoup, Tag

from bot.sandbox.company import HANDBOOK

ROOT = Path(__file__).resolve().parents[1]
KEPT = ("PATH", "HOME", "LANG")
"""What our processes get of this one's environment; coverage adds its own to those that are measured."""
RULES = ROOT / "bot" / "sandbox" / "bot.toml"


class Process:
    """A program of ours with its output collected line by line.

    Not `measured`: coverage leaves it alone. Who is killed writes no figures down, and stand-ins have tests of their own.
    """

    def __init__(self, *arguments: str, environment: dict[str, str], measured: bool = True) -> None:
        self.arguments = arguments
        self.measured = measured
        self.environment = environment
        self.lines: list[str] = []

    async def start(self) -> "Process":
        keep = {name: value for name, value in os.environ.items() if name in KEPT or (self.measured and name.startswith("COV"))}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *self.arguments, cwd=ROOT, env=keep | self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self.reader = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())

    def said(self, words: str) -> str:
        assert self.process.returncode is None or words in self.output, self.output
        return next((line for line in self.lines if words in line), "")

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    async def end(self, number: int) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        code = await self.process.wait()
        await self.reader
        return code


class Vendors:
    """The stand-ins in a process of their own, so that they outlive the bot."""

    def __init__(self, http: aiohttp.ClientSession, settings: dict[str, str]) -> None:
        self.http = http
        self.settings = settings

    async def writes(self, vendor: str, record: str) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.settings[f'{vendor}_URL']}/_sandbox/ledger") as answer:
            entries = (await answer.json())["entries"]
        return [each for each in entries if str(each["record"]) == record and each["effect"] and each["method"] != "UI"]

    async def break_next(self, vendor: str, **fault: object) -> None:
        async with self.http.post(f"{self.settings[f'{vendor}_URL']}/_sandbox/faults", json=fault) as answer:
            assert answer.status == 201, await answer.text()

    async def edit(self, vendor: str, record: str, fields: dict[str, object]) -> None:
        async with self.http.post(f"{self.settings[f'{vendor}_URL']}/_sandbox/records/{record}", json=fields) as answer:
            assert answer.status == 200, await answer.text()


class Bot:
    """The running program, through its page."""

    command = "run"
    has_page = True

    def __init__(self, http: aiohttp.ClientSession, environment: dict[str, str], wait: Callable[..., Any]) -> None:
        self.http = http
        self.environment = environment
        self.wait = wait

    async def start(self) -> None:
        self.process = await Process("bot", self.command, environment=self.environment).start()
        ready = await self.wait(lambda: self.process.said("is ready after"), within=25)
        self.url = ready.rsplit(" ", 1)[1].rstrip("/")
        if self.has_page:
            async with self.http.get(f"{self.url}/") as answer:
                page = BeautifulSoup(await answer.text(), "html.parser")
            self.key = str(page.select("meta[name=playground-key]")[0]["content"])

    async def post(self, path: str, **form: object) -> int:
        headers = {"X-Playground-Key": self.key}
        async with self.http.post(
            f"{self.url}/playground/{path}", json={"id": uuid.uuid4().hex, **form}, headers=headers
        ) as answer:
            return answer.status

    async def insist(self, path: str, **form: object) -> None:
        """Deliver until it is acknowledged, as a platform does: the same id each time, over crashes and restarts."""
        form = {"id": uuid.uuid4().hex, **form}

        async def delivered() -> bool:
            with contextlib.suppress(aiohttp.ClientError):
                return await self.post(path, **form) == 202
            return False

        await self.wait(delivered, within=60)

    async def say(self, text: str, *, person: str = "ada", channel: str = "support", thread: int = 0) -> None:
        assert await self.post("say", person=person, channel=channel, thread=thread, text=text) == 202

    async def press(self, card: Tag, verb: str, *, person: str, **values: str) -> None:
        draft, version = str(card["data-draft"]), int(str(card["data-version"]))
        status = await self.post(
            "press", person=person, channel="support", draft=draft, version=version, verb=verb, values=values
        )
        assert status == 202

    async def page(self, *, person: str = "ada", channel: str = "support") -> BeautifulSoup:
        query = {"person": person, "channel": channel}
        async with self.http.get(f"{self.url}/playground/posts", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return BeautifulSoup(await answer.text(), "html.parser")

    async def shows(self, words: str, *, person: str = "ada", channel: str = "support") -> str:
        """The text of the channel once `words` stand in it."""

        async def look() -> str:
            text = (await self.page(person=person, channel=channel)).get_text(" ", strip=True)
            return text if words in text else ""

        return str(await self.wait(look))

    async def card(self, state: str, *, person: str = "ada") -> Tag:
        """The newest card in this state."""

        async def look() -> Tag | None:
            cards = (await self.page(person=person)).select(f"section.card[data-state={state}]")
            return cards[-1] if cards else None

        found = await self.wait(look)
        assert isinstance(found, Tag)
        return found

    async def kill(self) -> None:
        await self.process.end(signal.SIGKILL)

    async def cli(self, *arguments: str) -> tuple[int, str]:
        command = await Process("bot", *arguments, environment=self.environment).start()
        code = await command.process.wait()
        await command.reader
        return code, command.output


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def vendors(http: aiohttp.ClientSession, wait_until: Callable[..., Any]) -> AsyncIterator[Vendors]:
    process = await Process("bot.sandbox", environment={}, measured=False).start()
    await wait_until(lambda: process.said("SALESFORCE_CLIENT_SECRET"))
    settings = dict(line.split("=", 1) for line in process.lines if "=" in line)
    yield Vendors(http, settings)
    await process.end(signal.SIGTERM)


@pytest.fixture
def environment(tmp_path: Path, models: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "data"), "MODEL_DIR": str(models), "PORT": "0"}


@pytest.fixture
async def bot(
    http: aiohttp.ClientSession, vendors: Vendors, environment: dict[str, str], wait_until: Callable[..., Any]
) -> AsyncIterator[Bot]:
    """The bot against the vendors' process, with the sandbox's rules and the page."""
    running = Bot(http, environment | vendors.settings | {"PLAYGROUND": "on", "CONFIG_FILE": str(RULES)}, wait_until)
    await running.start()
    yield running
    await running.process.end(signal.SIGTERM)


@pytest.fixture
def alone(http: aiohttp.ClientSession, environment: dict[str, str], wait_until: Callable[..., Any]) -> Bot:
    """The command line with no bot running."""
    return Bot(http, environment | {"CONFIG_FILE": str(RULES)}, wait_until)


@pytest.fixture
async def handbook(bot: Bot) -> Bot:
    code, output = await bot.cli("ingest", str(HANDBOOK), "--source", "handbook")
    assert code == 0, output
    return bot


@pytest.fixture
def readable_json() -> Callable[[str], Any]:
    def read(output: str) -> Any:
        start = min(index for index in (output.find("{"), output.find("[")) if index >= 0)
        return json.loads(output[start:])

    return read


@pytest.fixture
async def chroma(tmp_path: Path, wait_until: Callable[..., Any]) -> AsyncIterator[str]:
    """A Chroma server of this test's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    server = await asyncio.create_subprocess_exec(
        program, "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(tmp_path / "chroma"),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip

    async def answers() -> bool:
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(f"{url}/api/v2/heartbeat") as answer:
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

    await wait_until(answers, within=30)
    yield url
    server.kill()
    await server.wait()
