"""What is forgotten has no second effect: a record that was acted on long ago, dead letters that are replayed late, alerts that come again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hooked import SIGNED, told
from sqlalchemy import select, update
from voices import PEOPLE

from bot.app import House
from bot.sandbox import Sandbox
from bot.sandbox.jira.seed import stamp
from bot.settings import Configuration, Settings
from bot.settings.retention import RetentionTable
from bot.store.retention.sweeping import GOES, STAYS
from bot.store.tables import inbound, jobs
from handlers.models import Decision, Place, Verb

RULES = Configuration.model_validate(
    {
        "approvals": {"default": {"requester_may_approve": True}},
        "triggers": {
            name: {"workflow": "triage", "channel": "playground:general"} for name in ("jira.issue.updated", "jira.issue.created")
        },
    }
)
LONG = timedelta(days=60)
BO = PEOPLE.find("playground:bo")


@pytest.fixture
async def sandbox():
    """The vendors, as they were long ago."""
    async with Sandbox.start(None, clock=lambda: datetime.now(UTC) - LONG) as started:
        records = started.jira.vendor.records
        records["SUP-21"] = {**records["SUP-21"], "updated": stamp(datetime.now(UTC) - LONG)}
        yield started


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until):
    async with told(RULES, stores, connectors, sandbox, wait_until) as running:
        yield running


async def tell(town, name, *, ago=timedelta(0), deed="updated"):
    """A webhook about an issue, of a change so long ago."""
    at = datetime.now(UTC) - ago
    body = {"webhookEvent": f"jira:issue_{deed}", "timestamp": int(at.timestamp() * 1000), "issue": {"key": "SUP-21"}}
    await town.tell("jira", *SIGNED["jira"](body, name=name))
    await town.idle()


async def acted(town, *, deed="updated"):
    """The issue was changed, the bot has proposed something and somebody has rejected that."""
    await tell(town, "w-1", ago=LONG, deed=deed)
    [draft] = await town.stores.drafts.waiting()
    await town.stores.drafts.reject(Decision(draft.id, draft.version, Verb.REJECT, BO, Place("playground", "general")))


async def long_ago(town):
    """Everything in the ledger happened when the vendors' clocks say so; then what is over is deleted."""
    database, span = town.stores.database, LONG.total_seconds()
    async with database.write() as tx:
        await tx.execute(update(inbound).values(at=inbound.c.at - span))
        moved = {name: jobs.c[name] - span for name in ("run_at", "created", "updated")}
        await tx.execute(update(jobs).values(moved))
    await run(town)


async def run(town):
    await town.stores.swept(RetentionTable())


async def ids(town):
    async with town.stores.database.read() as tx:
        return (await tx.execute(select(inbound.c.event_id))).scalars().all()


@pytest.mark.parametrize("deed", ["updated", "created"])
async def test_a_record_that_did_not_change_since_has_no_second_effect(town, sandbox, deed):
    await sandbox.jira.edit("SUP-21", {"labels": ["seen"]})
    await acted(town, deed=deed)
    await long_ago(town)
    assert (await ids(town), await town.jobs("trigger")) == ([], [])

    await tell(town, "w-2", ago=LONG - timedelta(hours=1), deed=deed)
    if deed == "updated":  # an event of now, too: there is nothing new to be read
        await tell(town, "w-3")
    assert len(town.voice.said) == 1
    assert await town.stores.drafts.waiting() == []


async def test_a_change_after_that_has_its_effect(town, sandbox):
    await acted(town)
    await long_ago(town)
    records = sandbox.jira.vendor.records
    records["SUP-21"] = {**records["SUP-21"], "updated": stamp(datetime.now(UTC))}
    await tell(town, "w-2")

    assert (len(town.voice.said), len(await town.stores.drafts.waiting())) == (2, 1)


async def test_a_dead_letter_from_before_what_is_remembered_says_so_and_does_nothing(town):
    await acted(town)
    async with town.stores.database.write() as tx:
        payload = (await tx.execute(select(jobs.c.payload).where(jobs.c.kind == "trigger"))).scalar_one()
        late = {**payload, "id": "event:jira:late"}
        await town.stores.jobs.enqueue(tx, "trigger", key="event:jira:late:trigger", payload=late, delay=1000)
        await tx.execute(update(jobs).where(jobs.c.key == "event:jira:late:trigger").values(state="dead"))
    await long_ago(town)
    [letter] = await town.jobs("trigger")
    async with town.stores.database.write() as tx:
        assert await town.stores.jobs.replay(tx, letter.id)
    await town.idle()
    [letter] = await town.jobs("trigger")

    assert (letter.state, "give the command yourself" in letter.error) == ("dead", True)
    assert len(town.voice.said) == 1


async def test_two_runs_at_once_and_events_beside_them_are_no_trouble(town):
    await acted(town)
    await long_ago(town)
    await asyncio.gather(run(town), run(town), *(tell(town, f"w-{number}") for number in range(3)))

    assert len(town.voice.said) == 1


async def test_of_every_kind_of_job_it_is_said_whether_it_goes(tmp_path, models):
    house = House(Settings(data_dir=tmp_path, model_dir=models), RULES)
    try:
        kinds = set((await house.floor()).runner.kinds)
    finally:
        await house.close()

    assert kinds <= {*GOES, *STAYS}
    assert {*GOES, *STAYS} - kinds == {"slack", "teams"}  # which are there where they are connected
    assert not {*GOES} & {*STAYS}
