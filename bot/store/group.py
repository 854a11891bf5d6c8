"""Group commit for SQLite: independent transactions of this process that wait for one another anyway reach the disk together.

SQLite has one writer at a time. Without a queue writers poll for the lock, and sleep up to a tenth of a second over it; with one they take
turns in the order in which they came, each in a savepoint of the open transaction, and nobody is told of success before its COMMIT.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LAST = 5.0
"""Seconds that the end of the last batch is waited for; one takes some milliseconds."""


class BatchLostError(SQLAlchemyError):
    """The database gave the common transaction up: nothing of it was kept, and nobody was told otherwise."""


class Batch:
    """One transaction on the disk. `committed` is done when it is durable, and fails when it is not."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def is_whole(self) -> bool:
        """Whether the transaction is still open: a full disk or a broken connection ends it without asking."""
        if self.connection.invalidated:
            return False
        driver = (await self.connection.get_raw_connection()).driver_connection
        return driver is not None and bool(driver.in_transaction)


class Group:
    """The writers of one process on one SQLite file."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._batch: Batch | None = None
        self._committer: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def member(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: rolled back alone on an exception, else durable when the block is left. Not to be nested."""
        async with self._turn:
            batch = self._batch or await self._open()
            try:
                async with batch.connection.begin_nested():
                    yield batch.connection
            except BaseException:
                if not await batch.is_whole():
                    await self._close(batch, BatchLostError("the transaction was given up"))
                raise
        await asyncio.shield(batch.committed)

    async def close(self) -> None:
        """Wait for the end of an open batch, for a while: a member that failed did not, and its connection is to go back before it is closed."""
        if self._committer is not None:
            await asyncio.wait([self._committer], timeout=LAST)

    async def _open(self) -> Batch:
        """A batch for whoever waits by now: its COMMIT queues behind them, and who comes later waits for the next one."""
        connection = await self._engine.connect()
        try:
            await connection.execution_options(writes=True)
            await connection.begin()
        except BaseException:
            await connection.close()
            raise
        self._batch = batch = Batch(connection)
        batch.committed.add_done_callback(lambda done: done.exception())  # a batch whose members all failed has nobody to tell
        self._committer = asyncio.create_task(self._commit(batch), name="group commit")
        return batch

    async def _commit(self, batch: Batch) -> None:
        async with self._turn:
            if batch is not self._batch:
                return
            try:
                if not await batch.is_whole():
                    raise BatchLostError("the transaction was given up")
                await batch.connection.commit()
            except (SQLAlchemyError, OSError) as lost:
                await self._close(batch, lost)
            else:
                await self._close(batch, None)

    async def _close(self, batch: Batch, lost: Exception | None) -> None:
        self._batch = None
        try:
            if lost is not None and not batch.connection.invalidated:
                await batch.connection.invalidate()  # whatever state it is in, nobody gets it again
            await batch.connection.close()
        finally:
            if lost is None:
                batch.committed.set_result(None)
            else:
                batch.committed.set_exception(lost)
