"""What of alerts stays: whoever is still to be told of them, and whatever refers to them. On both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, insert, select, update

from bot.settings.retention import RetentionTable
from bot.store.alerts.alerts import DRAW, PROPOSE, AlertStore
from bot.store.alerts.board import AlertBoard
from bot.store.retention.sweeping import BATCH
from bot.store.tables import alert_history, alert_messages, alert_sightings, alerts, digests, jobs, now
from handlers.alert import Severity, Sighting
from handlers.bulletin import Hush

LONG = 100 * 86400.0
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(stores):
    return AlertStore(stores.database, stores.jobs, stores.audit, pause=0.0)


@pytest.fixture
def resolved(stores, store):
    """Some alerts that came and went long ago, each in a group of its own; their ids."""

    async def make(number=1):
        for one in range(number):
            for holds in (True, False):
                await store.sight(sighting(one, holds=holds))
        async with stores.database.write() as tx:
            await tx.execute(update(alerts).values(updated=now() - LONG))
            await tx.execute(update(alert_messages).values(drawn=now() - LONG))
            await tx.execute(update(jobs).values(state="done"))
            return list((await tx.execute(select(alerts.c.id).order_by(alerts.c.id))).scalars())

    return make


def sighting(number, *, holds=True):
    at = NOON if holds else NOON.replace(hour=13)
    return Sighting(
        f"s{number}{holds}", "rule", "playground:ops", f"jira:A-{number}", "Broken", "", Severity.WARNING, at, holds, f"g{number}"
    )


async def left(stores, *tables):
    async with stores.database.read() as tx:
        return [(await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in tables]


async def test_more_of_them_than_go_at_once_go_with_everything(stores, resolved):
    await resolved(BATCH + 5)
    async with stores.database.write() as tx:
        for number, said in enumerate((True, True, False)):
            words = {"key": f"k{number}", "message": "m", "under": "u", "words": "w", "at": now() - LONG, "said": said}
            await tx.execute(insert(alert_history).values(words))
    await stores.swept(RetentionTable())

    assert await left(stores, alerts, alert_sightings, alert_messages, alert_history) == [0, 0, 0, 1]


async def test_what_is_still_to_be_told_by_a_digest_stays(stores, resolved):
    await resolved()
    async with stores.database.write() as tx:
        for name, days in (("weekly", 120), ("gone", 200), ("daily", 1)):
            until = datetime.fromtimestamp(datetime.now(UTC).timestamp() - days * 86400, UTC).isoformat()
            row = {"key": name, "name": name, "body": {"until": until}, "said": True, "at": now()}
            await tx.execute(insert(digests).values(row))
    await stores.swept(RetentionTable(), digests=["weekly", "daily"])
    assert await left(stores, alerts, alert_messages) == [1, 1]

    await stores.swept(RetentionTable(), digests=["daily"])
    assert await left(stores, alerts, alert_messages) == [0, 0]


@pytest.mark.parametrize("state", ["pending", "running", "dead", "unknown", "cancelled"])
async def test_what_an_unfinished_job_is_about_stays(stores, resolved, state):
    first, second, *_ = await resolved(3)
    async with stores.database.write() as tx:
        [message] = (await tx.execute(select(alerts.c.message).where(alerts.c.id == second))).scalars()
        await stores.jobs.enqueue(tx, PROPOSE, key="p", payload={"alert": first})
        await stores.jobs.enqueue(tx, DRAW, key="d", payload={"message": message})
        await tx.execute(update(jobs).where(jobs.c.key.in_(("p", "d"))).values(state=state))
    await stores.swept(RetentionTable())

    assert await left(stores, alerts, alert_messages) == [1, 2]


async def test_what_the_audit_trail_names_stays(stores, resolved):
    first, _ = await resolved(2)
    async with stores.database.write() as tx:
        await stores.audit.append(tx, actor="bo", action="acknowledged", subject=f"alert/{first}")
    await stores.swept(RetentionTable())

    assert await left(stores, alerts, alert_messages) == [1, 1]


async def test_a_message_that_was_forgotten_while_an_alert_came_is_made_again_when_it_is_drawn(stores, store):
    await store.sight(sighting(1))
    async with stores.database.write() as tx:
        await tx.execute(delete(alert_messages))
        [message] = (await tx.execute(select(alerts.c.message))).scalars()
    board = AlertBoard(stores.database, stores.jobs, store, hush=lambda _rule, _channel, _now: Hush(), clock=lambda: NOON)
    plan = await board.plan(message)

    assert "Broken" in plan.reply.text
    assert await left(stores, alert_messages) == [1]
