"""What was spent on language models: one row a day and scope, shared by every process on the database, never over a limit."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Executable, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import llm_spending


class Full(Exception):
    """A scope has no room left; raised inside a transaction, so that nothing of it stays."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class Spending:
    """The spending on one database, in millionths of a US dollar. Every method raises Unavailable when the database is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, day: str, micros: int, limits: Mapping[str, int | None]) -> str:
        """Add an amount to every scope, unless one would then hold more than its limit: then nothing is added, and it is named.

        A limit of None only counts. Empty where all had room.
        """
        try:
            async with self._database.write() as tx:
                for scope, limit in sorted(limits.items()):  # all take their rows in one order, so that nobody waits in a ring
                    await self._add(tx, day, scope, micros, limit)
        except Full as full:
            return full.scope
        return ""

    async def correct(self, day: str, micros: int, scopes: Iterable[str]) -> None:
        """Add to every scope what a call cost more than was taken for it, or less."""
        async with self._database.write() as tx:
            for scope in sorted(scopes):
                await self._add(tx, day, scope, micros, None)

    async def of(self, day: str) -> Mapping[str, int]:
        """What was spent on a day, by scope."""
        query = select(llm_spending.c.scope, llm_spending.c.micros).where(llm_spending.c.day == day)
        async with self._database.read() as tx:
            return {str(scope): int(micros) for scope, micros in (await tx.execute(query)).all()}

    async def _add(self, tx: AsyncConnection, day: str, scope: str, micros: int, limit: int | None) -> None:
        statement = added(day, scope, micros, limit, is_sqlite=self._database.is_sqlite)
        if (limit is not None and micros > limit) or (await tx.execute(statement)).rowcount != 1:
            raise Full(scope)


def added(day: str, scope: str, micros: int, limit: int | None, *, is_sqlite: bool) -> Executable:
    """An INSERT that adds to the row that is there; it changes no row where the sum would be over the limit."""
    dialect = sqlite if is_sqlite else postgresql
    statement = dialect.insert(llm_spending).values(day=day, scope=scope, micros=micros)
    total = llm_spending.c.micros + statement.excluded.micros
    key = [llm_spending.c.day, llm_spending.c.scope]
    found: Executable = statement.on_conflict_do_update(
        index_elements=key, set_={"micros": total}, where=None if limit is None else total <= limit
    )
    return found
