"""Files that the bot sends: in the three steps of Slack's own client, and what is refused on the way."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack.state import BOT_USER

PNG = b"\x89PNG\r\n\x1a\n and so on"
LENGTH = len(PNG)


async def refused(call):
    with pytest.raises(SlackApiError) as found:
        await call
    return found.value.response["error"]


async def begun(client, length=LENGTH):
    return await client.files_getUploadURLExternal(filename="a.png", length=length, alt_txt="a chart")


async def brought(given, data=PNG):
    async with aiohttp.ClientSession() as http, http.post(given["upload_url"], data=data) as answer:
        return answer.status


async def test_slacks_own_client_shares_a_file_in_a_thread(slack, client):
    root = await client.chat_postMessage(channel="C1", text="words")
    await client.files_upload_v2(channel="C1", content=PNG, filename="a.png", alt_txt="a chart", thread_ts=root["ts"])

    _, shared = slack.workspace.channel("C1").messages
    [file] = shared["files"]
    assert (shared["user"], shared["thread_ts"], shared["subtype"]) == (BOT_USER, root["ts"], "file_share")
    assert (file["alt_txt"], file["size"]) == ("a chart", len(PNG))
    token = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as http, http.get(file["url_private_download"], headers=token) as answer:
        assert await answer.read() == PNG


async def test_what_was_not_brought_whole_or_is_not_there_cannot_be_shared(slack, client):
    given = await begun(client)
    assert await brought(given, PNG[:-1]) == 400
    for name in (given["file_id"], "F999999"):
        assert await refused(client.files_completeUploadExternal(files=[{"id": name}], channel_id="C1")) == "file_not_found"

    assert slack.workspace.channel("C1").messages == []


async def test_an_address_takes_one_file_and_a_file_is_shared_once(slack, client):
    given = await begun(client)
    assert [await brought(given), await brought(given)] == [200, 404]
    await client.files_completeUploadExternal(files=[{"id": given["file_id"]}], channel_id="C1")

    again = client.files_completeUploadExternal(files=[{"id": given["file_id"]}], channel_id="C1")
    assert (await refused(again), len(slack.workspace.channel("C1").messages)) == ("file_not_found", 1)


async def test_the_bot_has_to_be_there_and_to_have_the_right(slack, client):
    slack.workspace.channel("C2").members.remove(BOT_USER)
    given = await begun(client)
    await brought(given)
    for channel, word in (("C2", "not_in_channel"), ("C9", "channel_not_found")):
        assert await refused(client.files_completeUploadExternal(files=[{"id": given["file_id"]}], channel_id=channel)) == word

    slack.access.tokens[slack.bot_token].scopes -= {"files:write"}
    assert await refused(begun(client)) == "missing_scope"


async def test_a_file_has_a_name_and_a_size_that_is_allowed(slack, client):
    slack.workspace.largest_file = 100

    assert await refused(begun(client, 101)) == "file_upload_size_restricted"
    assert await refused(begun(client, 0)) == "invalid_arguments"
    assert await refused(client.files_getUploadURLExternal(filename="", length=5)) == "invalid_arguments"
    assert await refused(client.files_completeUploadExternal(files=[])) == "invalid_arguments"
