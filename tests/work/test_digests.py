"""Digests, on the ledger of both databases: what they tell and to whom, the checkpoint after the post, quiet hours kept, a person reached."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from voices import PEOPLE
from work.editions import GENERAL, START, Town, rules

from bot.settings import Configuration
from bot.work.digests import DrawnCharts
from handlers.alert import Severity
from handlers.models import Picture, Place


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
