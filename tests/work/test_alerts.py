"""From an event to the message of its group: real records over real HTTP, on both databases, on a platform that writes down what it is told."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bound import bound
from voices import Voice

from bot.app.alerting import Manners
from bot.connectors.event import Event
from bot.connectors.reading import NOBODY, Observed
from bot.dispatch import Dispatch
from bot.sandbox.faults import Fault
from bot.settings import Configuration
from bot.store.alert_board import AlertBoard
from bot.store.alerts import AlertStore
from bot.store.inbound import Inbound
from bot.store.offers import Offers
from bot.store.posts import Posts
from bot.work.alerts import AlertWork
from bot.work.events import Events
from bot.work.runner import Runner
from handlers.alert import Snooze, Standing
from handlers.models import Person

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HIGH = {"when": "priority in ['High', 'Highest']", "channel": "playground:general"}
BO = Person("playground:bo", "Bo")


@dataclass
class Town:
    """A bot that is told of events. `now` is its clock."""

    stores: Any
    events: Events
    alerts: AlertStore
    voice: Voice
    sandbox: Any
    wait: Any
    now: datetime = NOON
    made: int = 0

    async def edited(self, key, fields, *, name="updated"):
        """Somebody changes an issue, and Jira tells it."""
        await self.sandbox.jira.edit(key, fields)
        await self.told(key, name)

    async def told(self, key="SUP-21", name="updated", *, system="jira", kind="issue"):
        self.made += 1
        at = NOON + timedelta(seconds=self.made)
        await self.events.take(system, [Event(f"e{self.made}", f"{system}.{kind}.{name}", key, at)])
        await self.idle()

    async def idle(self):
        async def nothing():
            found = [job for state in ("pending", "running") for job in await self.stores.jobs.list(state=state, limit=500)]
            return not [job for job in found if job.run_at - job.created < 60]

        await self.wait(nothing)

    def messages(self):
        """The messages, oldest first, without what is said in their threads."""
        return [reply for key, (_, reply, _) in self.voice.said.items() if not self.voice.under.get(key)]

    def thread(self):
        return [reply.text for key, (_, reply, _) in self.voice.said.items() if self.voice.under.get(key)]


@pytest.fixture
def rules():
    return {"alerts": {"jira.issue.updated": HIGH}}


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until, rules):
    configuration, voice = Configuration.model_validate(rules), Voice()
    alerts = AlertStore(stores.database, stores.jobs, stores.audit, pause=0.0)
    events = Events(configuration, Inbound(stores.database, stores.jobs, Posts(stores.database)))
    town = Town(stores, events, alerts, voice, sandbox, wait_until)
    board = AlertBoard(stores.database, stores.jobs, alerts, hush=Manners(configuration), clock=lambda: town.now)
    dispatch = Dispatch(
        bound(connectors, stores.drafts, configuration),
        configuration=configuration,
        drafts=stores.drafts,
        policies=configuration.policy_of,
    )
    records = {name: Observed(one, NOBODY) for name, one in connectors.items()}
    work = AlertWork(
        configuration=configuration, alerts=alerts, board=board, records=records, voices={"playground": voice}, offers=Offers(stores.database),
        dispatch=dispatch, drafts=stores.drafts,
    )  # fmt: skip
    runner = Runner(stores.database, stores.jobs, work.kinds())
    task = asyncio.create_task(runner.run())
    yield town
    runner.stop()
    await task


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
    assert [line.partition(": ")[2] for line in town.thread()] == ["raised, warning", "resolved"]
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
    assert [line.partition(": ")[2] for line in town.thread()] == [
        "raised, warning", "acknowledged by Bo", "assigned to Gus", "snoozed until it changes",
    ]  # fmt: skip
    rows = [row async for row in town.stores.audit.export()]
    assert [(row["actor"], row["action"], row["object"]) for row in rows] == [
        (BO.id, action, f"alert/{alert.id}") for action in ("acknowledged", "assigned", "snoozed")
    ]
