"""Microsoft 365 Agents Playground in front of the whole program. `make e2e-teams` installs it; without it every test here skips."""

import json
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from e2e.agents_playground import PACKAGES, AgentsPlayground, Room, people
from e2e.signing import SigningProxy
from programs import ROOT, Bot, Process, Vendors

from bot.sandbox.teams.server import TeamsStandin

OUR_RULES = Path(__file__).with_name("bot.toml")
SCREENSHOTS = ROOT / ".e2e" / "screenshots"


class WithSandbox(Bot):
    """`run --sandbox`, with the vendors in a process whose ledger a test can read."""

    async def start(self) -> None:
        self.process = await Process("bot", "run", "--sandbox", environment=self.environment).start()
        ready = await self.wait(lambda: self.process.said("is ready after"), within=90)
        self.url = ready.rsplit(" ", 1)[1].rstrip("/")


@dataclass(frozen=True)
class Stage:
    """What the bot takes for Teams: the Playground, the proxy that signs for it, and the stand-in that issues keys and tokens."""

    playground: AgentsPlayground
    signing: SigningProxy
    identity: TeamsStandin

    def environment(self) -> dict[str, str]:
        return self.identity.environment() | {"TEAMS_ALLOWED_HOSTS": self.playground.authority, "CONFIG_FILE": str(OUR_RULES)}


@pytest.fixture(scope="session")
def packages() -> Path:
    """The npm packages; one clear line where they are not installed."""
    if shutil.which("node") is None or not (PACKAGES / "@microsoft" / "m365agentsplayground").is_dir():
        pytest.skip("The Agents Playground is not installed: make e2e-teams installs it (Node.js 20 and npm are needed).")
    return PACKAGES


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    """Where a test leaves its pictures, what the bot wrote and what was signed; without those of the run before."""
    found = SCREENSHOTS / request.node.name
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    return found


@pytest.fixture
async def stage(packages: Path, tmp_path: Path, wait_until: Callable[..., Any]) -> AsyncIterator[Stage]:
    identity = TeamsStandin()
    await identity.start()
    signing = SigningProxy(identity.issuer)
    await signing.start()
    playground = AgentsPlayground(packages, tmp_path / "agents", signing.url)
    await playground.start()
    await wait_until(playground.is_up, within=30)
    yield Stage(playground, signing, identity)
    await playground.stop()
    await signing.stop()
    await identity.stop()


@pytest.fixture
def signing(stage: Stage) -> SigningProxy:
    return stage.signing


@pytest.fixture
async def bot(
    stage: Stage, http: aiohttp.ClientSession, vendors: Vendors, environment: dict[str, str], wait_until: Callable[..., Any]
) -> AsyncIterator[WithSandbox]:
    """The real program, which takes the Agents Playground for Teams."""
    running = WithSandbox(http, environment | vendors.settings | stage.environment(), wait_until)
    await running.start()
    stage.signing.bot = running.url
    yield running
    await running.process.end(signal.SIGTERM)


@pytest.fixture
async def visit(bot: WithSandbox, stage: Stage, browser: Any, folder: Path) -> AsyncIterator[Callable[..., Any]]:
    """Open the page as somebody: `await visit("ada")`."""
    rooms: dict[str, Room] = {}

    async def opened(person: str) -> Room:
        rooms[person] = await Room.open(browser, stage.playground.url, people()[person], folder)
        return rooms[person]

    yield opened
    for person, room in rooms.items():
        await room.picture(f"end-{person}")
    (folder / "bot.txt").write_text(bot.process.output, encoding="utf-8")
    (folder / "signed.json").write_text(json.dumps(stage.signing.seen, indent=1), encoding="utf-8")
