"""What is over for long is deleted and what anything refers to is not, on both databases."""

import asyncio

import pytest
from sqlalchemy import func, insert, select, update

from bot.settings.retention import RetentionTable
from bot.store.figures.counts import Counts
from bot.store.ledger.inbound import ForgottenError, Inbound, id_of, owner_of
from bot.store.retention.retention import SHORT, Retention
from bot.store.retention.sweeping import BATCH, BEGINNING, DAY, GOES
from bot.store.tables import inbound, job_steps, jobs, now
from bot.store.tables.looks import looks
from bot.store.talk.posts import Posts

OLD, YOUNG = 40 * DAY, 20 * DAY
STATE = "state:jira"


@pytest.fixture
def kept(stores):
    """What happened so long ago: deliveries with their jobs."""
    return Past(stores)


class Past:
    """Writes down what happened some days ago."""

    def __init__(self, stores):
        self.stores = stores
        self.inbound = Inbound(stores.database, stores.jobs, Posts(stores.database))

    async def job(self, key, kind="hook", *, state="done", age=OLD, payload=None, record_key=""):
        async with self.stores.database.write() as tx:
            await self.stores.jobs.enqueue(tx, kind, key=key, payload=payload or {}, record_key=record_key)
            at = now() - age
            await tx.execute(update(jobs).where(jobs.c.key == key).values(state=state, run_at=at, created=at, updated=at))
            return (await tx.execute(select(jobs.c.id).where(jobs.c.key == key))).scalar_one()

    async def delivery(self, name, *, source="hooks:jira", age=OLD, owner=""):
        async with self.stores.database.write() as tx:
            await tx.execute(insert(inbound).values(source=source, event_id=name, at=now() - age, owner=owner))

    async def swept(self, table=None, **more):
        await self.stores.swept(table or RetentionTable(), **more)

    async def keys(self):
        async with self.stores.database.read() as tx:
            return set((await tx.execute(select(jobs.c.key))).scalars())

    async def ids(self, source="hooks:jira"):
        async with self.stores.database.read() as tx:
            return set((await tx.execute(select(inbound.c.event_id).where(inbound.c.source == source))).scalars())


async def test_old_jobs_that_ended_well_go_with_their_steps_and_their_deliveries(stores, kept):
    for name, age in (("old", OLD), ("young", YOUNG)):
        await kept.delivery(name, age=age)
        job = await kept.job(f"hooks:jira:{name}", age=age)
        async with stores.database.write() as tx:
            await tx.execute(insert(job_steps).values(job=job, step="one", output={}, at=now()))
    await kept.swept()

    assert (await kept.keys(), await kept.ids()) == ({"hooks:jira:young"}, {"young"})
    async with stores.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(job_steps))).scalar_one() == 1


@pytest.mark.parametrize("state", ["pending", "running", "dead", "unknown", "cancelled"])
async def test_what_is_not_done_stays_and_so_does_the_id_of_its_delivery(kept, state):
    for kind in GOES:
        await kept.job(f"hooks:jira:{kind}", kind, state=state)
        await kept.delivery(kind)
    for kind in ("trigger", "alert"):
        await kept.delivery(f"event-{kind}", source="event:jira")
        await kept.job(f"event:jira:event-{kind}:{kind}", kind, state=state)
    before = await kept.keys()
    await kept.swept()

    assert (await kept.keys(), await kept.ids()) == (before, set(GOES))
    assert await kept.ids("event:jira") == {"event-trigger", "event-alert"}


async def test_what_belongs_to_a_draft_what_the_audit_trail_names_and_the_marks_of_first_jobs_stay(stores, kept):
    await kept.job("write:1:1", "write")
    await kept.job("chain:1", "chain")
    await kept.job("schedule:source/a@first:0123:source", "source")
    name = await kept.job("hooks:jira:replayed")
    async with stores.database.write() as tx:
        await stores.audit.append(tx, actor="ada", action="replayed", subject=f"job/{name}")
    before = await kept.keys()
    await kept.swept()

    assert await kept.keys() == before
    assert await stores.audit.verify()


async def test_nothing_is_deleted_where_days_are_zero(kept):
    await kept.job("hooks:jira:a")
    await kept.delivery("a")
    await kept.delivery("b", source=STATE, owner="o")
    await kept.swept(RetentionTable(deliveries=0, jobs=0, alerts=0))

    assert (await kept.keys(), await kept.ids(), await kept.ids(STATE)) == ({"hooks:jira:a"}, {"a"}, {"b"})


async def test_a_forgotten_state_has_no_second_effect(kept):
    await kept.delivery("old", source=STATE, owner="first")
    await kept.delivery("young", source=STATE, age=YOUNG, owner="first")
    before = await moment(kept.stores)
    await kept.swept()

    assert await kept.ids(STATE) == {"young"}
    with pytest.raises(ForgottenError):
        await kept.inbound.own(STATE, "old", "second", of=before - OLD)
    assert await kept.ids(STATE) == {"young"}
    assert not await kept.inbound.own(STATE, "young", "second", of=before - YOUNG)
    assert await kept.inbound.own(STATE, "new", "second", of=before)
    assert await kept.inbound.own("state:zendesk", "old", "second", of=before - OLD)  # of another system nothing was forgotten


async def test_a_state_stays_until_its_system_was_looked_through_beyond_it(stores, kept):
    for name, age in (("before", 60 * DAY), ("meanwhile", 45 * DAY)):
        await kept.delivery(name, source=STATE, age=age, owner="o")
    async with stores.database.write() as tx:
        for kind, age in (("issue", 50 * DAY), ("board", 90 * DAY)):
            row = {"connector": "jira", "kind": kind, "checkpoint": "", "trouble": "", "at": now() - age}
            await tx.execute(insert(looks).values(row))
    await kept.swept(asked=["jira/issue"])  # nobody asks for boards any more
    assert await kept.ids(STATE) == {"meanwhile"}

    async with stores.database.write() as tx:
        await tx.execute(update(looks).values(at=now()))
    await kept.swept(asked=["jira/issue"])
    assert await kept.ids(STATE) == set()


async def test_a_dead_letter_of_a_webhook_keeps_the_ids_of_the_events_that_it_carries(kept):
    await kept.job("hooks:jira:a", state="dead", payload={"bodies": ["x"], "events": [{"id": "one"}, {"id": "two"}]})
    await kept.job("hooks:jira:b", state="dead", payload={"bodies": ["x"]})
    for name in ("one", "two", "three"):
        await kept.delivery(id_of(name), source="event:jira")
    await kept.swept()

    assert await kept.ids("event:jira") == {id_of("one"), id_of("two")}


async def test_a_dead_letter_keeps_the_state_that_it_owns(kept):
    await kept.job("event:jira:a:trigger", "trigger", state="dead", payload={"id": "event:jira:a"})
    for name, owner in (("its", "event:jira:a"), ("other", "event:jira:b")):
        await kept.delivery(name, source=STATE, owner=owner_of(owner))
    await kept.swept()

    assert await kept.ids(STATE) == {"its"}
    assert await kept.inbound.own(STATE, "its", owner_of("event:jira:a"), of=0.0)


async def test_an_effect_stays_while_a_twin_of_its_delivery_may_be_replayed(kept):
    await kept.job("slack:twin", "slack", state="dead", age=50 * DAY)
    for name, age in (("near", 50 * DAY - 3600), ("far", 40 * DAY)):
        await kept.delivery(name, source="slack.effect", age=age, owner="o")
    await kept.swept()

    assert await kept.ids("slack.effect") == {"near"}


async def test_who_is_stopped_in_the_middle_goes_on_at_what_is_left_and_two_are_no_trouble(stores, kept):
    rows = [{"source": STATE, "event_id": f"{n:04}", "at": n, "owner": "o"} for n in range(1, 5 * BATCH)]
    async with stores.database.write() as tx:
        await tx.execute(insert(inbound), rows)
    retention = Retention(stores.database, RetentionTable())
    [sweep] = [one for one in await retention.sweeps() if one.table == "inbound"]
    after = await retention.step(sweep, BEGINNING)

    assert after == (float(BATCH), f"{BATCH:04}")
    assert len(await kept.ids(STATE)) == 4 * BATCH - 1
    await asyncio.gather(kept.swept(), kept.swept())
    standing = await Counts(stores.database).standing()
    assert (standing.deleted["inbound"], standing.rows["inbound"]) == (len(rows), 0)
    assert standing.rows.keys() == {table.name for table in SHORT}


async def moment(stores):
    async with stores.database.read() as tx:
        return float((await tx.execute(select(now()))).scalar_one())
