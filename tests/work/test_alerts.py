"""From an event to the message of its group: real records over real HTTP, on both databases, on a platform that writes down what it is told."""

from datetime import timedelta

import pytest
from work.alarms import BO, HIGH, NOON, alarmed

from bot.connectors.event import Event
from bot.sandbox.faults import Fault
from handlers.alert import Snooze, Standing


@pytest.fixture
def rules():
    return {"alerts": {"jira.issue.updated": HIGH}}


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
    if way == "updated":
        town.sandbox.jira.faults.add(Fault("status", method="GET", path="SUP-21", status=404, count=None))
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
