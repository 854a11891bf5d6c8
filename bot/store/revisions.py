"""How far a database's tables are behind the program, found without changing them."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from bot.store.database import Database
from bot.store.tables import now

MIGRATIONS = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class Revisions:
    """`there` is the revision of the tables, empty for none; `known` lists the program's. `clock` is the database's, since 1970."""

    there: str
    known: tuple[str, ...]
    clock: float

    @property
    def pending(self) -> bool:
        """Whether the next start changes the tables."""
        return self.there != self.known[0]

    @property
    def foreign(self) -> bool:
        """Whether a newer program has been here: this one must not work on its tables."""
        return bool(self.there) and self.there not in self.known


async def revisions(database: Database) -> Revisions:
    """Raises Unavailable."""
    async with database.read() as tx:
        there = await tx.run_sync(current)
        clock = float((await tx.execute(select(now()))).scalar_one())
    return Revisions(there, known(), clock)


def current(connection: Connection) -> str:
    """The revision that the tables have."""
    from alembic.migration import MigrationContext  # noqa: PLC0415 - only the doctor asks

    return MigrationContext.configure(connection).get_current_revision() or ""


def known() -> tuple[str, ...]:
    """The revisions that the program brings, newest first."""
    from alembic.config import Config  # noqa: PLC0415 - only the doctor asks
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())
