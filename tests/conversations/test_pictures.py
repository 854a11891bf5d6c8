"""A picture that goes with a reply: shown on every platform with the same words behind it, and said in words where it cannot be."""

import base64

import pytest
from conversations.on_slack import heard
from conversations.page import posts
from conversations.town import town
from conversations.walls import PLACES, Shown, Wall, fetched, pictures

from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import BOT_USER
from handlers.models import Reply
from handlers.speech import Picture

DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
"""The smallest picture: one grey dot."""
CHART = Picture(DOT, "Alerts per hour: 3 critical, {{DATE(x)}} ${y} <b>")
WORDS = "[Chart] Alerts per hour: 3 critical, {{DATE(x)}} ${y} <b>"


@pytest.fixture(params=PLACES)
async def wall(request, tmp_path, wait_until):
    async with town(tmp_path, {}, wait_until) as place:
        yield await Wall.of(place.player(request.param))


@pytest.fixture
async def slack(tmp_path, wait_until):
    async with town(tmp_path, {}, wait_until) as place:
        yield await Wall.of(place.player("slack"))


@pytest.fixture
async def teams(tmp_path, wait_until):
    async with town(tmp_path, {}, wait_until) as place:
        yield await Wall.of(place.player("teams"))


async def texts(wall):
    return [one.text for one in await wall.stands() if one.text]


def as_read(alt):
    """Teams parts what its clients would expand."""
    return alt.replace("{ {", "{{").replace("$ {", "${")


async def test_a_picture_is_shown_once_with_its_words_behind_it(wall):
    for _ in range(2):
        await wall.say("What changed since nine.", key="digest:1", picture=CHART)

    assert [(one.png, as_read(one.alt)) for one in await pictures(wall.player)] == [(DOT, CHART.alt)]
    assert await texts(wall) == ["What changed since nine."]


async def test_a_picture_needs_no_words_beside_it(wall):
    await wall.say("", key="digest:1", picture=CHART)

    assert [one.png for one in await pictures(wall.player)] == [DOT]
    assert await texts(wall) == []


async def test_a_picture_stands_in_the_thread_of_its_words(wall):
    await wall.say("Payments fail.", key="alert:1")
    await wall.say("So many.", key="alert:1:2", under="alert:1", picture=CHART)

    first, *others = await wall.stands()
    assert {one.root for one in others} == {first.id}


async def test_a_reply_that_is_drawn_again_keeps_its_picture(wall):
    await wall.say("Since nine.", key="digest:1", picture=CHART)
    await wall.revise("Since ten.", key="digest:1", picture=CHART)

    assert [one.png for one in await pictures(wall.player)] == [DOT]
    assert await texts(wall) == ["Since ten."]


async def test_what_one_person_alone_is_told_is_in_no_picture_for_others(wall):
    await wall.voice.say(
        wall.place, Reply("Your pay.", private=True, picture=CHART), key="p", to=await account(wall.player, "ada")
    )

    assert [one for one in await pictures(wall.player) if wall.player.stage.name != "playground"] == []
    seen = [one for one in await wall.player.stage.seen("bo") if "Your pay." in one.text or "Alerts per hour" in one.text]
    assert seen == []


async def account(player, person):
    office = player.office
    names = {
        "slack": lambda: f"slack:T1/{office.user(person.title())}",
        "teams": lambda: f"teams:{office.teams.tenant.person(person).id}",
    }
    return names.get(player.stage.name, lambda: f"playground:{person}")()


REFUSALS = {
    "no scope": Fault("status", path="/api/files.getUploadURLExternal", status=200, body={"ok": False, "error": "missing_scope"}),
    "away": Fault("status", path="/api/files.getUploadURLExternal", status=503),
    "busy": Fault("status", path="/api/files.getUploadURLExternal", status=429, retry_after=60),
    "bytes refused": Fault("status", path="/upload/", status=413),
    "not shared": Fault("status", path="/api/files.completeUploadExternal", status=200, body={"ok": False, "error": "file_not_found"}),
    "answer lost": Fault("reset", path="/api/files.completeUploadExternal"),
}  # fmt: skip


async def test_slack_is_told_in_words_what_it_does_not_take_as_a_picture(slack):
    for name, fault in REFUSALS.items():
        slack.player.office.slack.faults.add(fault)
        for _ in range(2):
            await slack.say(name, key=name, picture=CHART)
    slack.player.office.slack.workspace.largest_file = len(DOT) - 1
    await slack.say("too large", key="too large", picture=CHART)

    assert await texts(slack) == [words for name in (*REFUSALS, "too large") for words in (name, WORDS)]
    assert await pictures(slack.player) == []


async def test_the_bot_does_not_answer_its_own_picture(slack):
    """Slack tells the bot of its own file like of anybody's."""
    office = slack.player.office
    direct = f"D{office.user('Ada')}"
    heard(await office.slack.drive.say(BOT_USER, direct, "", files={"chart.png": DOT}))
    await office.idle()

    assert [one["text"] for one in office.messages(direct)] == [""]


async def test_a_workspace_whose_installation_lacks_the_right_is_told_in_words(slack):
    access = slack.player.office.slack.access
    access.tokens[slack.player.office.slack.bot_token].scopes -= {"files:write"}

    await slack.say("What changed since nine.", key="digest:1", picture=CHART)

    assert await texts(slack) == ["What changed since nine.", WORDS]


async def test_teams_is_told_in_words_what_is_too_large_for_a_card(teams):
    await teams.say("What changed since nine.", key="digest:1", picture=Picture(DOT + bytes(20_000), CHART.alt))

    assert await texts(teams) == [f"What changed since nine.\n{WORDS}"]


@pytest.mark.parametrize("is_new", [True, False])
async def test_teams_is_told_in_words_what_it_refuses_as_a_picture(teams, is_new):
    if not is_new:
        await teams.say("Since eight.", key="digest:1")
    method = "POST" if is_new else "PUT"
    teams.player.office.teams.faults.add(Fault("status", method=method, path="/connector/", status=413))

    await teams.revise("What changed since nine.", key="digest:1", picture=CHART)

    assert await texts(teams) == [f"What changed since nine.\n{WORDS}"]


async def test_the_page_shows_a_picture_to_nobody_who_may_not_see_its_post(tmp_path, wait_until):
    async with town(tmp_path, {}, wait_until) as place:
        wall = await Wall.of(place.player("playground"))
        chart = Reply("Yours.", private=True, picture=CHART)
        await wall.voice.say(wall.place, chart, key="p", to="playground:ada")
        alone = await wall.voice.place("dm:ada", "", None)
        await wall.voice.say(alone, Reply("Yours.", picture=CHART), key="dm", to="playground:ada")
        [general], [direct] = await images(wall, "general"), await images(wall, "dm:ada")

        assert await fetched(wall.player, general) == await fetched(wall.player, direct) == DOT
        for mine in (general, direct):
            await fetched(wall.player, mine.replace("person=ada", "person=bo"), status=404)
        for wrong in (
            general.replace("channel=general", "channel=dm%3Aada"),
            general.replace("post=", "post=9"),
            "/playground/picture?person=ada&channel=general&post=x",
        ):
            await fetched(wall.player, wrong, status=404)
        assert await pictures(wall.player) == [Shown(DOT, CHART.alt)]


async def images(wall, channel):
    return [
        str(image["src"])
        for post in posts(await wall.player.stage._read("ada", channel))
        for image in post.select(".picture img")
    ]
