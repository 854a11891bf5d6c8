"""A day on which a vendor is down, in accelerated time: nothing is lost, and everything comes to its end when the vendor is back."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from clocks import Behind
from hooked import SIGNED, told
from sqlalchemy import update
from voices import PEOPLE, Voice, readable

from bot.connectors.registry import WritesBySystem, connected
from bot.net.breaker import Breakers, Rule
from bot.net.http import Http
from bot.sandbox import Fault
from bot.settings import Configuration, Settings
from bot.store.ledger.replays import Replays
from bot.store.tables import jobs
from bot.store.talk.answers import Answers
from bot.store.talk.offers import Offers
from bot.work.kinds import Work
from bot.work.replaying import Replaying
from bot.work.revival import Bell, Revival
from bot.work.voice import Everybody
from handlers.models import Call, Change, Draft, Person, Place, Policy, Verb

RULES = Configuration.model_validate({"alerts": {"jira.issue.updated": {"channel": "playground:general"}}})
STEPS, STEP, EACH = 14, timedelta(hours=2), 20
"""How long the vendor is down (longer than any job is patient), and the changes in each two hours: 280 of them."""
ISSUES = [f"SUP-{number}" for number in range(1, 21)]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def clock():
    return Behind(STEP * (STEPS + 1))


@pytest.fixture
async def connectors(sandbox, stores):
    """Real connectors behind a breaker that rests for two seconds and rings when it closes."""
    environment = {name.lower(): value for name, value in sandbox.environment().items()}
    bell = Bell(stores.database, stores.jobs)
    async with Breakers(rule=Rule(calls=4, rest=2.0), closed=bell) as breakers, Http(breakers=breakers, read_total=2) as http:
        yield connected(Settings.model_validate(environment), http)


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until, clock):
    writes, voices = WritesBySystem(connectors), {"playground": Voice()}
    work = Work(
        dispatch=None, configuration=RULES, persons=Everybody(PEOPLE, voices), drafts=stores.drafts, audit=stores.audit, policies=RULES.policy_of,
        writes=writes, voices=voices, answers=Answers(stores.database), readable=readable, offers=Offers(stores.database),
    )  # fmt: skip
    revival = Revival(Replaying(stores.jobs, stores.drafts, Replays(stores.database, stores.jobs, stores.audit)), spacing=0.0)
    more = {**work.kinds(), **revival.kinds()}
    async with told(RULES, stores, connectors, sandbox, wait_until, clock=clock, more=more) as running:
        await running.reconciler.begin()
        yield running


async def later(town, clock):
    """Two hours pass: all that waits is so much older, and due."""
    clock.behind -= STEP
    async with town.stores.database.write() as tx:
        waiting = jobs.c.state == "pending", jobs.c.kind.not_in(("write", "expire", "remind"))
        await tx.execute(update(jobs).where(*waiting).values(created=jobs.c.created - STEP.total_seconds(), run_at=0.0))


async def everything_due(town):
    async with town.stores.database.write() as tx:
        await tx.execute(
            update(jobs).where(jobs.c.state == "pending", jobs.c.kind.not_in(("expire", "remind"))).values(run_at=0.0)
        )


async def changed(town, sandbox, clock, number):
    """Somebody changes an issue in Jira's own pages; of two such changes one webhook gets through."""
    issue = ISSUES[number % len(ISSUES)]
    await sandbox.jira.edit(issue, {"labels": [f"change-{number}"]})
    if number % 2:
        at = int(clock().timestamp() * 1000)
        body = {"webhookEvent": "jira:issue_updated", "timestamp": at, "issue": {"key": issue}}
        status, _ = await town.tell("jira", *SIGNED["jira"](body, name=f"w-{number}"))
        assert status == 202


async def look(town, number):
    async with town.stores.database.write() as tx:
        await town.stores.jobs.enqueue(tx, "reconcile", key=f"look:{number}", payload={"connector": "jira"})


async def approve(town, record, number):
    """A draft that a person approves while its system is down: its write is queued. The priorities come in turns."""
    person, place = Person("playground:ada", "Ada"), Place("playground", "general")
    call = Call(f"approved-{number}", "triage", record.id, person, place)
    change = Change("labels", (), (f"draft-{number}",))
    draft = await town.stores.drafts.keep(Draft.of("triage", record, [change], call=call), call=call, policy=Policy())
    await town.stores.drafts.approve(town.stores.press(draft, Verb.APPROVE))
    return draft


async def test_nothing_is_lost_and_all_of_it_comes_to_its_end_in_order(town, sandbox, clock, connectors):
    records = [await connectors["jira"].read(f"SUP-{number}") for number in range(21, 25)]
    await later(town, clock)
    sandbox.jira.faults.add(Fault("status", path="^/rest/", status=503, count=None))
    for step in range(STEPS):
        for number in range(step * EACH, (step + 1) * EACH):
            await changed(town, sandbox, clock, number)
        await look(town, step)
        await later(town, clock)
        for _ in range(2):
            await everything_due(town)
            await town.wait(lambda: settled(town))
    drafts = [await approve(town, record, number) for number, record in enumerate(records)]
    await town.wait(lambda: patience_is_over(town))
    letters = {job.id for job in await town.stores.jobs.list(state="dead", limit=1000)}

    sandbox.jira.faults.clear()
    for firing in ("while the breaker still rests", "after that"):
        await look(town, firing)
        await town.wait(lambda: over(town))

    standing = {one.record: one for one in await town.alerts.standing()}
    assert set(standing) == {f"jira:{issue}" for issue in (*ISSUES, *(record.id for record in records))}
    assert await town.stores.jobs.list(state="dead") == []
    assert [len(sandbox.jira.writes(record.id)) for record in records] == [1] * len(drafts)
    assert [(await town.stores.drafts.read(draft.id)).state for draft in drafts] == ["written"] * len(drafts)
    newest = {name: datetime.fromisoformat((await connectors["jira"].read(name[5:])).version) for name in standing}
    assert [name for name, one in standing.items() if one.last != newest[name]] == []
    assert in_order([job for job in await town.stores.jobs.list(limit=2000) if job.id in letters]) == []


async def settled(town):
    """Whether nothing runs, and nothing is due at once."""
    running = await town.stores.jobs.list(state="running", limit=1000)
    return not running and not await town.stores.jobs.due(1)


async def patience_is_over(town):
    """Whether some of what came first has become dead letters."""
    await everything_due(town)
    return len([job for job in await town.stores.jobs.list(state="dead", limit=1000) if job.kind == "alert"]) >= EACH / 4


async def over(town):
    """Whether everything has come to its end, with nothing left to wait for."""
    await everything_due(town)
    left = [
        job for state in ("pending", "running", "dead", "unknown") for job in await town.stores.jobs.list(state=state, limit=1000)
    ]
    return not [job for job in left if job.kind not in ("expire", "remind")]


def in_order(found):
    """Records of which a job that was made earlier ended later."""
    by_record = defaultdict(list)
    for job in sorted(found, key=lambda one: (one.created, one.id)):
        by_record[job.record_key].append(job.updated)
    return [record for record, ended in by_record.items() if ended != sorted(ended)]
