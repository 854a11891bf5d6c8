"""Alerts that are kept back: quiet hours, maintenance, snoozes; and what gathers them in one message."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from voices import Voice
from work.alarms import BO, HIGH, NOON, alarmed

from bot.sandbox.faults import Fault
from bot.settings.retention import RetentionTable
from bot.store.alerts.alerts import ROUND
from bot.store.tables import alert_history, alert_messages, alert_sightings, alerts, jobs
from handlers.alert import Snooze
from handlers.errors import Unavailable

UPDATED = "jira.issue.updated"
LONG = (RetentionTable().alerts + 1) * 86400.0
"""Seconds after which what is over is forgotten."""


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What SQL does is tried on both databases elsewhere."""


@pytest.fixture
async def town(request, stores, connectors, sandbox, wait_until):
    async with alarmed(request.param, stores, connectors, sandbox, wait_until) as town:
        yield town


def ruled(rules):
    return pytest.mark.parametrize("town", [rules], indirect=True)


WORSE = [
    HIGH | {"quiet": "11:00-13:00"},
    {"when": "priority == 'Highest'", "channel": "playground:general", "severity": "critical"},
]


@ruled({"alerts": {UPDATED: WORSE}, "digests": {"d": {"channel": "playground:general", "at": "09:00", "quiet": "11:30-13:30"}}})
async def test_in_quiet_hours_only_what_is_critical_is_told_and_the_rest_in_one_message_at_their_end(town):
    for key in ("SUP-20", "SUP-21"):
        await town.edited(key, {"priority": "High"})
    assert (town.messages(), len(await town.alerts.standing())) == ([], 2)

    await town.edited("SUP-20", {"priority": "Highest"})
    [critical] = town.messages()
    assert critical.text.startswith("1 alert of jira.issue.updated 2, critical")

    await town.later(hours=1)
    [_, rest] = town.messages()
    assert rest.text.startswith("2 alerts of jira.issue.updated, the worst warning")


@ruled({"alerts": {UPDATED: HIGH}, "maintenance": {"now": {"from": "2026-11-20 11:00", "until": "2026-11-20 12:30"}}})
async def test_what_holds_when_a_maintenance_window_ends_is_told_then_and_what_does_not_never_is(town):
    for key in ("SUP-20", "SUP-21"):
        await town.edited(key, {"priority": "High"})
    await town.edited("SUP-20", {"priority": "Low"})
    assert town.messages() == []

    await town.later(minutes=31)
    [message] = town.messages()
    assert message.text.startswith("1 alert of")
    assert town.thread() == ["raised, warning"]


@ruled(
    {
        "alerts": {UPDATED: HIGH | {"severity": "critical"}},
        "maintenance": {"m": {"from": "11:00", "until": "12:30", "alerts": ["countersign.success"]}},
    }
)
async def test_a_window_for_other_rules_keeps_nothing_back(town):
    await town.edited("SUP-21", {"priority": "High"})
    assert len(town.messages()) == 1


@ruled({"alerts": {UPDATED: HIGH}})
async def test_a_snooze_until_a_time_ends_then_and_says_so(town):
    await town.edited("SUP-21", {"priority": "High"})
    [alert] = await town.alerts.standing()
    await town.alerts.snooze([alert.id], Snooze(NOON + timedelta(hours=1)), BO)
    await town.idle()
    await town.edited("SUP-21", {"priority": "Highest"})
    assert "snoozed until 2026-11-20 13:00 UTC" in town.messages()[0].text

    await town.later(hours=1)
    assert town.thread()[1:] == ["snoozed until 2026-11-20 13:00 UTC", "no longer snoozed"]
    assert "snoozed" not in town.messages()[0].text


@ruled({"alerts": {UPDATED: HIGH}})
@pytest.mark.parametrize("way", ["event", "look"])
async def test_a_snooze_until_another_record_is_done_ends_when_it_is(town, way):
    await town.edited("SUP-21", {"priority": "High"})
    [alert] = await town.alerts.standing()
    await town.alerts.snooze([alert.id], Snooze(record="jira:SUP-20"), BO)
    await town.idle()
    assert (await town.alerts.standing())[0].snooze == Snooze(record="jira:SUP-20")

    await town.sandbox.jira.edit("SUP-20", {"status": "Done"})
    await (town.told("SUP-20") if way == "event" else town.later(minutes=15))
    await town.idle()
    assert (await town.alerts.standing())[0].snooze is None
    assert town.thread() == ["raised, warning", "snoozed until jira:SUP-20 is done", "no longer snoozed"]


@ruled({"alerts": {UPDATED: {"channel": "playground:general", "group": ["priority"]}}})
async def test_alerts_with_the_same_value_of_a_field_stand_in_one_message_and_move_with_it(town):
    await town.edited("SUP-20", {"priority": "High"})
    await town.edited("SUP-21", {"priority": "Low"})
    assert sorted(reply.text.split("\n")[0] for reply in town.messages()) == [
        "1 alert of jira.issue.updated, priority High, warning", "1 alert of jira.issue.updated, priority Low, warning",
    ]  # fmt: skip

    await town.edited("SUP-21", {"priority": "High"})
    assert sorted(reply.text.split("\n")[0] for reply in town.messages()) == [
        "2 alerts of jira.issue.updated, priority High, the worst warning", "No alert of jira.issue.updated, priority Low is left here.",
    ]  # fmt: skip


@ruled({"alerts": {UPDATED: {"channel": "playground:general"}, "jira.issue.created": HIGH}})
async def test_ten_alerts_are_shown_the_worst_first_and_how_many_more_there_are(town):
    for number in range(1, 13):
        await town.told(f"SUP-{number}")
    [message] = town.messages()

    assert message.text.startswith("12 alerts of jira.issue.updated, the worst warning")
    assert message.text.endswith("and 2 more: /alerts list")
    assert len(message.text.split("\n")) == 12


@ruled({"alerts": {"jira.issue.created": HIGH}})
async def test_an_alert_of_what_was_created_is_ended_by_any_later_event(town):
    await town.edited("SUP-21", {"priority": "High"}, name="created")
    assert len(await town.alerts.standing()) == 1
    await town.edited("SUP-21", {"priority": "Low"})
    assert await town.alerts.standing() == []


@ruled({"alerts": {UPDATED: HIGH}})
async def test_a_system_or_a_platform_that_is_away_is_waited_for(town):
    await town.sandbox.jira.edit("SUP-21", {"priority": "High"})
    town.sandbox.jira.faults.add(Fault("status", method="GET", path="SUP-21", status=503, count=2))
    town.voice.away = 2
    await town.told()

    assert len(town.messages()) == 1
    assert town.thread() == ["raised, warning"]


@ruled({"alerts": {UPDATED: HIGH}})
async def test_that_all_is_resolved_is_told_however_often_the_platform_is_away(town):
    await town.edited("SUP-21", {"priority": "High"})
    town.voice.away = 1
    await town.edited("SUP-21", {"priority": "Low"})
    assert [reply.text.split(":")[0] for reply in town.messages()] == ["Resolved"]

    await town.edited("SUP-21", {"priority": "High"})
    assert [reply.text.split(":")[0] for reply in town.messages()][:1] == ["Resolved"]
    assert len(town.messages()) == 2


@ruled({"alerts": {UPDATED: HIGH}})
async def test_what_is_over_for_long_is_forgotten_and_what_stands_is_not(town):
    for key in ("SUP-20", "SUP-21"):
        await town.edited(key, {"priority": "High"})
    await town.edited("SUP-20", {"priority": "Low"})
    await town.edited("SUP-19", {"priority": "Low"})
    await long_ago(town)
    async with town.stores.database.read() as tx:
        kept = (await tx.execute(select(alerts.c.record).order_by(alerts.c.record))).scalars().all()
        looks = (await tx.execute(select(alert_sightings.c.alert).distinct())).scalars().all()

    assert (kept, len(looks)) == (["jira:SUP-20", "jira:SUP-21"], 2)  # the first still stands in its message, as resolved


async def long_ago(town):
    """Everything about alerts happened so long ago that what is over is forgotten."""
    async with town.stores.database.write() as tx:
        await tx.execute(update(alerts).values(updated=alerts.c.updated - LONG))
        await tx.execute(update(alert_history).values(at=alert_history.c.at - LONG))
        await tx.execute(update(alert_messages).values(drawn=alert_messages.c.drawn - LONG))
    await town.stores.swept(RetentionTable())


async def standing(town):
    """The rows of alerts, of looks at their records, of messages and of what was said."""
    counts = [select(func.count()).select_from(table) for table in (alerts, alert_sightings, alert_messages, alert_history)]
    async with town.stores.database.read() as tx:
        return [(await tx.execute(count)).scalar_one() for count in counts]


@ruled({"alerts": {UPDATED: HIGH}})
async def test_an_alert_that_comes_again_after_it_was_forgotten_begins_a_message_of_its_own(town):
    async with town.stores.database.write() as tx:  # as its row was made then
        await town.alerts.message(tx, UPDATED, HIGH["channel"], "")
        await tx.execute(update(alert_messages).values(round=alert_messages.c.round - int(LONG / ROUND)))
    for _ in range(3):  # more rounds than one
        await town.edited("SUP-21", {"priority": "High"})
        await town.edited("SUP-21", {"priority": "Low"})
    await long_ago(town)
    assert await standing(town) == [0, 0, 0, 0]

    await town.edited("SUP-21", {"priority": "High"})
    assert [reply.text.split(":")[0] for reply in town.messages()][:3] == ["Resolved"] * 3
    assert len(town.messages()) == 4
    assert town.messages()[3].text != town.messages()[2].text


@ruled({"alerts": {UPDATED: HIGH}})
async def test_what_somebody_did_something_about_stays_and_so_does_its_message(town):
    await town.edited("SUP-21", {"priority": "High"})
    [alert] = await town.alerts.standing()
    await town.alerts.assign([alert.id], "Ada", BO)
    await town.idle()
    await town.edited("SUP-21", {"priority": "Low"})
    await long_ago(town)

    assert await standing(town) == [1, 2, 1, 0]


class Losing(Voice):
    """A platform that does what it is told and then, the first time, says nothing of it."""

    def __init__(self):
        super().__init__()
        self.lost = set()

    async def say(self, place, reply, *, key, to, via="", under=""):
        await super().say(place, reply, key=key, to=to, via=via, under=under)
        self._lose(key)

    async def revise(self, place, reply, *, key):
        await super().revise(place, reply, key=key)
        self._lose(f"{key} {reply.text}")

    def _lose(self, name):
        if name not in self.lost:
            self.lost.add(name)
            raise Unavailable("No answer came.")


async def test_a_message_of_which_no_answer_came_is_said_once(stores, connectors, sandbox, wait_until):
    async with alarmed({"alerts": {UPDATED: HIGH}}, stores, connectors, sandbox, wait_until, voice=Losing()) as town:
        for priority in ("High", "Low", "Highest"):
            await town.edited("SUP-21", {"priority": priority})

        assert [reply.text.split()[0] for reply in town.messages()] == ["Resolved:", "1"]
        assert town.thread() == ["raised, warning", "resolved", "raised, warning"]
        assert len(town.voice.lost) == 6


@ruled({"alerts": {UPDATED: HIGH | {"channel": "slack:T1/C1"}}})
async def test_a_channel_that_is_nowhere_is_a_dead_letter(town):
    await town.edited("SUP-21", {"priority": "High"})
    async with town.stores.database.read() as tx:
        [error] = (await tx.execute(select(jobs.c.error).where(jobs.c.state == "dead"))).scalars().all()

    assert error == "The channel slack:T1/C1 of an alert is on no connected platform. Correct it in bot.toml."
