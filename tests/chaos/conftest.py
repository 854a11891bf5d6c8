"""A deployment of each shape for a run, and the log of its events, which is kept when the run fails."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from chaos.books import Books
from chaos.desk import Desk
from chaos.drive import Log
from chaos.knobs import LONG, SEED
from chaos.program import ALONE, HALVES, Fleet
from chaos.storm import Redis, Run
from programs import RULES, Vendors

KEYS = {"SECRET_KEY": "one secret for all", "AUDIT_KEY": "another secret for all"}


@pytest.fixture
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    kept = Log(tmp_path / "events.jsonl", progress=LONG)
    yield kept
    kept.close()
    if request.node.stash.get(FAILED, True):
        name = request.node.name.replace("/", "_").replace("[", "-").rstrip("]")
        folder = request.config.rootpath / ".pytest_cache" / "chaos"
        folder.mkdir(parents=True, exist_ok=True)
        print(f"events of the failed run: {shutil.copy(kept.path, folder / f'{name}-{SEED}.jsonl')}")  # noqa: T201 - how to go on


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def desk(http: aiohttp.ClientSession, vendors: Vendors) -> Desk:
    return Desk(http, vendors.settings)


@pytest.fixture
def rules() -> Path:
    """The `bot.toml` of the run."""
    return RULES


@pytest.fixture
def chained() -> str:
    """The workflow after which others follow by these rules; empty where there are no chains."""
    return ""


@pytest.fixture
async def alone(  # noqa: PLR0917 - a fixture names what it is made of
    http: aiohttp.ClientSession,
    vendors: Vendors,
    environment: dict[str, str],
    tmp_path: Path,
    log: Log,
    desk: Desk,
    rules: Path,
    chained: str,
) -> AsyncIterator[Run]:
    """`run` on SQLite, its queue in memory."""
    settings = environment | vendors.settings | {"PLAYGROUND": "on", "CONFIG_FILE": str(rules)}
    fleet = Fleet(http, settings, tmp_path, ALONE)
    await fleet.start()
    books = Books(f"sqlite+aiosqlite:///{tmp_path / 'member0' / 'countersign.db'}", chained=chained)
    yield Run(fleet, books, desk, log, seed=SEED)
    await books.close()
    await fleet.end()


@pytest.fixture
async def halves(  # noqa: PLR0917 - as above
    http: aiohttp.ClientSession, vendors: Vendors, environment: dict[str, str], tmp_path: Path, log: Log, desk: Desk,
    postgres_url: str, redis: Redis, chroma: str, rules: Path, chained: str,
) -> AsyncIterator[Run]:  # fmt: skip
    """`web` and two `worker` on PostgreSQL, Redis and a Chroma server."""
    urls = {"DATABASE_URL": postgres_url, "REDIS_URL": redis.url, "CHROMA_URL": chroma, "CONFIG_FILE": str(rules)}
    fleet = Fleet(http, environment | vendors.settings | urls | KEYS | {"PLAYGROUND": "on"}, tmp_path, HALVES)
    await fleet.start()
    books = Books(postgres_url, chained=chained)
    yield Run(fleet, books, desk, log, seed=SEED, redis=redis)
    await books.close()
    await fleet.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
