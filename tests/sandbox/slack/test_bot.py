"""The bot's own line, members and forms against the stand-in: both sides mean the same Slack."""

import pytest

from bot.net.pace import Pace
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.direct import direct
from bot.platforms.slack.line import Line
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.stream import Streams
from bot.platforms.slack.tokens import OneWorkspace
from bot.platforms.slack.words import Message
from bot.sandbox.faults import Fault
from handlers.errors import Busy, NotFound, Unknown


@pytest.fixture
async def line(slack):
    async with Line(slack.api_url) as opened:
        yield opened


@pytest.fixture
def calls(slack, line) -> SlackApi:
    return SlackApi(line, OneWorkspace(line, slack.bot_token), Pace())


async def test_the_bot_knows_itself_and_reads_every_page(slack, line, calls):
    me = await OneWorkspace(line, slack.bot_token).bot("T1")
    pages = [page["members"] async for page in calls.pages("T1", "conversations.members", channel="C1", limit=4)]

    assert (me.bot_user, me.bot_id, me.name) == ("UBOT", "BBOT", "Harbourlight")
    assert [len(page) for page in pages] == [4, 4, 3]
    assert await direct(calls, "T1", "U1") == "DU1"


async def test_the_bot_streams_and_then_shows_the_whole(slack, calls, blocks):
    root = slack.workspace.add(slack.workspace.channel("DU1"), {"user": "U1", "text": "why?"})["ts"]

    ts = await Streams(calls).say("T1", "DU1", root, Message("Because. " * 100, tuple(blocks)), to="U1")

    kept = slack.workspace.message("DU1", ts)
    assert (kept["text"], kept["blocks"]) == ("Because. " * 100, blocks)
    assert slack.workspace.streams == {}


async def test_the_bot_answers_through_a_response_url_until_it_is_used_up(slack, calls):
    url = slack.url + slack.workspace.response_url("C2", "U1")
    for number in range(5):
        await calls.respond(url, {"text": str(number)})

    with pytest.raises(NotFound):
        await calls.respond(url, {"text": "6"})
    assert [each["text"] for each in slack.workspace.ephemerals] == ["0", "1", "2", "3", "4"]


async def test_the_bot_understands_each_kind_of_trouble(slack, calls):
    await calls.read("T1", "users.info", user="U1")
    path = "/api/chat.postMessage"
    slack.faults.add(Fault("status", path=path, status=429, retry_after=1), Fault("reset", path=path, after=True))
    expected = [Busy, Unknown, SlackRefused]

    for channel, error in zip(("C1", "C2", "C9"), expected, strict=True):
        with pytest.raises(error):
            await calls.write("T1", "chat.postMessage", channel=channel, text="x")

    assert [len(slack.workspace.channels[name].messages) for name in ("C1", "C2")] == [0, 1]
