"""Whatever happened: what is referred to survives, no copy within its days is new, and all the rest is gone."""

import asyncio
import itertools
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.settings.retention import RetentionTable
from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.ledger.inbound import Inbound, Started
from bot.store.ledger.jobs import Jobs
from bot.store.retention.retention import Retention
from bot.store.retention.sweeping import BY_SYSTEMS, GOES, STAYS, UNFINISHED
from bot.store.tables import inbound, jobs, now
from bot.store.talk.posts import Posts
from bot.work.retention import Keeping

DAY = 86400.0
NUMBERS = itertools.count()
SPAN = st.sampled_from([0, 7, 30])
AGE = st.integers(0, 70)


@dataclass(frozen=True)
class Told:
    """A delivery that was taken in so many days ago, and the jobs that followed: kind, state, days since their end, on the audit trail."""

    by: str
    age: int
    followed: tuple[tuple[str, str, int, bool], ...]


STATE = st.sampled_from(["done", "done", *UNFINISHED])
FOLLOWED = st.tuples(st.sampled_from([*GOES, *STAYS]), STATE, AGE, st.booleans())
OF_SYSTEMS = st.tuples(st.sampled_from(BY_SYSTEMS[1:]), STATE, AGE, st.booleans())
TOLD = st.builds(Told, st.just("hooks:jira"), AGE, st.tuples(FOLLOWED) | st.just(())) | st.builds(
    Told, st.just("event:jira"), AGE, st.lists(OF_SYSTEMS, max_size=2, unique_by=lambda one: one[0]).map(tuple)
)


class Office:
    """A ledger in which things happened, and what is expected of it."""

    def __init__(self, url):
        self.database = Database(url)
        self.jobs, self.audit = Jobs(self.database), Audit(self.database, b"key")
        self.inbound = Inbound(self.database, self.jobs, Posts(self.database))

    async def tell(self, number, told):
        """Have it taken in by the front door; True when it was new."""
        name = f"e{number}"
        if told.by == "hooks:jira":
            kind = told.followed[0][0] if told.followed else ""
            return await self.inbound.record(told.by, name, kind, {})
        before = len(await self.rows(select(jobs.c.id)))
        await self.inbound.begin(told.by, [(name, [Started(kind, {}) for kind, *_ in told.followed])])
        return len(await self.rows(select(jobs.c.id))) > before

    async def age(self, number, told):
        """It was so long ago, and its jobs have ended like that."""
        mine = (inbound.c.source == told.by, inbound.c.event_id == f"e{number}")
        async with self.database.write() as tx:
            await tx.execute(update(inbound).where(*mine).values(at=now() - told.age * DAY))
            for kind, state, days, audited in told.followed:
                values = {"state": state, "updated": now() - days * DAY, "run_at": now() - days * DAY}
                key = key_of(number, told, kind)
                await tx.execute(update(jobs).where(jobs.c.key == key).values(values))
                if audited:
                    job = (await tx.execute(select(jobs.c.id).where(jobs.c.key == key))).scalar_one()
                    await self.audit.append(tx, actor="ada", action="replayed", subject=f"job/{job}")

    async def rows(self, query):
        async with self.database.read() as tx:
            return (await tx.execute(query)).scalars().all()


def key_of(number, told, kind):
    return f"{told.by}:e{number}" if told.by == "hooks:jira" else f"{told.by}:e{number}:{kind}"


def stands(job, table):
    """Whether a job has to be there still."""
    kind, state, days, audited = job
    return not table.jobs or state != "done" or kind in STAYS or audited or days < table.jobs


async def live(url, history, table):
    office = Office(url)
    try:
        for number, told in enumerate(history):
            await office.tell(number, told)
            await office.age(number, told)
        await Keeping(Retention(office.database, table), least=0.0).kinds()["retention"].run({})
        await judge(office, history, table)
    finally:
        await office.database.close()


async def judge(office, history, table):
    jobs_left, ids_left = set(await office.rows(select(jobs.c.key))), set(await office.rows(select(inbound.c.event_id)))
    for number, told in enumerate(history):
        expected = {key_of(number, told, job[0]) for job in told.followed if stands(job, table)}
        here = {key_of(number, told, job[0]) for job in told.followed} & jobs_left
        held = not table.deliveries or told.age < table.deliveries or bool(expected)

        assert here == expected
        assert (f"e{number}" in ids_left) == held
        if held:
            assert not await office.tell(number, told)


@given(history=st.lists(TOLD, max_size=8), spans=st.tuples(SPAN, SPAN))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_referred_to_survives_and_a_copy_within_its_days_is_known(history, spans, fresh_state, tmp_path):
    folder = tmp_path / str(next(NUMBERS))
    folder.mkdir()
    asyncio.run(live(fresh_state(folder / "state.db"), history, RetentionTable(deliveries=spans[0], jobs=spans[1])))
