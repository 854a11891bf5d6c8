# ruff: noqa: T201 - what it prints is what it is for
"""How long a recording waits while old rows are deleted: webhooks at a steady rate, with retention beside them and without.

    python tests/bench/bench_retention.py [--rows 200000] [--a-minute 1000]

Half of the old rows are jobs of webhooks that ended well, the other half the ids of their deliveries. Everything is in one process, as it is
with SQLite.
"""

import argparse
import asyncio
import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from sqlalchemy import insert, select  # noqa: E402 - the path has to be set first

from bot.settings.retention import RetentionTable  # noqa: E402
from bot.store.database import Database  # noqa: E402
from bot.store.ledger.inbound import Inbound  # noqa: E402
from bot.store.ledger.jobs import Jobs  # noqa: E402
from bot.store.retention.retention import Retention  # noqa: E402
from bot.store.retention.sweeping import DAY, Key, Sweep  # noqa: E402
from bot.store.tables import inbound, jobs, now  # noqa: E402
from bot.store.talk.posts import Posts  # noqa: E402
from bot.work.retention import KIND, Keeping  # noqa: E402

ALONE = 60.0
"""Seconds of recording without retention, before it and after it: what the machine does besides decides much."""
FILL = 5_000
"""Rows at a time when the tables are filled."""
BODY = {
    "connector": "jira",
    "events": [{"id": "e", "name": "jira.issue.updated", "record": "SUP-1", "at": "2026-01-01T00:00:00+00:00"}],
}


def name(number: int) -> str:
    """The id of a delivery: as random as the hash of its bytes."""
    return hashlib.sha256(f"{number}".encode()).hexdigest()


async def fill(database: Database, rows: int) -> None:
    """Old jobs and the deliveries that they came from."""
    async with database.read() as tx:
        at = float((await tx.execute(select(now()))).scalar_one()) - 40 * DAY
    plain = {"kind": "hook", "record_key": "", "payload": BODY, "state": "done", "attempts": 1, "max_attempts": 5, "error": ""}
    for first in range(0, rows // 2, FILL):
        some = range(first, min(first + FILL, rows // 2))
        made = [{**plain, "id": name(n)[:16], "key": f"hooks:jira:{name(n)}"} for n in some]
        dated = [{**one, "run_at": at + n, "created": at + n, "updated": at + n} for n, one in zip(some, made, strict=True)]
        told = [{"source": "hooks:jira", "event_id": name(n), "at": at + n / rows} for n in some]
        async with database.write() as tx:
            await tx.execute(insert(jobs), dated)
            await tx.execute(insert(inbound), told)


async def record(into: Inbound, *, a_minute: float, until: asyncio.Event, most: float) -> list[float]:
    """Webhooks at a steady rate, however long each takes; seconds that each waited."""
    waits, begun, running = list[float](), time.perf_counter(), list[asyncio.Task[None]]()

    async def one(number: int) -> None:
        since = time.perf_counter()
        await into.record("hooks:jira", f"new-{begun}-{number}", "hook", BODY)
        waits.append(time.perf_counter() - since)

    while not until.is_set() and time.perf_counter() < begun + most:
        running.append(asyncio.create_task(one(len(running))))
        await asyncio.sleep(max(0.0, begun + len(running) * 60 / a_minute - time.perf_counter()))
    await asyncio.gather(*running)
    return sorted(waits)


def told(what: str, waits: list[float]) -> None:
    """One line of the outcome."""
    marks = [f"{1000 * waits[min(int(share * len(waits)), len(waits) - 1)]:.1f}" for share in (0.5, 0.99, 1)]
    print(f"{what}: {len(waits)} recorded, p50 / p99 / longest {' / '.join(marks)} ms")


class Timed(Retention):
    """Notes how long each of its transactions took, with the wait for its turn."""

    took: ClassVar[list[float]] = []

    async def step(self, sweep: Sweep, after: Key) -> Key | None:
        """See Retention."""
        began = time.perf_counter()
        try:
            return await super().step(sweep, after)
        finally:
            self.took.append(time.perf_counter() - began)


async def measure(url: str, rows: int, a_minute: float) -> None:
    """Fill, record alone for a while, then with retention beside it."""
    database = Database(url)
    await database.migrate()
    ledger = Jobs(database)
    into = Inbound(database, ledger, Posts(database))
    await fill(database, rows)
    told("alone", await record(into, a_minute=a_minute, until=asyncio.Event(), most=ALONE))
    over = asyncio.Event()
    beside = asyncio.create_task(record(into, a_minute=a_minute, until=over, most=3600.0))
    since = time.perf_counter()
    retention = Timed(database, RetentionTable())
    await Keeping(retention).kinds()[KIND].run({})
    took = time.perf_counter() - since
    over.set()
    told("beside retention", await beside)
    told("alone again", await record(into, a_minute=a_minute, until=asyncio.Event(), most=ALONE))
    told("transactions of retention", sorted(retention.took))
    print(f"{rows} rows in {took:.0f} s: {rows / took:.0f} a second; load {os.getloadavg()[0]:.1f}")
    await database.close()


def main() -> None:
    """Parse, measure on a database of its own, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--a-minute", type=float, default=1000.0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        asyncio.run(measure(f"sqlite+aiosqlite:///{folder / 'state.db'}", given.rows, given.a_minute))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
