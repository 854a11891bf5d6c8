"""What the bot says by itself, on every platform: in the thread of what it said before, and drawn again as things are now."""

import asyncio

import pytest
from conversations.steps import Choose, Reads
from conversations.town import town
from conversations.walls import PLACES, Wall

from bot.cards.revising import ABOVE
from bot.sandbox.faults import Fault
from handlers.errors import Busy, Invalid, Trouble
from handlers.models import Offer

LONG = "\n\n".join(f"Paragraph {n}. " + f"It says thing{n} again. " * 60 for n in range(60))
"""More than one message of Slack's and of Teams'."""


@pytest.fixture(params=PLACES)
async def wall(request, tmp_path, wait_until):
    async with town(tmp_path, {}, wait_until) as place:
        yield await Wall.of(place.player(request.param))


@pytest.fixture(params=("slack", "teams"))
async def chat(request, tmp_path, wait_until):
    """A platform that keeps the log itself."""
    async with town(tmp_path, {}, wait_until) as place:
        yield await Wall.of(place.player(request.param))


async def test_what_is_said_under_an_earlier_message_stands_in_its_thread(wall):
    await wall.say("Payments fail.", key="alert:1")
    await wall.say("Seen again.", key="alert:1:2", under="alert:1")
    await wall.say("And once more.", key="alert:1:3", under="alert:1:2")
    await wall.say("And once more.", key="alert:1:3", under="alert:1:2")

    first, *others = await wall.stands()
    assert (first.root, [(one.root, one.text) for one in others]) == (
        first.id,
        [(first.id, "Seen again."), (first.id, "And once more.")],
    )


async def test_what_is_said_under_something_that_was_never_said_stands_in_the_channel(wall):
    await wall.say("Seen again.", key="alert:1:2", under="alert:1")

    [only] = await wall.stands()
    assert only.root == only.id


async def test_a_message_is_drawn_again_as_it_is_now_with_its_buttons(wall):
    await wall.say("Payments fail.", key="alert:1", offers=(Offer("Look", "/triage SUP-20"),))
    before = await wall.stands()

    await wall.revise("Payments fail: 12 times.", key="alert:1", offers=(Offer("Look", "/triage SUP-21"),))

    [after] = await wall.stands()
    assert (after.id, after.text) == (before[0].id, "Payments fail: 12 times.\n[Look]")
    await wall.player.take(Choose("gus", "Look"))
    await wall.player.take(Reads("ada", ("triage · jira SUP-21", "Asked by Gus Petrakis")))


async def test_a_message_that_was_never_said_is_said(wall):
    for words in ("Payments fail.", "Payments fail: twice."):
        await wall.revise(words, key="alert:1")

    assert [one.text for one in await wall.stands()] == ["Payments fail: twice."]


async def test_two_revisions_at_once_end_with_the_newest(wall):
    await wall.say("Payments fail.", key="alert:1")
    for standin in (wall.player.office.slack, wall.player.office.teams):
        standin.faults.add(Fault("delay", path="/api/chat.update", seconds=0.2), Fault("delay", method="PUT", seconds=0.2))

    await asyncio.gather(*(wall.revise(f"Payments fail: {count} times.", key="alert:1") for count in range(2, 6)))

    assert [one.text for one in await wall.stands()] == ["Payments fail: 5 times."]


async def test_two_revisions_of_what_was_not_said_yet_make_one_message(wall):
    await asyncio.gather(*(wall.revise(f"Payments fail: {count} times.", key="alert:1") for count in range(2, 6)))

    assert [one.text for one in await wall.stands()] == ["Payments fail: 5 times."]


async def test_what_one_person_alone_sees_in_a_channel_is_not_drawn_again_before_all(wall):
    with pytest.raises(Invalid, match="one person alone"):
        await wall.revise("Your salary.", key="alert:1", private=True)

    assert await wall.stands() == []


async def test_a_reply_that_grew_goes_on_in_the_thread_and_a_shorter_one_says_so_there(chat):
    await chat.say("Payments fail.", key="alert:1")

    await chat.revise(LONG, key="alert:1", offers=(Offer("Look", "/triage SUP-20"),))
    first, *others = await chat.stands()
    said = "\n".join([first.text, *(one.text for one in others)])
    assert (first.root, {one.root for one in others}) == (first.id, {first.id})
    assert [word for word in LONG.split() if word not in said] == []

    await chat.revise("Payments fail no more.", key="alert:1")
    assert [one.text for one in await chat.stands()] == ["Payments fail no more.", *([ABOVE] * len(others))]

    await chat.revise(LONG, key="alert:1", offers=(Offer("Look", "/triage SUP-20"),))
    assert [one.id for one in await chat.stands()] == [first.id, *(one.id for one in others)]


async def test_a_message_that_somebody_deleted_is_said_anew_with_what_follows_under_it(chat):
    await chat.say("Payments fail.", key="alert:1")
    [gone] = await chat.stands()
    chat.remove(gone.id)

    await chat.revise("Payments fail: twice.", key="alert:1")
    await chat.say("Seen again.", key="alert:1:2", under="alert:1")

    first, second = await chat.stands()
    assert (first.text, second.text, second.root) == ("Payments fail: twice.", "Seen again.", first.id)


async def test_a_part_that_somebody_deleted_is_said_anew_in_its_thread(chat):
    await chat.say(LONG, key="alert:1")
    first, second, *_ = await chat.stands()
    chat.remove(second.id)

    await chat.revise(LONG, key="alert:1")

    again = next(one for one in await chat.stands() if one.text == second.text)
    assert (again.id == second.id, again.root) == (False, first.id)


FAULTS = {
    "slack": [
        Fault("reset", path="/api/chat.postMessage", after=True),
        Fault("reset", path="/api/chat.update", after=True),
        Fault("status", path="/api/chat.update", status=503),
        Fault("status", path="/api/chat.update", status=429, retry_after=1),
        Fault("status", path="/api/chat.update", status=200, body={"ok": False, "error": "edit_window_closed"}),
    ],
    "teams": [
        Fault("status", method="POST", path="/connector/", status=403),
        Fault("reset", method="PUT", path="/connector/", after=True),
        Fault("status", method="PUT", path="/connector/", status=502),
        Fault("status", method="PUT", path="/connector/", status=404),
    ],
}


async def tried(chat, words, key):
    """What the ledger does with a job that fails: it is run again."""
    for _ in range(3):
        try:
            return await chat.revise(words, key=key)
        except Trouble:
            continue
    return pytest.fail("it failed three times")


async def test_whatever_goes_wrong_the_newest_is_read_at_last(chat):
    name = chat.player.stage.name
    faults = getattr(chat.player.office, name).faults
    for number, fault in enumerate(FAULTS[name]):
        faults.add(fault)
        await tried(chat, f"{number}: fails once.", f"alert:{number}")
        await tried(chat, f"{number}: fails twice.", f"alert:{number}")

    texts = [one.text for one in await chat.stands()]
    newest = [f"{number}: fails twice." for number in range(len(FAULTS[name]))]
    assert sorted({text for text in texts if "twice" in text}) == newest
    assert [text for text in texts if "once" in text] == [f"{len(newest) - 1}: fails once."]  # what cannot be changed stays


async def test_a_message_that_teams_did_not_answer_for_is_said_anew_when_it_changes(tmp_path, wait_until):
    """Nobody can change what has no id: read twice is better than never read again."""
    async with town(tmp_path, {}, wait_until) as place:
        wall = await Wall.of(place.player("teams"))
        wall.player.office.teams.faults.add(Fault("reset", method="POST", path="/connector/", after=True))
        with pytest.raises(Busy):
            await wall.revise("Payments fail.", key="alert:1")

        await wall.revise("Payments fail: twice.", key="alert:1")
        await wall.revise("Payments fail: 3 times.", key="alert:1")

        assert [one.text for one in await wall.stands()] == ["Payments fail.", "Payments fail: 3 times."]


async def test_a_channel_that_is_out_of_reach_is_no_reason_to_be_silent(chat):
    await chat.say("Payments fail.", key="alert:1")
    office = chat.player.office
    office.slack.faults.add(
        Fault("status", path="/api/chat.update", status=200, body={"ok": False, "error": "is_archived"}, count=None)
    )
    office.teams.faults.add(Fault("status", method="PUT", path="/connector/", status=403, count=None))

    with pytest.raises(Invalid):
        await chat.revise("Payments fail: twice.", key="alert:1")
