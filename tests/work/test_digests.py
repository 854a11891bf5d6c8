"""Digests at their time, on the ledger of both databases: once, the checkpoint after the post, quiet hours kept, a person reached."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from clocks import Watch
from sqlalchemy import text
from voices import PEOPLE, Voice

from bot.app.digests import telling
from bot.app.model import offline
from bot.settings import Configuration
from bot.store.alerts import DRAW, AlertStore
from bot.store.digests import DigestStore
from bot.store.firings import Firings
from bot.work.digests import DrawnCharts, following, timetables, told
from bot.work.runner import Kind, Runner
from bot.work.schedule import Schedule
from bot.work.voice import Everybody
from handlers.alert import Severity, Sighting
from handlers.models import Picture, Place

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""A Friday, 09:00 in Berlin."""
GENERAL = "playground:general"


def rules(**more):
    table = {"channel": GENERAL, "at": "09:00", "timezone": "Europe/Berlin", **more}
    return Configuration.model_validate({"digests": {"morning": {name: value for name, value in table.items() if value != ""}}})


async def nothing(_payload):
    """Nobody reads the messages of the alerts themselves."""


class Town:
    """A worker that tells digests of alerts, and a watch that says what time it is."""

    def __init__(self, stores, wait):
        self.stores = stores
        self.wait = wait
        self.watch = Watch(START)
        self.voice = Voice()
        self.alerts = AlertStore(stores.database, stores.jobs, stores.audit)
        self.kept = DigestStore(stores.database)
        self.number = 0

    def made(self, configuration, **more):
        voices = {"playground": self.voice}
        given = {"persons": Everybody(PEOPLE, voices), "voices": voices, "model": offline, "clock": self.watch}
        return telling(configuration, self.stores.database, self.alerts, **given, **more)

    @asynccontextmanager
    async def working(self, configuration, **more):
        work = self.made(configuration, **more).work
        runner = Runner(self.stores.database, self.stores.jobs, {**work.kinds(), DRAW: Kind(nothing)})
        task = asyncio.create_task(runner.run())
        try:
            yield
        finally:
            runner.stop()
            await task

    async def wrong(self, ticket, *, channel=GENERAL, severity=Severity.WARNING, holds=True):
        self.number += 1
        rule, record = "zendesk.ticket.updated", f"zendesk:{ticket}"
        given = (channel, record, f"Ticket {ticket}", f"https://help.example/{ticket}", severity)
        await self.alerts.sight(Sighting(f"e{self.number}", rule, *given, self.watch.now, holds))

    async def due(self, *, day=0, name="morning"):
        """Put in the job of a firing; what its message is called."""
        payload = told(name, (START + timedelta(days=day)).timestamp())
        async with self.stores.database.write() as tx:
            await self.stores.jobs.enqueue(tx, "digest", key=f"test:{payload['id']}", payload=payload)
        return payload["id"]

    async def ended(self, key):
        async def look():
            job = next(job for job in await self.stores.whole() if job.payload.get("id") == key)
            return job if job.state in ("done", "dead") else None

        return await self.wait(look)

    def said(self):
        """What was said where, in this order: place and text."""
        return [(place.key, reply.text) for place, reply, _ in self.voice.said.values()]


@pytest.fixture
def town(stores, wait_until):
    return Town(stores, wait_until)


async def test_a_digest_tells_what_changed_since_the_last_one(town):
    await town.wrong(1, severity=Severity.CRITICAL)
    await town.wrong(2)
    async with town.working(rules()):
        await town.ended(await town.due())
        town.watch.advance(days=1)
        await town.wrong(2, holds=False)
        await town.wrong(3)
        await town.ended(await town.due(day=1))

    (place, first), (_, second) = town.said()
    assert place == GENERAL
    assert first.split("\n")[0] == "Alert digest morning, since Thursday 09:00 (Europe/Berlin): 2 new (1 critical)."
    assert "1 Ticket 1, new [1]" in first
    assert second.split("\n")[0] == (
        "Alert digest morning, since Friday 09:00 (Europe/Berlin): 1 new, 1 still open (1 critical), 1 resolved."
    )
    assert "1 Ticket 1, still open since Friday [1]" in second
    assert (await town.kept.memory("morning")).until == town.watch.now


async def test_a_post_that_fails_moves_no_checkpoint_and_what_was_drawn_up_is_what_is_said(town):
    town.voice.away = 1
    await town.wrong(1)
    async with town.working(rules()):
        key = await town.due()
        await town.wait(lambda: town.kept.find(key))
        assert (await town.kept.memory("morning")).until is None
        await town.wrong(2)
        await town.ended(key)
        town.watch.advance(days=1)
        await town.ended(await town.due(day=1))

    (_, first), (_, second) = town.said()
    assert ("Ticket 1, new" in first, "Ticket 2" in first) == (True, False)
    assert ("Ticket 1, still open" in second, "Ticket 2, new" in second) == (True, True)


async def broken(_buckets, **_how):
    raise ZeroDivisionError("no picture")


async def drawn(buckets, *, timezone, title):
    return Picture(b"png", f"{title}, {timezone}: {[sum(one.counts.values()) for one in buckets if one.counts]}")


@pytest.mark.parametrize(
    ("draw", "more", "alt"),
    [(drawn, {}, "Alerts per hour, Europe/Berlin: [2, 2, 2]"), (broken, {}, ""), (drawn, {"chart": False}, "")],
)
async def test_a_chart_goes_with_a_digest_of_several_hours_and_one_that_fails_stops_nothing(town, draw, more, alt):
    for hours in (5, 3, 1):
        town.watch.now = START - timedelta(hours=hours)
        await town.wrong(10 * hours)
        await town.wrong(10 * hours + 1)
    town.watch.now = START
    async with town.working(rules(**more), charts=DrawnCharts(draw)):
        await town.ended(await town.due())

    [(_, reply, _)] = town.voice.said.values()
    assert "6 new" in reply.text
    assert (reply.picture.alt if reply.picture else "") == alt


async def test_in_quiet_hours_a_digest_waits_for_their_end(town):
    configuration = rules(at="07:00", quiet="18:00-08:00")
    town.watch.now = START - timedelta(hours=2)
    await town.wrong(1)
    async with town.working(configuration):
        key = await town.due()

        async def put_off():
            return next((job for job in await town.stores.jobs.list(state="pending") if job.kind == "digest" and job.error), None)

        waiting = await town.wait(put_off)
        assert waiting.error == "It waits for the end of the quiet hours (18:00-08:00)."
        assert 3590 < waiting.run_at - waiting.created < 3700
        town.watch.advance(hours=1)
        async with town.stores.database.write() as tx:
            await tx.execute(text("UPDATE jobs SET run_at = 1"))
        await town.ended(key)

    assert [place for place, _ in town.said()] == [GENERAL]


@pytest.mark.parametrize(("empty", "said"), [("line", ["nothing to tell."]), ("silent", [])])
async def test_with_nothing_to_tell_there_is_one_line_or_none_and_the_checkpoint_moves(town, empty, said):
    async with town.working(rules(empty=empty)):
        await town.ended(await town.due())

    assert [words.rpartition(": ")[2] for _, words in town.said()] == said
    assert (await town.kept.memory("morning")).until == START


async def test_a_person_is_told_directly_of_their_own_alerts_and_of_those_channels_that_they_may_read(town):
    await town.wrong(1)
    await town.wrong(2, channel="playground:support")
    await town.wrong(3, channel="playground:ops")
    await town.wrong(4, channel="playground:ops")
    ada = PEOPLE.find("playground:ada")
    [mine] = [one for one in await town.alerts.standing("playground:ops") if one.title == "Ticket 4"]
    await town.alerts.assign([mine.id], "Ada", ada)
    configuration = rules(channel="", person="ada@example.com", channels=["playground:support"])
    async with town.working(configuration):
        await town.ended(await town.due())

    [(place, words)] = town.said()
    assert place == "playground:dm:ada"
    assert [f"Ticket {number}" in words for number in (1, 2, 3, 4)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"channel": "slack:T1/C1"}, "The channel slack:T1/C1 of a digest is on no connected platform."),
        (
            {"channel": "", "person": "nobody@example.com"},
            "nobody@example.com of a digest has no account on a connected platform.",
        ),
    ],
)
async def test_a_digest_that_can_reach_nobody_is_a_dead_letter(town, more, why):
    async with town.working(rules(**more)):
        job = await town.ended(await town.due())

    assert (job.state, job.error.startswith(why)) == ("dead", True)


async def test_a_digest_that_is_not_configured_any_more_is_not_told(town):
    async with town.working(Configuration()):
        job = await town.ended(await town.due())

    assert (job.state, town.said()) == ("done", [])


async def test_who_is_told_what_in_a_place(town):
    both = {"morning": {"channel": GENERAL, "at": "09:00"}, "mine": {"person": "ada@example.com", "at": "18:00"}}
    book = town.made(Configuration.model_validate({"digests": both})).book
    ada, bo = PEOPLE.find("playground:ada"), PEOPLE.find("playground:bo")

    async def here(channel, person):
        return [one.name for one in await book.here(Place("playground", channel), person)]

    assert await here("general", ada) == await here("general", bo) == ["morning"]
    assert (await here("dm:ada", ada), await here("dm:bo", bo), await here("support", ada)) == (["mine"], [], [])
    assert ([one.name for one in book.own(ada)], book.own(bo)) == (["mine"], [])


ZONES = {
    "Europe/Berlin": [
        ("02:30", "2026-03-29", "2026-03-29T01:00"),  # skipped: due as the clocks go from two to three
        ("02:30", "2026-10-25", "2026-10-25T00:30"),  # comes twice: due the first time
        ("09:00", "2026-03-29", "2026-03-29T07:00"),
        ("09:00", "2026-10-25", "2026-10-25T08:00"),
    ],
    "America/New_York": [
        ("02:30", "2026-03-08", "2026-03-08T07:00"),
        ("01:30", "2026-11-01", "2026-11-01T05:30"),
        ("09:00", "2026-03-08", "2026-03-08T13:00"),
        ("09:00", "2026-11-01", "2026-11-01T14:00"),
    ],
    "Australia/Lord_Howe": [  # by half an hour: from 02:00 to 02:30, and back again
        ("02:15", "2026-10-04", "2026-10-03T15:30"),
        ("01:45", "2026-04-05", "2026-04-04T14:45"),
        ("09:00", "2026-10-04", "2026-10-03T22:00"),
        ("09:00", "2026-04-05", "2026-04-04T22:30"),
    ],
}


@pytest.mark.parametrize(("zone", "at", "day", "due"), [(zone, *row) for zone, some in ZONES.items() for row in some])
def test_when_the_clocks_change_a_digest_comes_once_at_its_local_time(zone, at, day, due):
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    table = rules(at=at, timezone=zone, days=days).digests["morning"]
    around, found = datetime.fromisoformat(f"{day}T00:00Z"), []
    moment = (around - timedelta(hours=36)).timestamp()
    while (moment := following(table, moment)) < (around + timedelta(hours=36)).timestamp():
        found.append(datetime.fromtimestamp(moment, UTC))
    expected = datetime.fromisoformat(f"{due}Z")

    assert expected in found
    assert [one for one in found if abs(one - expected) < timedelta(hours=20)] == [expected]
    assert all(timedelta(hours=22) < later - one < timedelta(hours=26) for one, later in pairwise(found))


async def test_a_clock_that_is_set_back_an_hour_comes_upon_a_digest_that_has_been(town):
    [table] = timetables(rules())
    firings = Firings(town.stores.database, town.stores.jobs)
    at = table.after(START.timestamp() - 3600)
    for _ in range(2):  # at its time, and an hour after that was set back to the same time
        await firings.fire(table, at)
    async with town.working(rules()):
        await town.ended(told("morning", at)["id"])

    assert at == START.timestamp()
    assert len([job for job in await town.stores.jobs.list() if job.kind == "digest"]) == len(town.said()) == 1


async def test_workers_that_plan_the_same_digests_put_each_time_in_once(town):
    schedules = [Schedule(Firings(town.stores.database, town.stores.jobs), timetables(rules())) for _ in range(2)]
    await asyncio.gather(*(schedule.plan() for schedule in schedules))

    assert [job.payload["name"] for job in await town.stores.whole(state="pending")] == ["digest/morning"]
