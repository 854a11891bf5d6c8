"""What is read of Slack's log and of its files: threads, windows, links; the token goes to Slack's own host only."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.slack.line import FILES_HOST, is_response_url
from bot.platforms.slack.talk import linked
from handlers.errors import Invalid, NotAllowed, NotFound
from handlers.models import Attachment, Place

HERE = "T1/C1"


async def read(office, *, thread="", since=None, last=0, link=""):
    place = Place("slack", HERE, thread)
    return await office.voices["slack"].talk(place, since=since, last=last, link=link)


async def say(office, name, words, thread=""):
    await office.slack.drive.say(office.user(name), "C1", words, thread)
    return office.slack.drive.said[-1]["ts"]


async def test_a_thread_with_who_said_what_and_whom_they_mention(office):
    root = await say(office, "Ada", f"<@{office.user('Bo')}> paints &amp; <https://a.example|looks>")
    await say(office, "Bo", "I will.", root)
    await say(office, "Cy", "not here")

    found = await read(office, thread=root)

    assert [(one.speaker, one.words) for one in found] == [
        ("Ada Novak", "@Bo Lindqvist paints & looks (https://a.example)"),
        ("Bo Lindqvist", "I will."),
    ]


async def test_a_window_by_time_and_by_number_without_what_the_bot_said(office):
    for number in range(5):
        await say(office, "Ada", f"words {number}")
    hour = datetime.now(UTC) - timedelta(hours=1)

    assert [one.words for one in await read(office, since=hour)] == [f"words {number}" for number in range(5)]
    assert [one.words for one in await read(office, last=2)] == ["words 3", "words 4"]
    assert await read(office, since=datetime.now(UTC) + timedelta(minutes=1)) == []
    assert list(await read(office)) == []


async def test_a_link_leads_to_its_thread_and_never_out_of_the_channel(office):
    root = await say(office, "Ada", "the root")
    answer = await say(office, "Bo", "the answer", root)
    address = f"https://harbourlight.slack.com/archives/C1/p{answer.replace('.', '')}?thread_ts={root}&cid=C1"

    assert [one.words for one in await read(office, link=address)] == ["the root", "the answer"]
    with pytest.raises(Invalid, match="not in this channel"):
        await read(office, link=address.replace("/C1/", "/C2/"))
    with pytest.raises(Invalid, match="not in this channel"):
        linked("https://evil.example/?x=archives/C1/p1", "C1")


async def test_a_channel_that_the_bot_is_not_in_is_told(office):
    office.slack.workspace.channel("C1").members.remove("UBOT")

    with pytest.raises(Invalid, match="Invite it"):
        await read(office, last=3)


async def sent(office, data=b"WEBVTT"):
    await office.slack.drive.say(office.user("Ada"), "C1", "look", files={"standup.vtt": data})
    return (await read(office, last=1))[0].files[0]


async def test_a_file_is_fetched_with_the_bots_token(office):
    file = await sent(office)

    assert (file.name, file.size) == ("standup.vtt", 6)
    assert await office.voices["slack"].file(file, Place("slack", HERE)) == b"WEBVTT"


async def test_without_the_right_to_files_it_is_said_what_to_do(office):
    file = await sent(office)
    token = office.slack.access.tokens[office.slack.bot_token]
    token.scopes -= {"files:read"}

    with pytest.raises(NotAllowed, match="with the right files:read"):
        await office.voices["slack"].file(file, Place("slack", HERE))


async def test_a_file_that_is_gone_or_too_large_is_told(office):
    large, gone = await sent(office, b"x" * (20 * 2**20 + 1)), await sent(office)
    office.slack.workspace.files.pop(gone.reference.split("-")[-1].split("/")[0])

    with pytest.raises(NotFound, match="Send it again"):
        await office.voices["slack"].file(gone, Place("slack", HERE))
    with pytest.raises(Invalid, match="larger than 20 MiB"):
        await office.voices["slack"].file(large, Place("slack", HERE))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files-pri/T1-F1/a.vtt", "https://files.slack.com.evil.example/a", "https://files.slack.com@evil.example/a",
        "http://files.slack.com/a", "https://files.slack.com:8443/a", "file:///etc/passwd", "https://drive.example/doc", "",
    ],
)  # fmt: skip
async def test_the_token_goes_to_nobody_else(office, url):
    with pytest.raises(Invalid, match="does not lie in Slack"):
        await office.voices["slack"].file(Attachment("a.vtt", 1, url), Place("slack", HERE))


def test_slacks_own_host_is_taken():
    assert is_response_url("https://files.slack.com/files-pri/T1-F1/download/a.vtt", "https://slack.com/api/", own=FILES_HOST)
