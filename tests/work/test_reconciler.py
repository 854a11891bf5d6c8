"""Asking systems what has changed: every connector against its stand-in, with the webhooks beside it, on both databases."""

from datetime import timedelta

import pytest
from clocks import Behind
from hooked import SIGNED, told
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.app.reconciling import looks, timetable
from bot.sandbox import Fault
from bot.settings import Configuration
from bot.store.ledger.replays import Replays
from bot.store.tables import jobs
from bot.store.tables.looks import looks as rows
from bot.work.replaying import Replaying
from bot.work.revival import Bell, Revival
from bot.work.runner import Kind

WHERE = "playground:general"
RULES = Configuration.model_validate(
    {
        "triggers": {
            "jira.issue.updated": {"workflow": "triage", "channel": WHERE},
            "zendesk.ticket.updated": {"workflow": "reply", "channel": WHERE},
            "hubspot.contact.updated": {"workflow": "lead", "channel": WHERE},
            "salesforce.lead.updated": {"workflow": "lead", "channel": WHERE},
        }
    }
)


EDITS = {
    "jira": ("SUP-21", {"labels": ["seen"]}),
    "zendesk": ("153", {"priority": "high"}),
    "hubspot": ("721", {"phone": "1"}),
}


@pytest.fixture
def clock():
    """The time of the stand-ins and of the reconciler."""
    return Behind(timedelta(hours=10))


@pytest.fixture
def rules():
    return RULES


@pytest.fixture
def systems(connectors, sandbox):
    return connectors, sandbox


@pytest.fixture
async def town(stores, systems, rules, wait_until, clock):
    async with told(rules, stores, *systems, wait_until, clock=clock) as running:
        await running.reconciler.begin()
        clock.on(minutes=5)
        yield running


def edit_of(sandbox, system):
    if system != "salesforce":
        return EDITS[system]
    known = sandbox.salesforce.vendor.records.items()
    number = next(key for key, row in known if key.startswith("00Q") and not row.get("IsConverted"))
    return number, {"Phone": "+1 555 0100"}


async def edited(sandbox, clock, system):
    """Somebody changes a record in the vendor's own pages; its name, once it has been for a while."""
    record, fields = edit_of(sandbox, system)
    await getattr(sandbox, system).edit(record, fields)
    clock.on(minutes=5)
    return record


def event_of(system, record, at):
    """What the webhook of the same change says."""
    milliseconds = int(at.timestamp() * 1000)
    if system == "jira":
        return {"webhookEvent": "jira:issue_updated", "timestamp": milliseconds, "issue": {"key": record}}
    if system == "zendesk":
        return {"id": "e", "subject": f"zen:ticket:{record}", "detail": {"id": record}, "time": at.isoformat(),
                "type": "zen:event-type:ticket.priority_changed"}  # fmt: skip
    row = {"portalId": 77, "subscriptionId": 5, "eventId": 9, "occurredAt": milliseconds, "objectId": int(record)}
    return [row | {"subscriptionType": "contact.propertyChange", "propertyName": "phone"}]


@pytest.mark.parametrize("system", ["jira", "zendesk", "hubspot", "salesforce"])
async def test_what_no_webhook_told_is_found_once_and_nothing_old_is_news(town, sandbox, clock, system):
    await town.look(system)
    before = await town.jobs("trigger")
    record = await edited(sandbox, clock, system)
    for number in range(3):
        await town.look(system, key=f"again {number}")
    [draft] = await town.stores.drafts.waiting()

    assert (before, len(await town.jobs("trigger"))) == ([], 1)
    assert (draft.record.system, draft.record.id) == (system, record)
    assert {job.state for job in await town.jobs("reconcile")} == {"done"}


@pytest.mark.parametrize("first", ["webhook", "reconciler"])
@pytest.mark.parametrize("system", ["jira", "zendesk", "hubspot"])
async def test_what_is_told_both_ways_has_one_effect(town, sandbox, clock, system, first):
    at = clock()
    record = await edited(sandbox, clock, system)
    ways = [lambda: town.tell(system, *SIGNED[system](event_of(system, record, at))), lambda: town.look(system)]
    for way in ways if first == "webhook" else reversed(ways):
        await way()
        await town.idle()
    decided = await town.stores.drafts.waiting()

    assert len(await town.jobs("trigger")) == 2
    assert (len(decided), len(town.voice.said)) == (1, 1)


@pytest.mark.parametrize("rules", [Configuration.model_validate({"alerts": {"jira.issue.updated": {"channel": WHERE}}})])
@pytest.mark.parametrize("first", ["webhook", "reconciler"])
async def test_what_is_told_both_ways_is_one_alert_that_was_seen_once(town, sandbox, clock, first):
    at = clock()
    record = await edited(sandbox, clock, "jira")
    ways = [lambda: town.tell("jira", *SIGNED["jira"](event_of("jira", record, at))), lambda: town.look("jira")]
    for way in ways if first == "webhook" else reversed(ways):
        await way()
        await town.idle()

    assert len(await town.jobs("alert")) == 2
    assert [(one.record, one.count) for one in await town.alerts.standing()] == [("jira:SUP-21", 1)]


async def test_a_second_change_has_an_effect_of_its_own_by_either_way(town, sandbox, clock):
    for number, label in enumerate(("one", "two", "three")):
        at = clock()
        await sandbox.jira.edit("SUP-21", {"labels": [label]})
        clock.on(minutes=1)
        await town.tell("jira", *SIGNED["jira"](event_of("jira", "SUP-21", at), name=f"w-{number}"))
        await town.idle()
        await town.look("jira", key=label)

    assert len(await town.jobs("trigger")) == 6
    assert len(await town.stores.drafts.waiting()) == 3


async def test_two_who_look_at_once_have_one_effect(town, sandbox, clock):
    await edited(sandbox, clock, "jira")
    async with town.stores.database.write() as tx:
        for number in range(4):
            await town.stores.jobs.enqueue(tx, "reconcile", key=f"r{number}", payload={"connector": "jira"})
    await town.idle()

    assert (len(await town.jobs("trigger")), len(await town.stores.drafts.waiting())) == (1, 1)
    assert {job.state for job in await town.jobs("reconcile")} == {"done"}


async def test_a_system_that_is_away_is_asked_on_where_it_stopped(town, sandbox, clock):
    sandbox.jira.faults.add(Fault("status", path="/search/jql", status=503, count=None))
    await edited(sandbox, clock, "jira")
    await town.look("jira", key="down")
    during = {one.kind: one.trouble for one in await town.checkpoints.all() if one.connector == "jira"}
    sandbox.jira.faults.clear()
    await town.look("jira", key="up")
    after = {one.kind: one.trouble for one in await town.checkpoints.all() if one.connector == "jira"}

    assert ("Jira" in during["issue"], after["issue"]) == (True, "")
    assert {job.state for job in await town.jobs("reconcile")} == {"done"}
    assert len(await town.jobs("trigger")) == 1


async def test_dead_letters_of_a_system_that_is_asked_too_seldom_for_a_breaker_are_tried_again_when_it_answers(
    stores, connectors, sandbox, rules, wait_until
):
    done, replaying = [], Replaying(stores.jobs, stores.drafts, Replays(stores.database, stores.jobs, stores.audit))

    async def run(payload):
        done.append(payload["name"])

    more = {"letter": Kind(run), **Revival(replaying).kinds()}
    bell = Bell(stores.database, stores.jobs, grace=0.0)
    async with told(rules, stores, connectors, sandbox, wait_until, more=more, answers=bell) as town:
        await town.reconciler.begin()
        sandbox.jira.faults.add(Fault("status", path="/search/jql", status=503, count=None))
        await town.look("jira", key="down")
        await letter(stores, away="jira")
        await town.look("jira", key="still down")
        assert done == []
        sandbox.jira.faults.clear()
        await town.look("jira", key="up")
        await wait_until(lambda: done == ["letter"])
        await town.look("jira", key="as before")

        assert len(await town.jobs("revive")) == 1


async def letter(stores, *, away):
    """A dead letter of a system that was away."""
    async with stores.database.write() as tx:
        await stores.jobs.enqueue(tx, "letter", key="letter", payload={"name": "letter"})
        values = {"state": "dead", "away": away, "updated": jobs.c.updated - 1}
        await tx.execute(update(jobs).where(jobs.c.key == "letter").values(values))


async def test_trouble_that_waiting_does_not_help_is_one_dead_letter_until_it_changes(town, sandbox):
    sandbox.jira.faults.add(
        Fault("status", path="/search/jql", status=403, count=2), Fault("status", path="/search/jql", status=401)
    )
    for number in range(4):
        await town.look("jira", key=str(number))
    states = [job.state for job in sorted(await town.jobs("reconcile"), key=lambda job: job.key)]

    assert states == ["dead", "done", "dead", "done"]


async def test_a_checkpoint_that_cannot_be_read_begins_where_the_last_look_went_through(town, sandbox, clock, stores):
    await town.look("jira")
    await edited(sandbox, clock, "jira")
    async with stores.database.write() as tx:
        at = (clock() - timedelta(minutes=30)).timestamp()
        await tx.execute(update(rows).where(rows.c.connector == "jira").values(checkpoint="{", at=at))
    await town.look("jira", key="2")
    await town.look("jira", key="3")

    assert len(await town.jobs("trigger")) == 1


async def test_only_what_something_waits_for_is_asked(stores, connectors, sandbox, wait_until):
    rules = Configuration.model_validate(
        {
            "triggers": {
                "jira.issue.created": {"workflow": "triage", "channel": WHERE},
            },
            "alerts": {"hubspot.deal.updated": {"channel": WHERE}},
        }
    )
    async with told(rules, stores, connectors, sandbox, wait_until) as town:
        await town.reconciler.begin()
        found = [(one.connector, one.kind) for one in await town.checkpoints.all()]

        assert list(town.reconciler.systems) == ["hubspot", "jira"]
        assert found == [("hubspot", "deal"), ("jira", "issue")]


@given(st.floats(min_value=0, max_value=4e9), st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=2)))
def test_looks_come_at_whole_multiples_of_their_span(now, span):
    span = timedelta(seconds=int(span.total_seconds()))
    table = timetable("jira", span)
    at = table.after(now)

    assert now < at <= now + span.total_seconds()
    assert (at % span.total_seconds(), table.comes(at), table.alone) == (0, True, True)


def test_a_system_that_is_not_asked_has_no_timetable():
    rules = Configuration.model_validate({"reconcile": {"every": "10m", "jira": "1m", "hubspot": "off"}})

    assert [one.name for one in looks(rules, ["hubspot", "jira", "zendesk"])] == ["reconcile/jira", "reconcile/zendesk"]
    assert [one.after(0) for one in looks(rules, ["jira", "zendesk"])] == [60, 600]
    assert looks(Configuration.model_validate({"reconcile": {"every": "off"}}), ["jira"]) == []


@pytest.mark.parametrize("wrong", ["0s", "soon", "-5m", ""])
def test_a_span_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="duration"):
        Configuration.model_validate({"reconcile": {"jira": wrong}})
