"""Messages of alerts on both databases: what SQL counts is what every alert by itself says, however they stand and whatever hushes them."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from boards import drawn
from sqlalchemy import insert, select, update

from bot.store.alerts.alerts import WAKE, AlertStore
from bot.store.alerts.board import AlertBoard
from bot.store.alerts.rows import acted, alert_of, columns, message_of, told_of
from bot.store.tables import alert_history, alert_messages, alerts
from handlers.alert import UNTOUCHED, Acts, Look, Severity, Sighting, Snooze, Standing, folded
from handlers.bulletin import Hush, Member, Told, bulletin
from handlers.models import Person

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANNEL = "slack:T1/C1"
BO = Person("slack:T1/U2", "Bo")
NAME = message_of("r", CHANNEL, "")
HUSHES = [
    Hush(),
    Hush(minor=NOW + timedelta(hours=3)),
    Hush(NOW + timedelta(hours=2)),
    Hush(NOW + timedelta(hours=1), NOW + timedelta(hours=3)),
]
SNOOZES = [
    None,
    None,
    Snooze(NOW + timedelta(hours=2)),
    Snooze(NOW - timedelta(hours=2)),
    Snooze(change=True),
    Snooze(record="jira:APP-9"),
]


def made(number, dice):
    """The row of an alert that may stand in any way, and of which people may have been told anything."""
    at, holds = NOW - timedelta(minutes=dice.randint(1, 90)), dice.random() < 0.7
    sight = Sighting(
        f"e{number}", "r", CHANNEL, f"jira:APP-{number}", f"Title {number}", "", dice.choice(list(Severity)), at, holds
    )
    by = dice.choice(("", "", "Bo", "*Gus*"))
    acts = Acts(by, Look(at, "x", True) if by else None, at if by else None, dice.choice(("", "Ada")), dice.choice(SNOOZES))
    before = Snooze(NOW + timedelta(hours=2)).words
    told = dice.random() < 0.6
    words = {
        "told_standing": dice.choice(list(Standing)), "told_severity": dice.choice(list(Severity)), "told_by": dice.choice(("", "Bo")),
        "told_assigned": dice.choice(("", "Ada")), "told_snooze": dice.choice(("", before, "it changes")),
    }  # fmt: skip
    alert = folded(sight, [sight.look], acts)
    seen = {**columns(sight, alert), "times": dice.choice((0, 1, 2)) if number % 9 == 0 else 1}
    return {"id": alert.id, **seen, **acted(acts), **(words if told else dict.fromkeys(words, "")), "updated": 1.0}


async def board_of(stores, rows, hush):
    store = AlertStore(stores.database, stores.jobs, stores.audit)
    async with stores.database.write() as tx:
        await tx.execute(insert(alerts), rows)
        await tx.execute(insert(alert_messages).values(id=NAME, rule="r", channel=CHANNEL, grouped="", round=1, is_open=True))
    return AlertBoard(stores.database, stores.jobs, store, hush=lambda *_: hush, clock=lambda: NOW)


async def kept(stores):
    async with stores.database.read() as tx:
        return (await tx.execute(select(alerts).where(alerts.c.times > 0))).all()


@pytest.mark.parametrize("hush", HUSHES, ids=["loud", "quiet", "maintenance", "both"])
@pytest.mark.parametrize("many", [8, 60])
async def test_a_message_is_what_each_of_its_alerts_by_itself_makes_of_it(stores, hush, many):
    dice = random.Random(many)  # noqa: S311 - the same dice each time
    board = await board_of(stores, [made(number, dice) for number in range(many)], hush)
    rows = [alert_of(row) for row in await kept(stores)]
    members = [Member(alert_of(row), told_of(row), hush.until(alert_of(row), NOW)) for row in await kept(stores)]
    expected = drawn(members, NOW)
    plan = await board.plan(NAME)
    said = [words for _, _, words in await board.unsaid(NAME)]
    after = {row.id: told_of(row) for row in await kept(stores)}

    assert rows
    assert plan.reply == bulletin(expected.top, expected.tally, NOW, name=NAME, about="r")
    assert (plan.is_over, said) == (expected.tally.is_over, [expected.words] if expected.words else [])
    assert {name: told for name, told in after.items() if told is not None} == expected.told
    wakes = [job for job in await stores.jobs.list(limit=500) if job.kind == WAKE]
    assert [job.record_key.rpartition(":")[2] for job in wakes] == [
        f"{at.timestamp():.0f}" for at in [expected.tally.until] if at
    ]


async def test_what_was_told_is_no_news_a_second_time(stores):
    dice = random.Random(3)  # noqa: S311 - as above
    board = await board_of(stores, [made(number, dice) for number in range(60)], Hush())
    first, second = await board.plan(NAME), await board.plan(NAME)

    assert first == second
    async with stores.database.read() as tx:
        assert len((await tx.execute(select(alert_history.c.key))).all()) == 1


async def test_a_message_that_is_drawn_while_alerts_come_and_people_act_loses_nothing_of_it(stores):
    """Every alert is told of once, in a line or in a count, whatever comes between two statements of a drawing."""
    board = await board_of(stores, [made(0, random.Random(5))], Hush())  # noqa: S311 - as above
    store = AlertStore(stores.database, stores.jobs, stores.audit)
    sights = [
        Sighting(f"s{n}", "r", CHANNEL, f"jira:NEW-{n % 60}", f"New {n % 60}", "", Severity.WARNING, NOW + timedelta(seconds=n))
        for n in range(180)
    ]

    async def draw():
        for _ in range(8):
            await board.plan(NAME)

    async def act():
        for _ in range(4):
            await store.assign([one.alert for one in sights[:60]], "Ada", BO)

    await asyncio.gather(*[store.sight(one) for one in sights[:90]], draw(), act(), *[store.sight(one) for one in sights[90:]])
    await board.plan(NAME)
    await board.plan(NAME)
    words = "\n".join(text for _, _, text in await board.unsaid(NAME)).split("\n")
    more = sum(int(line.split()[1]) for line in words if line.startswith("and "))
    raised = [line for line in words if ": raised" in line]

    assert {row.id: told_of(row) for row in await kept(stores)} == {
        row.id: Told.of(alert_of(row), NOW) for row in await kept(stores)
    }
    assert len({line[:10] for line in raised}) == len(raised)
    assert len(raised) + more >= 60


async def test_a_message_is_closed_once_all_that_it_tells_of_is_over(stores):
    dice = random.Random(4)  # noqa: S311 - as above
    board = await board_of(stores, [made(number, dice) for number in range(12)], Hush())
    await board.plan(NAME)
    await board.close(NAME)
    async with stores.database.write() as tx:
        assert (await tx.execute(select(alert_messages.c.is_open))).scalar_one()
        await tx.execute(update(alerts).values(standing="resolved"))
    assert (await board.plan(NAME)).is_over
    await board.close(NAME)
    assert await board.plan(NAME) is None
    assert [row for row in await kept(stores) if told_of(row)] == []


async def test_what_was_acknowledged_and_is_over_in_quiet_hours_is_told_once_at_their_end(stores):
    """It is told neither as acknowledged by nobody nor as resolved before the time."""
    sight = Sighting("e", "r", CHANNEL, "jira:APP-1", "Title", "", Severity.WARNING, NOW, holds=False)
    alert = folded(sight, [sight.look])
    told = {"told_standing": "acknowledged", "told_severity": "warning", "told_by": "Bo", "told_assigned": "", "told_snooze": ""}
    row = {"id": alert.id, **columns(sight, alert), "times": 1, **acted(UNTOUCHED), **told, "updated": 1.0}
    board = await board_of(stores, [row], Hush(minor=NOW + timedelta(hours=1)))
    plan = await board.plan(NAME)

    assert (plan.is_over, await board.unsaid(NAME)) == (False, [])
