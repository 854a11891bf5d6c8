"""Alerts on both databases: any order and any number of copies, acts with their witness, one drawing for a storm."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.store.alerts.alerts import DRAW, LOOK, MOST_AT_ONCE, MOST_PROPOSED, PROPOSE, AlertStore
from bot.store.alerts.lists import MOST_READ
from handlers.alert import Severity, Sighting, Snooze, Standing, folded
from handlers.alerting import Listed
from handlers.models import Person

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
CHANNEL = "slack:T1/C1"
BO = Person("slack:T1/U2", "Bo")


def seen(number, minute, *, holds=True, record="jira:APP-1", severity=Severity.WARNING, group=""):
    at = START + timedelta(minutes=minute)
    return Sighting(f"e{number}", "jira.issue.updated", CHANNEL, record, f"Title {number}", "", severity, at, holds, group)


@pytest.fixture
def store(stores):
    return AlertStore(stores.database, stores.jobs, stores.audit)


def events(seed, many=200):
    """So many events about a few records, the same for one seed."""
    dice = random.Random(seed)  # noqa: S311 - the same dice each time
    return [
        seen(n, dice.randint(0, 90), holds=dice.random() < 0.6, record=f"jira:APP-{dice.randint(1, 6)}",
             severity=dice.choice(list(Severity)), group=dice.choice(("", "component Payments")))
        for n in range(many)
    ]  # fmt: skip


async def all_of(store):
    return {alert.id: alert for alert in await store.since("", datetime(2020, 1, 1, tzinfo=UTC))}


def expected(told):
    """What the fold makes of them in the order of time."""
    own = {one.alert: sorted((each for each in told if each.alert == one.alert), key=lambda each: each.look) for one in told}
    found = [folded(some[-1], [each.look for each in some]) for some in own.values()]
    return {alert.id: alert for alert in found if alert.count}


async def test_two_hundred_events_in_any_order_with_copies_make_the_same_alerts(store):
    told, dice = events(1), random.Random(1)  # noqa: S311 - as above
    shuffled = [one for one in told for _ in range(dice.randint(1, 5))]
    dice.shuffle(shuffled)
    await asyncio.gather(*[store.sight(one) for one in shuffled])

    assert await all_of(store) == expected(told)
    assert len(expected(told)) == 6


async def test_a_storm_draws_a_message_once_now_and_once_when_it_is_over(stores, store):
    await asyncio.gather(*[store.sight(seen(n, n % 60, record=f"jira:APP-{n}")) for n in range(300)])

    waiting = [job for job in await stores.jobs.list(limit=500) if job.kind == DRAW]
    assert len(waiting) == 1


async def test_what_is_told_twice_with_two_times_is_one_sight_of_the_later_one(store):
    for one in (seen(1, 0), seen(2, 5, holds=False), replace(seen(1, 0), at=START + timedelta(minutes=9)), seen(1, 3)):
        await store.sight(one)

    [alert] = await store.standing(CHANNEL)
    assert (alert.count, alert.standing, alert.last) == (1, Standing.OPEN, START + timedelta(minutes=9))


async def test_a_snooze_until_it_changes_is_not_ended_by_the_same_state_told_again(store):
    await store.sight(seen(1, 0))
    [alert] = await store.snooze([seen(1, 0).alert], Snooze(change=True), BO)
    await store.sight(seen(1, 2))
    assert [one.snooze for one in await store.standing()] == [alert.snooze]

    await store.sight(seen(2, 3))
    assert [one.snooze for one in await store.standing()] == [None]


async def test_acts_are_witnessed_and_what_is_resolved_is_not_acted_on(stores, store):
    await store.sight(seen(1, 0))
    await store.sight(seen(2, 0, record="jira:APP-2", holds=False))
    ids = [seen(1, 0).alert, seen(2, 0, record="jira:APP-2").alert, "0000000000"]
    [acknowledged] = await store.acknowledge(ids, BO)
    again = await store.acknowledge(ids, BO)
    [assigned] = await store.assign(ids, "Gus", BO)

    rows = [row async for row in stores.audit.export()]
    assert (acknowledged.standing, acknowledged.by, again, assigned.assigned) == (Standing.ACKNOWLEDGED, "Bo", (), "Gus")
    assert [(row["actor"], row["action"], row["detail"]) for row in rows] == [
        (BO.id, "acknowledged", {"alerts": [acknowledged.id]}), (BO.id, "assigned", {"alerts": [acknowledged.id], "to": "Gus"}),
    ]  # fmt: skip
    await store.sight(seen(3, 3, holds=False))
    assert await store.snooze(ids, Snooze(change=True), BO) == ()


async def test_alerts_are_listed_by_channel_the_worst_first(store):
    for number, severity in enumerate(Severity):
        await store.sight(seen(number, number, record=f"jira:APP-{number}", severity=severity))
    await store.sight(replace(seen(9, 9), channel="slack:T1/C9"))
    everywhere, here = await store.standing(), await store.standing(CHANNEL)

    assert [alert.severity for alert in here] == [Severity.CRITICAL, Severity.WARNING, Severity.INFO]
    assert len(everywhere) == 4
    assert await store.since(CHANNEL, datetime.now(UTC) + timedelta(hours=1)) == []


async def test_a_list_reads_what_it_shows_and_counts_the_others(store):
    for number in range(5):
        await store.sight(seen(number, number, record=f"jira:APP-{number}"))
    await store.sight(seen(5, 9, record="jira:APP-5", holds=False))
    await store.sight(replace(seen(9, 9), channel="slack:T1/C9"))
    own = replace(seen(10, 9), rule="countersign.latency", channel="slack:T1/C8")
    await store.sight(own)
    here, all_of_it = await store.listed([CHANNEL], most=2), await store.listed([CHANNEL, "slack:T1/C8"])

    assert (here.count, [one.title for one in here.alerts]) == (5, ["Title 4", "Title 3"])
    assert (all_of_it.count, len(all_of_it.alerts)) == (6, 6)
    assert (await store.listed([CHANNEL, "slack:T1/C8"], without="countersign.")).count == 5
    assert await store.listed([], most=2) == Listed(0, [])
    assert await store.channels() == [CHANNEL, "slack:T1/C8", "slack:T1/C9"]
    assert await store.channels(without="countersign.") == [CHANNEL, "slack:T1/C9"]
    assert [one.id for one in await store.of_rules("countersign.")] == [own.alert]
    assert await store.told_in() == [
        ("countersign.latency", "slack:T1/C8"),
        ("jira.issue.updated", CHANNEL),
        ("jira.issue.updated", "slack:T1/C9"),
    ]


async def test_all_alerts_of_a_rule_are_gone_through_page_by_page(store):
    many = [seen(n, 0, record=f"jira:APP-{n}") for n in range(MOST_READ + 3)]
    await asyncio.gather(*[store.sight(one) for one in many])
    first = await store.page("jira.issue.updated", CHANNEL)
    second = await store.page("jira.issue.updated", CHANNEL, after=first[-1].id)

    assert (len(first), len(second)) == (MOST_READ, 3)
    assert [one.id for one in (*first, *second)] == sorted(one.alert for one in many)
    assert await store.page("jira.issue.updated", CHANNEL, after=second[-1].id) == []


async def test_a_snooze_until_a_record_is_done_ends_when_somebody_says_so(stores, store):
    await store.sight(seen(1, 0))
    await store.snooze([seen(1, 0).alert], Snooze(record="jira:APP-9"), BO)
    assert await store.waited_for("jira:APP-9")
    assert [job.payload for job in await stores.whole() if job.kind == LOOK] == [{"record": "jira:APP-9"}]

    await store.done("jira:APP-9")
    assert not await store.waited_for("jira:APP-9")
    assert [alert.snooze for alert in await store.standing()] == [None]


async def test_what_is_resolved_is_no_news_because_its_record_goes_on_living(stores, store):
    for one in (seen(1, 0), seen(2, 5, holds=False)):
        await store.sight(one)
    async with stores.database.write() as tx:
        await tx.execute(text("UPDATE alerts SET updated = 1"))
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    await store.sight(seen(3, 9, holds=False))
    assert await store.since(CHANNEL, long_ago) == []

    await store.sight(seen(4, 12))
    assert [alert.standing for alert in await store.since(CHANNEL, long_ago)] == [Standing.OPEN]


async def test_an_act_on_a_storm_is_many_short_transactions_and_proposes_as_many_writes_as_one(stores):
    store = AlertStore(stores.database, stores.jobs, stores.audit, follows=lambda _alert: True)
    many = [seen(n, 0, record=f"jira:APP-{n}") for n in range(MOST_AT_ONCE + 20)]
    await asyncio.gather(*[store.sight(one) for one in many])
    changed = await store.acknowledge([one.alert for one in many], BO)

    told = [row["detail"]["alerts"] async for row in stores.audit.export()]
    assert {one.id for one in changed} == {name for names in told for name in names} == {one.alert for one in many}
    assert [len(names) for names in told] == [MOST_AT_ONCE, 20]
    assert len([job for job in await stores.jobs.list(limit=500) if job.kind == PROPOSE]) == MOST_PROPOSED
