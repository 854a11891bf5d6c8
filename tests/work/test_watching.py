"""The bot watches itself: each threshold, from the ledger to an alert in the operators' channel, and its end."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bound import bound
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update
from voices import Voice

from bot.app.alerting import Manners
from bot.dispatch import Dispatch
from bot.settings import Configuration
from bot.settings.watching import WatchTable
from bot.store.alerts.alerts import AlertStore
from bot.store.alerts.board import AlertBoard
from bot.store.figures.measures import UNREAD, Measured, Measures, in_a_row
from bot.store.figures.syncs import Syncs
from bot.store.ledger.checkpoints import Checkpoints
from bot.store.tables import drafts, jobs, llm_spending
from bot.store.tables.looks import looks
from bot.store.talk.offers import Offers
from bot.watch.metrics import REGISTRY
from bot.work.alerts import AlertWork
from bot.work.runner import Runner
from bot.work.watching import Watch, Wrong, told, wrong
from handlers.alert import Severity, Standing
from handlers.models import State, Verb

RULES = {
    "admins": {"channel": "playground:operators"},
    "sources": {"docs": {"path": "/docs"}},
    "watch": {"jobs": 4, "rejections": 2, "dead_letters": 2},
}


@dataclass
class Post:
    """A watch on the ledger at hand. `away` are the systems that do not answer."""

    stores: Any
    alerts: AlertStore
    measures: Measures
    wait: Any
    voice: Voice
    away: set[str] = field(default_factory=set)
    looks: int = 0

    async def jobs(self, kind, *states, **values):
        """Jobs of these states that are due now, or as `values` say."""
        async with self.stores.database.write() as tx:
            for state in states:
                self.looks += 1
                key = f"{kind}:{self.looks}"
                await self.stores.jobs.enqueue(tx, kind, key=key, payload={})
                await tx.execute(update(jobs).where(jobs.c.key == key).values(state=state, **values))

    def texts(self):
        """What stands in the operators' channel."""
        return [reply.text for _, reply, _ in self.voice.said.values()]

    async def look(self):
        """One look, from its job to its end: what stands now, by record."""
        self.looks += 1
        async with self.stores.database.write() as tx:
            await self.stores.jobs.enqueue(tx, "watch", key=f"look:{self.looks}", payload={"at": 0.0})

        async def over():
            found = await self.stores.jobs.list(limit=500)
            return [job for job in found if job.key == f"look:{self.looks}" and job.state == "done"]

        await self.wait(over)
        found = await self.alerts.standing("playground:operators")
        return {alert.record.removeprefix("countersign:"): alert for alert in found}


@pytest.fixture
def rules():
    return RULES


@pytest.fixture
async def post(stores, connectors, wait_until, rules):
    alerts, measures = AlertStore(stores.database, stores.jobs, stores.audit, pause=0.0), Measures(stores.database)
    configuration, found = Configuration.model_validate(rules), Post(stores, alerts, measures, wait_until, Voice())

    async def away():
        return found.away

    watch = Watch(configuration, measures, alerts, away, asked={"jira/issue"})
    ports = bound(connectors, stores.drafts, configuration)
    dispatch = Dispatch(ports, configuration=configuration, drafts=stores.drafts, policies=configuration.policy_of)
    work = AlertWork(
        configuration=configuration, alerts=alerts, records={}, voices={"playground": found.voice}, offers=Offers(stores.database),
        board=AlertBoard(stores.database, stores.jobs, alerts, hush=Manners(configuration), clock=lambda: datetime.now(UTC)),
        dispatch=dispatch, drafts=stores.drafts,
    )  # fmt: skip
    runner = Runner(stores.database, stores.jobs, {**watch.kinds(), **work.kinds()})
    task = asyncio.create_task(runner.run())
    yield found
    runner.stop()
    await task


async def test_a_system_whose_changes_are_not_found_for_an_hour_stands_until_they_are(post, stores):
    """Its dead letter is one for as long as its reason stays the same, and no news after a day; what no webhook told is missed all the while."""
    checkpoints = Checkpoints(stores.database)
    for kind in ("issue", "board"):
        await checkpoints.begin("jira", kind, "{}")
        await checkpoints.ended("jira", kind, "Jira refuses: no right to browse")
    assert await post.look() == {}

    async with stores.database.write() as tx:
        await tx.execute(update(looks).values(at=looks.c.at - UNREAD))
    found = await post.look()
    assert list(found) == ["reconcile:jira/issue"]  # nobody asks for boards any more
    assert "have not been found for an hour" in found["reconcile:jira/issue"].title
    await checkpoints.ended("jira", "issue")
    assert await post.look() == {}


async def test_a_quiet_bot_is_well(post, stores):
    await stores.draft()
    await post.jobs("hook", *["done"] * 9, "dead")

    assert await post.look() == {}
    assert await post.alerts.since("", datetime(2020, 1, 1, tzinfo=UTC)) == []


async def test_jobs_that_fail_are_told_of_until_they_go_well(post):
    await post.jobs("trigger", "done", "done", "done", "dead")
    found = await post.look()
    await post.jobs("trigger", *["done"] * 6)

    assert found["success:jobs"].title == "Jobs fail: 1 of 4 that were due in the last 15 minutes ended without success"
    assert "success:jobs" not in await post.look()
    [over] = await post.alerts.since("", datetime(2020, 1, 1, tzinfo=UTC))
    assert over.standing is Standing.RESOLVED
    await post.wait(lambda: [text for text in post.texts() if text.startswith("Resolved: 1 alert of countersign.success")])


async def test_people_who_wait_are_told_of(post):
    await post.jobs("call", "done", "done", "done")
    assert await post.look() == {}
    await post.jobs("call", *["running"] * 4, run_at=jobs.c.run_at - 45, lease=9e9)

    assert "one in twenty for 4" in (await post.look())["latency:people"].title


async def test_dead_letters_of_a_day_by_kind_and_writes_whose_end_nobody_knows(post):
    await post.jobs("amend", *["done"] * 40)
    await post.jobs("hook", "dead", "dead")
    await post.jobs("trigger", "dead")
    await post.jobs("write", "unknown", updated=0.0)
    found = await post.look()
    await post.jobs("hook", "dead", "dead", updated=jobs.c.updated - 90_000)

    assert found.keys() == {"dead_letters:hook", "unknown_writes:jobs"}
    assert found["dead_letters:hook"].title == "Dead letters of kind hook: 2 within a day. /bot jobs lists them"
    assert found["unknown_writes:jobs"].severity is Severity.CRITICAL
    async with post.stores.database.write() as tx:
        await tx.execute(update(jobs).where(jobs.c.state.in_(("dead", "unknown"))).values(state="pending", run_at=9e9))
    assert await post.look() == {}


async def test_a_system_that_is_left_alone_and_a_folder_that_is_lost(post):
    post.away.add("jira")
    syncs = Syncs(post.stores.database)
    await syncs.record("docs", trouble="the folder is away")
    await syncs.record("old", trouble="nobody has this any more")
    found = await post.look()

    assert {name: one.title for name, one in found.items()} == {
        "breaker:jira": "jira does not answer, and is left alone until it does", "source:docs": "the folder is away",
    }  # fmt: skip
    post.away.clear()
    await syncs.record("docs", documents=3)
    assert await post.look() == {}


async def test_the_budget_is_told_of_twice(post):
    async with post.stores.database.write() as tx:
        row = {"day": f"{datetime.now(UTC):%Y-%m-%d}", "scope": "all", "micros": 15_900_000}
        await tx.execute(insert(llm_spending).values(row))
    assert await post.look() == {}

    seen = []
    for dollars in (16, 19, 20, 21):
        async with post.stores.database.write() as tx:
            await tx.execute(update(llm_spending).values(micros=dollars * 1_000_000))
        alert = (await post.look())["budget:day"]
        seen.append((alert.severity, alert.count))

    assert seen == [(Severity.WARNING, 1), (Severity.WARNING, 1), (Severity.CRITICAL, 2), (Severity.CRITICAL, 2)]


async def test_rejections_in_a_row_by_workflow(post, stores):
    for name in ("one", "two"):
        draft = await stores.draft(name)
        await stores.drafts.reject(stores.press(draft, Verb.REJECT))
    assert (await post.look())["rejections:triage"].title == "The last 2 drafts of /triage were rejected"
    async with stores.database.write() as tx:
        await tx.execute(update(drafts).where(drafts.c.id == draft.id).values(state=str(State.WRITTEN)))

    assert await post.look() == {}


class TestWithoutAChannel:
    @pytest.fixture
    def rules(self):
        return {"watch": {"unknown_writes": 1}}

    async def test_what_is_wrong_stands_in_the_figures_only(self, post):
        def counted():
            return REGISTRY.get_sample_value("bot_wrong_total", {"what": "unknown_writes"}) or 0

        before = counted()
        await post.jobs("write", "unknown")
        assert await post.look() == {}
        assert counted() == before + 1


NUMBERS = st.integers(0, 50)
SHARES = st.floats(0, 1)
MEASURED = st.builds(
    Measured, now=st.floats(1e9, 2e9), ended=NUMBERS, well=NUMBERS, awaited=NUMBERS, latency=st.floats(0, 900),
    dead=st.dictionaries(st.sampled_from(["hook", "call"]), NUMBERS), unknown=NUMBERS, spent=st.floats(0, 50),
    rejected=st.dictionaries(st.sampled_from(["triage", "reply"]), NUMBERS), lost=st.dictionaries(st.just("docs"), st.just("away")),
)  # fmt: skip
TABLES = st.builds(
    WatchTable, jobs=NUMBERS, success=SHARES, latency=st.integers(0, 60).map(lambda n: timedelta(seconds=n)), dead_letters=NUMBERS,
    unknown_writes=NUMBERS, budget=SHARES, rejections=NUMBERS,
)  # fmt: skip
OFF = WatchTable.model_validate(
    {"jobs": 0, "success": 0, "latency": "0s", "dead_letters": 0, "unknown_writes": 0, "budget": 0, "rejections": 0}
)


@given(MEASURED)
def test_zero_turns_a_rule_off(measured):
    found = {one.what for one in wrong(measured, ["jira"], OFF, dollars=20.0)}
    assert found <= {"breaker", "source"}


@given(MEASURED, TABLES)
def test_what_is_worse_is_never_less_wrong(measured, table):
    worse = Measured(
        measured.now, measured.ended, 0, measured.awaited, measured.latency + 100,
        {kind: number + 1 for kind, number in measured.dead.items()}, measured.unknown + 1, measured.spent + 1,
        {name: number + 1 for name, number in measured.rejected.items()}, measured.lost,
    )  # fmt: skip
    before = {one.record for one in wrong(measured, [], table, dollars=20.0)}
    assert before <= {one.record for one in wrong(worse, ["jira"], table, dollars=20.0)}


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([State.REJECTED, State.WRITTEN])), max_size=12))
def test_rejections_in_a_row_are_those_before_the_first_other_decision(decided):
    found = in_a_row(decided)
    for name in ("a", "b"):
        mine = [state for workflow, state in decided if workflow == name]
        count = found.get(name, 0)
        assert all(state is State.REJECTED for state in mine[:count])
        assert count == len(mine) or mine[count] is State.WRITTEN


def test_what_stands_in_a_channel_of_before_is_over():
    sightings = list(told([Wrong("breaker", "jira", "x")], [], channel="slack:C1", now=datetime.now(UTC)))
    assert [(one.rule, one.record, one.holds) for one in sightings] == [("countersign.breaker", "countersign:breaker:jira", True)]
