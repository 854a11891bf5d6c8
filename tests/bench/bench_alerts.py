# ruff: noqa: T201, ASYNC110 - what it prints is what it is for; the messages are looked at from outside
"""A storm of alerts: how long it takes to fold them, and how often a message is drawn meanwhile.

    python tests/bench/bench_alerts.py [--events 1000] [--records 1000]
    python tests/bench/bench_alerts.py --members 10000

Sightings come as fast as they are taken; the worker draws on a platform that answers at once, three seconds apart as in the field.
With `--members` a message has so many alerts already: how long one drawing takes, a list and a look of the watch, and how long the
slowest of the other writers waits meanwhile.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from sqlalchemy import text  # noqa: E402 - the path has to be set first
from voices import Voice  # noqa: E402

from bot.app.alerting import Manners, RulesOfAlerts  # noqa: E402
from bot.settings import Configuration  # noqa: E402
from bot.settings.people import People  # noqa: E402
from bot.store.alerts.alerts import AlertStore  # noqa: E402
from bot.store.alerts.board import AlertBoard  # noqa: E402
from bot.store.alerts.rows import message_of  # noqa: E402
from bot.store.audit.trail import Audit  # noqa: E402
from bot.store.database import Database  # noqa: E402
from bot.store.drafts.drafts import DraftStore  # noqa: E402
from bot.store.figures.measures import Measures  # noqa: E402
from bot.store.ledger.jobs import Jobs  # noqa: E402
from bot.store.talk.offers import Offers  # noqa: E402
from bot.work.alerts import AlertWork  # noqa: E402
from bot.work.runner import Runner  # noqa: E402
from bot.work.watching import Watch  # noqa: E402
from handlers.alert import Severity, Sighting  # noqa: E402
from handlers.alerts import Desk  # noqa: E402
from handlers.bulletin import Hush  # noqa: E402
from handlers.models import Call, Person, Place  # noqa: E402

START = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Counting(Voice):
    """Counts what is drawn."""

    drawn = 0

    async def revise(self, place, reply, *, key):
        self.drawn += 1
        await super().revise(place, reply, key=key)


async def main(events: int, records: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/state.db")
        await database.migrate()
        jobs, audit, voice = Jobs(database), Audit(database, b"k"), Counting()
        alerts = AlertStore(database, jobs, audit)
        board = AlertBoard(database, jobs, alerts, hush=lambda *_: Hush(), clock=lambda: datetime.now(UTC))
        work = AlertWork(
            configuration=Configuration(), alerts=alerts, board=board, records={}, voices={"playground": voice},
            offers=Offers(database), dispatch=None, drafts=DraftStore(database, jobs, audit),
        )  # fmt: skip
        runner = Runner(database, jobs, work.kinds())
        task, since = asyncio.create_task(runner.run()), time.perf_counter()
        for first in range(0, events, 50):
            await asyncio.gather(*[alerts.sight(seen(n, records)) for n in range(first, min(first + 50, events))])
        folded = time.perf_counter() - since
        count = f"{min(events, records)} alert"
        while not any(reply.text.startswith(count) for _, reply, _ in voice.said.values()):
            await asyncio.sleep(0.05)
        shown = time.perf_counter() - since
        runner.stop()
        await task
        print(
            f"{events} events, {records} records: folded in {folded:.1f} s, all shown after {shown:.1f} s, drawn {voice.drawn} times"
        )
        await database.close()


async def crowd(members: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/state.db")
        await database.migrate()
        jobs, audit = Jobs(database), Audit(database, b"k")
        alerts = AlertStore(database, jobs, audit)
        board = AlertBoard(database, jobs, alerts, hush=Manners(Configuration()), clock=lambda: datetime.now(UTC))
        for first in range(0, members, 200):
            await asyncio.gather(*[alerts.sight(seen(n, members)) for n in range(first, min(first + 200, members))])
        name = message_of("r", "playground:general", "")
        await timed(database, "first drawing", board.plan(name))
        await timed(database, "drawing of no news", board.plan(name))
        await alerts.sight(seen(members, members, holds=False))
        await timed(database, "drawing of one news", board.plan(name))
        desk = Desk(
            Call("c", "alerts", "list", Person("playground:bo", "Bo"), Place("playground", "general", "1")),
            alerts, RulesOfAlerts(Configuration(), People(Configuration()), {}), datetime.now(UTC),
        )  # fmt: skip
        await timed(database, "list", desk.list())
        watch = Watch(Configuration.model_validate({"admins": {"channel": "playground:ops"}}), Measures(database), alerts, nobody)
        [look] = watch.kinds().values()
        await timed(database, "look of the watch", look.run({}))
        await database.close()


async def nobody() -> list[str]:
    """No system is away."""
    return []


async def timed(database: Database, what: str, awaited) -> None:
    """Do it while another writer goes on writing."""
    waits: list[float] = []

    async def write() -> None:
        while True:
            since = time.perf_counter()
            async with database.write() as tx:
                await tx.execute(text("UPDATE alert_messages SET lines = lines"))
            waits.append(time.perf_counter() - since)

    other = asyncio.create_task(write())
    await asyncio.sleep(0.2)
    waits.clear()
    since = time.perf_counter()
    await awaited
    took = time.perf_counter() - since
    await asyncio.sleep(0.2)
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    print(f"{what}: {took * 1000:.0f} ms; the slowest other writer waited {max(waits) * 1000:.0f} ms")


def seen(number: int, records: int, *, holds: bool = True) -> Sighting:
    name, at = f"jira:APP-{number % records}", START + timedelta(seconds=number)
    return Sighting(f"e{number}", "r", "playground:general", name, f"Title {number}", "", Severity.WARNING, at, holds)


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("--events", type=int, default=1000)
    given.add_argument("--records", type=int, default=1000)
    given.add_argument("--members", type=int, default=0)
    wanted = vars(given.parse_args())
    asyncio.run(crowd(members) if (members := wanted.pop("members")) else main(**wanted))
