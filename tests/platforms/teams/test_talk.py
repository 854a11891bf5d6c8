"""What is kept of what Teams tells, and its files: addresses that are SharePoint's or listed, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenants import GENERAL

from bot.platforms.teams.receive import Letter
from bot.platforms.teams.talk import linked
from bot.settings.hosts import is_file_host
from bot.store.talk.heard import KEPT, Heard, Said
from handlers.errors import Invalid, NotAllowed
from handlers.models import Attachment, Place


async def heard(company, words):
    await company.idle()
    return await company.wait(lambda: found(company, words))


async def found(company, words):
    there = await read(company, last=50)
    return there if words in [one.words for one in there] else None


async def read(company, *, thread="", since=None, last=0, link=""):
    return await company.voices["teams"].talk(Place("teams", GENERAL, thread), since=since, last=last, link=link)


async def test_with_consent_a_whole_channel_is_heard_and_threads_are_told_apart(company):
    drive = company.teams.drive
    await drive.say("ada", GENERAL, "first", mention=False, rsc=True)
    root = drive.said[-1]["id"]
    await drive.say("bo", GENERAL, "under it", mention=False, rsc=True, thread=root)
    await drive.say("gus", GENERAL, "elsewhere", mention=False, rsc=True)
    await heard(company, "elsewhere")
    address = f"https://teams.microsoft.com/l/message/{GENERAL}/{root}?groupId=x&parentMessageId={root}"

    expected = [("Ada Novak", "first"), ("Bo Lindqvist", "under it")]
    assert [(one.speaker, one.words) for one in await read(company, thread=root)] == expected
    assert [(one.speaker, one.words) for one in await read(company, link=address)] == expected
    assert len(await read(company, since=datetime.now(UTC) - timedelta(hours=1))) == 3
    assert list(await read(company)) == []


async def test_a_command_that_only_one_person_sees_is_not_kept(company):
    await company.teams.drive.command("ada", GENERAL, "bot", "help")
    await company.teams.drive.say("ada", GENERAL, "aloud", mention=False, rsc=True)

    assert [one.words for one in await heard(company, "aloud")] == ["aloud"]


@pytest.mark.parametrize(
    "link", ["https://teams.microsoft.com/l/message/19:other@thread.tacv2/1", "https://evil.example/", "https://[", "x"]
)
def test_a_link_never_leads_out_of_the_conversation(link):
    with pytest.raises(Invalid, match="not in this channel"):
        linked(link, GENERAL)


async def test_a_file_is_fetched_from_where_teams_put_it(company):
    name = company.teams.tenant.keep(b"WEBVTT")
    url = f"{company.teams.url}/files/{name}?tempauth=v1.{name}"

    assert await company.voices["teams"].file(Attachment("a.vtt", 0, url), Place("teams", GENERAL)) == b"WEBVTT"
    with pytest.raises(NotAllowed, match="Send it to the bot directly"):
        await company.voices["teams"].file(Attachment("a.vtt", 0, url[:-1]), Place("teams", GENERAL))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a", "https://sharepoint.com.evil.example/a", "https://x.sharepoint.com@evil.example/a", "ftp://x.sharepoint.com/a",
        "http://x.sharepoint.com/a", "https://x.sharepoint.com:8443/a", "https://169.254.169.254/a", "file:///etc/passwd", "", "https://[::1/a",
    ],
)  # fmt: skip
async def test_no_file_is_fetched_from_elsewhere(company, url):
    with pytest.raises(Invalid, match="where the bot does not fetch any"):
        await company.voices["teams"].file(Attachment("a.vtt", 0, url), Place("teams", GENERAL))


def test_sharepoint_and_what_is_listed_are_taken():
    assert is_file_host("https://contoso-my.sharepoint.com/personal/x/a.vtt?tempauth=v1", "")
    assert is_file_host("http://127.0.0.1:9000/files/a", "127.0.0.1:9000")
    assert not is_file_host("http://127.0.0.1:9001/files/a", "127.0.0.1:9000")


@given(st.text(max_size=80))
def test_no_text_is_taken_for_an_address(text):
    assert not is_file_host(text, "")


async def test_so_many_messages_are_kept_and_no_more(database):
    kept = Heard(database)
    for number in range(4):
        await kept.note(Said("teams", "c", "", str(number), "Ada", f"words {number}"))
    await kept.note(Said("teams", "c", "", "3", "Ada", "again"))

    assert [one.words for one in await kept.window("teams", "c", since=0, limit=2)] == ["words 2", "words 3"]
    assert await kept.window("teams", "other", since=0, limit=2) == []
    assert KEPT == 500


async def test_the_order_is_that_in_which_it_was_said_and_not_that_in_which_it_came(database):
    kept, today = Heard(database), datetime.now(UTC).timestamp()
    for post, at in (("3", today - 1), ("1", today - 3), ("2", today - 1), ("9", today + 3600)):
        await kept.note(Said("teams", "c", "1", post, "Ada", post, at))

    there = await kept.thread("teams", "c", "1")
    assert [one.words for one in there] == ["1", "2", "3", "9"]
    assert there[-1].at <= datetime.now(UTC).timestamp() + 1  # nothing was said in the future


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-11-27T17:00:00.5Z", 1795798800.5), ("2026-11-27T17:00:00.5000000+00:00", 1795798800.5), ("2026-11-27T17:00:00", 1795798800.0),
        ("yesterday", 0.0), ("", 0.0), (None, 0.0), (17, 0.0), ("0001-13-01T00:00:00Z", 0.0),
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_not_known(told, at):
    assert Letter({"type": "message", "timestamp": told}).at == at
