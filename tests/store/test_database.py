"""The door to the database: whatever is wrong with it ends as one sentence, also what comes without words."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.store.database import Database, database_down
from bot.store.tables import audit_head
from handlers.errors import Unavailable


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "TimeoutError"),
        (OSError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (PoolTimeout("QueuePool limit reached"), "QueuePool limit reached"),
        (OperationalError("SELECT secret", {"p": "hunter2"}, TimeoutError()), "TimeoutError"),
        (OperationalError("SELECT secret", {"p": "hunter2"}, Exception("disk is full\nmore")), "disk is full"),
    ],
)
def test_the_sentence(error, words):
    found = str(database_down(error))

    assert found.startswith(f"The database cannot be used: {words}")
    assert "hunter2" not in found
    assert "\n" not in found


@pytest.mark.parametrize("error", [TimeoutError(), PoolTimeout("full"), ConnectionResetError()])
async def test_trouble_on_the_way_is_unavailable(database, error):
    with pytest.raises(Unavailable):
        async with database.read():
            raise error
    with pytest.raises(Unavailable):
        async with database.write():
            raise error


async def test_a_server_that_is_not_there():
    gone = Database("postgresql+asyncpg://u:hunter2@127.0.0.1:9/x")
    with pytest.raises(Unavailable, match="DATABASE_URL") as caught:
        await asyncio.wait_for(gone.migrate(), 20)
    assert "hunter2" not in str(caught.value)
    await gone.close()


async def test_processes_that_start_together_migrate_one_after_the_other(postgres_url):
    together = [Database(postgres_url) for _ in range(4)]

    await asyncio.gather(*(each.migrate() for each in together))

    for each in together:
        async with each.read() as tx:
            assert (await tx.execute(select(audit_head.c.seq))).scalars().all() == [0]
        await each.close()
