"""Group commit on SQLite: turns in order, one COMMIT for those who wait anyway, a failing member alone is rolled back."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import event, text

from bot.store.database import Database
from handlers.errors import Unavailable

TABLES = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "CREATE TABLE t (n INTEGER PRIMARY KEY, p INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
)


@pytest.fixture
async def file(tmp_path):
    path = tmp_path / "group.db"
    with sqlite3.connect(path) as plain:
        for table in ("PRAGMA journal_mode=WAL", *TABLES):
            plain.execute(table)
    plain.close()
    return path


@pytest.fixture
async def opened(file):
    database = Database(f"sqlite+aiosqlite:///{file}")
    yield database
    await database.close()


@pytest.fixture
def commits(opened):
    seen = []
    event.listen(opened._engine.sync_engine, "commit", seen.append)
    return seen


def stored(file):
    """What another process finds on the disk."""
    plain = sqlite3.connect(file)
    try:
        return [row[0] for row in plain.execute("SELECT n FROM t ORDER BY n")]
    finally:
        plain.close()


async def add(database, number, *, parent=None, fail=None):
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO t VALUES (:n, :p)"), {"n": number, "p": parent})
        if fail is not None:
            raise fail


async def test_who_is_told_of_success_finds_it_on_the_disk(opened, file):
    async def checked(number):
        await add(opened, number)
        assert number in stored(file)

    await asyncio.gather(*(checked(number) for number in range(30)))


async def test_those_who_wait_anyway_share_a_commit(opened, commits, file):
    await asyncio.gather(*(add(opened, number) for number in range(30)))

    assert len(stored(file)) == 30
    assert len(commits) <= 3


async def test_a_failing_member_is_rolled_back_alone(opened, commits, file):
    results = await asyncio.gather(
        *(add(opened, number, fail=ValueError(number) if number % 3 == 0 else None) for number in range(12)),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [ValueError if number % 3 == 0 else type(None) for number in range(12)]
    assert stored(file) == [number for number in range(12) if number % 3]
    assert len(commits) <= 3


async def test_a_member_that_breaks_a_constraint_is_told_and_the_others_are_kept(opened, file):
    results = await asyncio.gather(*(add(opened, number) for number in (1, 2, 2, 3)), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), type(None), Unavailable, type(None)]
    assert stored(file) == [1, 2, 3]


async def test_a_commit_that_fails_is_told_to_every_member_and_keeps_nothing(opened, file):
    results = await asyncio.gather(*(add(opened, n, parent=7 if n == 2 else None) for n in range(4)), return_exceptions=True)
    failed = {number for number, result in enumerate(results) if isinstance(result, Unavailable)}

    assert 2 in failed
    assert stored(file) == sorted(set(range(4)) - failed)
    await add(opened, 9)
    assert 9 in stored(file)


async def test_a_transaction_that_the_database_gave_up_fails_all_of_its_members_and_no_later_one(opened, file):
    async def gives_up():
        async with opened.write() as tx:
            await tx.execute(text("INSERT INTO t VALUES (2, NULL)"))
            await tx.execute(text("ROLLBACK"))  # as SQLite does by itself on a full disk
            raise ValueError

    results = await asyncio.gather(add(opened, 1), gives_up(), add(opened, 3), return_exceptions=True)

    kept = [number for number, result in zip((1, 2, 3), results, strict=True) if result is None]
    assert stored(file) == kept
    assert 2 not in kept
    await add(opened, 4)
    assert 4 in stored(file)


async def test_who_stops_waiting_holds_nobody_up(opened, file):
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow():
        async with opened.write() as tx:
            inside.set()
            await go_on.wait()
            await tx.execute(text("INSERT INTO t VALUES (1, NULL)"))

    first = asyncio.create_task(slow())
    await inside.wait()
    waiting = [asyncio.create_task(add(opened, number)) for number in (2, 3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    go_on.set()
    await asyncio.gather(first, waiting[1])

    assert stored(file) == [1, 3]


async def test_a_member_that_is_cancelled_is_rolled_back_alone(opened, file):
    inside = asyncio.Event()

    async def endless():
        async with opened.write() as tx:
            await tx.execute(text("INSERT INTO t VALUES (1, NULL)"))
            inside.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(endless())
    await inside.wait()
    second = asyncio.create_task(add(opened, 2))
    first.cancel()
    await second

    assert stored(file) == [2]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_another_process_that_holds_the_lock_is_waited_for(opened, file):
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(add(opened, 1))
    await asyncio.sleep(0.2)

    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting
    assert stored(file) == [1]


async def test_closing_waits_for_a_batch_whose_only_member_failed(opened):
    given_back = []
    event.listen(opened._engine.sync_engine, "checkin", lambda *_: given_back.append(True))

    async def fails():
        async with opened.write() as tx:
            await tx.execute(text("INSERT INTO t VALUES (1, NULL)"))
            raise ValueError("of its own")

    with pytest.raises(ValueError, match="of its own"):
        await fails()
    await opened.close()

    assert given_back == [True]
