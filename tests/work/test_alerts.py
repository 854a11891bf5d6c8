"""From an event to the message of its group: real records over real HTTP, on both databases, on a platform that writes down what it is told."""

from datetime import timedelta

import pytest
from work.alarms import BO, HIGH, NOON, alarmed

from bot.connectors.event import Event
from bot.sandbox.faults import Fault
from bot.work.alerts import TIDY
from handlers.alert import Severity, Sighting, Snooze, Standing


@pytest.fixture
def rules():
    return {"alerts": {"jira.issue.updated": HIGH}}


def gone(town, key):
    """Jira shows an issue no more."""
    town.sandbox.jira.faults.add(Fault("status", method="GET", path=key, status=404, count=None))


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until, rules):
    async with alarmed(rules, stores, connectors, sandbox, wait_until) as town:
        yield town


async def test_an_alert_is_raised_and_resolved_in_one_message_with_its_history_below(town):
    await town.edited("SUP-21", {"priority": "Highest"})
    [alert] = await town.alerts.standing("playground:general")
    [raised] = town.messages()
    await town.edited("SUP-21", {"priority": "Low"})
    [resolved] = town.messages()

    assert (alert.record, alert.standing, alert.count) == ("jira:SUP-21", Standing.OPEN, 1)
    assert raised.text.splitlines()[0] == "1 alert of jira.issue.updated, warning"
    assert raised.text.splitlines()[1].startswith(f"{alert.id} warning: ")
    assert [offer.label for offer in raised.offers] == ["Acknowledge", "Snooze 1 h", "Assign to me"]
    assert (resolved.text.splitlines()[0], resolved.offers) == ("Resolved: 1 alert of jira.issue.updated", ())
    assert town.thread() == ["raised, warning", "resolved"]
    assert await town.alerts.standing() == []


async def test_what_is_raised_after_all_was_resolved_begins_a_new_message(town):
    for priority in ("Highest", "Low", "High"):
        await town.edited("SUP-21", {"priority": priority})

    first, second = town.messages()
    assert first.text.startswith("Resolved")
    assert second.text.startswith("1 alert of")
    assert "seen 2 times" in second.text


async def test_an_event_that_the_rule_does_not_mean_and_a_copy_raise_nothing(town):
    await town.edited("SUP-21", {"priority": "Low"})
    await town.edited("SUP-21", {"priority": "High"}, name="created")
    assert (town.messages(), await town.alerts.since("", NOON - timedelta(days=9000))) == ([], [])

    event = Event("same", "jira.issue.updated", "SUP-21", NOON + timedelta(hours=1))
    for _ in range(3):
        await town.events.take("jira", [event, event])
    await town.idle()
    [alert] = await town.alerts.standing()
    assert alert.count == 1


@pytest.mark.parametrize("way", ["deleted", "updated"])
async def test_a_record_that_is_gone_has_nothing_wrong(town, way):
    await town.edited("SUP-21", {"priority": "High"})
    [alert] = await town.alerts.standing()
    gone(town, "SUP-21")
    await town.told("SUP-21", way)

    assert await town.alerts.standing() == []
    assert alert.title in town.messages()[0].text


async def test_people_are_told_what_people_did(town):
    await town.edited("SUP-21", {"priority": "High"})
    [alert] = await town.alerts.standing()
    await town.alerts.acknowledge([alert.id], BO)
    await town.idle()
    await town.alerts.assign([alert.id], "Gus", BO)
    await town.idle()
    await town.alerts.snooze([alert.id], Snooze(change=True), BO)
    await town.idle()
    [message] = town.messages()

    assert "acknowledged by Bo, assigned to Gus, snoozed until it changes" in message.text
    assert [offer.label for offer in message.offers] == ["Snooze 1 h", "Assign to me"]
    assert town.thread() == [
        "raised, warning", "acknowledged by Bo", "assigned to Gus", "snoozed until it changes",
    ]  # fmt: skip
    rows = [row async for row in town.stores.audit.export()]
    assert [(row["actor"], row["action"], row["object"]) for row in rows] == [
        (BO.id, action, f"alert/{alert.id}") for action in ("acknowledged", "assigned", "snoozed")
    ]


@pytest.mark.parametrize(
    "rules", [{"alerts": {"jira.issue.deleted": {"channel": "playground:general", "when": "record in ['SUP-21']"}}}]
)
async def test_a_rule_about_what_is_deleted_raises_one_alert_a_record(town):
    await town.told("SUP-21", "updated")
    assert town.messages() == []

    gone(town, "SUP-2[12]")
    for key in ("SUP-21", "SUP-21", "SUP-22"):
        await town.told(key, "deleted")
    [alert] = await town.alerts.standing()
    [message] = town.messages()

    assert (alert.record, alert.standing) == ("jira:SUP-21", Standing.OPEN)
    assert message.text.startswith("1 alert of jira.issue.deleted, warning")


DELETED = {"jira.issue.deleted": {"channel": "playground:general"}}


@pytest.mark.parametrize("rules", [{"alerts": {"jira.issue.updated": HIGH, **DELETED}}])
async def test_a_deletion_that_comes_after_the_record_was_restored_ends_nothing_and_raises_nothing(town):
    await town.edited("SUP-21", {"priority": "High"})
    await town.told("SUP-21", "deleted")

    [alert] = await town.alerts.standing()
    assert (alert.rule, alert.standing) == ("jira.issue.updated", Standing.OPEN)
    assert town.thread() == ["raised, warning"]


@pytest.mark.parametrize("rules", [{"alerts": {"jira.issue.updated": HIGH, **DELETED}}])
async def test_a_deletion_of_which_nothing_is_to_be_seen_yet_is_looked_at_once_more(town):
    await town.edited("SUP-21", {"priority": "High"})
    await town.told("SUP-21", "deleted")
    gone(town, "SUP-21")
    await town.later(minutes=2)

    assert [alert.rule for alert in await town.alerts.standing()] == ["jira.issue.deleted"]
    waiting = [job for job in await town.stores.jobs.list(limit=500) if job.kind == "alert" and job.state == "pending"]
    assert waiting == []


@pytest.mark.parametrize("rules", [{"alerts": DELETED}])
async def test_what_is_only_out_of_sight_was_not_deleted(town):
    gone(town, "SUP-21")
    await town.told("SUP-21", "updated")

    assert (await town.alerts.standing(), town.messages()) == ([], [])


@pytest.mark.parametrize(
    "rules",
    [{"alerts": {"jira.issue.updated": HIGH | {"channel": "playground:support"}}}, {"admins": {"channel": "playground:ops"}}],
)
async def test_alerts_of_a_rule_that_is_not_there_any_more_do_not_stand_for_ever(stores, connectors, sandbox, wait_until, rules):
    async with alarmed({"alerts": {"jira.issue.updated": HIGH}}, stores, connectors, sandbox, wait_until) as before:
        await before.edited("SUP-21", {"priority": "High"})
        own = Sighting(
            "w", "countersign.latency", "playground:ops", "countersign:latency:people", "Slow", "", Severity.WARNING, NOON
        )
        await before.alerts.sight(own)
        await before.idle()
    async with alarmed(rules, stores, connectors, sandbox, wait_until, voice=before.voice) as town:
        async with stores.database.write() as tx:
            await stores.jobs.enqueue(tx, TIDY, key="tidy", payload={})
        await town.idle()

        assert [alert.title for alert in await town.alerts.standing()] == ["Slow"]
        assert "resolved" in town.thread()
