"""Drafts on a database of their own, and the table of what was observed: each cell is held against the documentation, or printed into it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from contract.printed import Observed, in_docs, printed

from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.jobs import Jobs

OBSERVED: Observed = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--print-table", action="store_true", help="print what the contract suite observes into docs/connectors.md")
    parser.addoption(
        "--print-payloads",
        action="store_true",
        help="capture the stand-ins' answers anew into the payloads of the contract suite",
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all its tables, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "state.db"

    async def migrate() -> None:
        first = Database(f"sqlite+aiosqlite:///{file}")
        await first.migrate()
        await first.close()

    asyncio.run(migrate())
    return file


@pytest.fixture
async def drafts(migrated: Path, tmp_path: Path) -> AsyncIterator[DraftStore]:
    shutil.copy(migrated, tmp_path / "state.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'state.db'}")
    jobs = Jobs(database)
    yield DraftStore(database, jobs, Audit(database, b"key"))
    await database.close()


@pytest.fixture
def observed(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Say what happened to one connector: read or write, the fault, the connector, what has to happen, what did; with which kind of draft."""

    def note(operation: str, fault: str, name: str, *, has_to: str, words: str, kind: str = "") -> None:
        _, cells = OBSERVED.setdefault((operation, fault), (has_to, {}))
        cells.setdefault(name, {})[kind] = words
        if not request.config.getoption("--print-table", default=False):
            hint = "python -m pytest tests/contract -n 0 --print-table prints it anew."
            assert in_docs(operation, fault, name, has_to, kind) in (words, None), (
                f"docs/connectors.md says something else. {hint}"
            )

    return note


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.getoption("--print-table", default=False) and exitstatus == 0:
        printed(OBSERVED)
