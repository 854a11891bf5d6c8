"""One door to the database: short transactions on SQLite or PostgreSQL, migrated at start."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, Connection, Executable, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.group import BatchLostError, Group
from bot.store.near import near
from bot.store.tables import now
from handlers.errors import Unavailable

BUSY_MS = 5000
"""How long a SQLite writer waits for one of another process before it gives up."""
MIGRATING = 7_264_801
"""The number of PostgreSQL's advisory lock for migrations, arbitrary and ours."""


class Database:
    """Transactions on the state of record. `woken` and `bell` are set after each commit: the runner, and who sends hints, look at once."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        driver = {"async_creator_fn": near} if self.is_sqlite else {}
        self._engine = create_async_engine(url, pool_pre_ping=not self.is_sqlite, connect_args=driver)
        self.woken = asyncio.Event()
        self.bell = asyncio.Event()
        self._group = Group(self._engine) if self.is_sqlite else None
        if self.is_sqlite:
            speak_sqlite(self._engine)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; committed at the end, rolled back on an exception. Unavailable: the database is down."""
        try:
            async with self._group.member() if self._group else self._engine.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout, BatchLostError, OSError) as down:
            raise database_down(down) from down
        self.woken.set()
        self.bell.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        try:
            async with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout, OSError) as down:
            raise database_down(down) from down

    async def insert_once(self, tx: AsyncConnection, table: Table, **values: object) -> bool:
        """Insert unless a row with the same unique key stands there. True when it was new."""
        computed = {name: value for name, value in values.items() if isinstance(value, ClauseElement)}
        plain = {name: value for name, value in values.items() if name not in computed}
        if all(isinstance(value, now) for value in computed.values()):
            statement = stamped(table, frozenset(computed), is_sqlite=self.is_sqlite)
        else:
            statement = once(table, computed, is_sqlite=self.is_sqlite)
        return (await tx.execute(statement, plain)).rowcount == 1

    async def migrate(self) -> None:
        """Bring the tables to the newest revision."""
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(writes=True)
                async with connection.begin():
                    await connection.run_sync(upgrade)
        except (SQLAlchemyError, OSError) as down:
            raise database_down(down) from down

    async def close(self) -> None:
        """Give every connection back."""
        if self._group:
            await self._group.close()
        await self._engine.dispose()


def once(table: Table, computed: Mapping[str, object], *, is_sqlite: bool) -> Executable:
    """An INSERT that gives way to a row with the same unique key. `computed` are the columns that SQL works out itself."""
    dialect = sqlite if is_sqlite else postgresql
    statement: Executable = dialect.insert(table).values(computed).on_conflict_do_nothing()
    return statement


@cache
def stamped(table: Table, clocks: frozenset[str], *, is_sqlite: bool) -> Executable:
    """The same, with the database's time in some columns. Drawn up once: to build such a statement costs more than to run it."""
    return once(table, dict.fromkeys(clocks, now()), is_sqlite=is_sqlite)


def database_down(error: Exception) -> Unavailable:
    """The sentence for an operator; the driver's own words follow, they carry no statement parameters."""
    cause = getattr(error, "orig", None) or error
    told = str(cause).splitlines()
    reason = told[0] if told else type(cause).__name__  # a host that does not answer raises an error without words
    return Unavailable(f"The database cannot be used: {reason}. Check DATABASE_URL, the disk and its permissions.")


def upgrade(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    from alembic import command  # noqa: PLC0415 - needed once at start only
    from alembic.config import Config  # noqa: PLC0415 - as above

    if connection.dialect.name == "postgresql":  # several processes start at once; the others find nothing left to do
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def speak_sqlite(engine: AsyncEngine) -> None:
    """Durable settings; writers queue at BEGIN instead of failing at COMMIT, readers never wait."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None  # the driver must not start transactions by itself
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
