"""Messages through Slack's own client: what is kept, what is refused, and in which words."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import SlackStandin


async def refused(call) -> str:
    with pytest.raises(SlackApiError) as no:
        await call
    return no.value.response["error"]


async def test_a_message_is_kept_as_it_was_posted_and_changed_in_its_place(slack, client, blocks):
    mark = {"event_type": "countersign_post", "event_payload": {"key": "k"}}
    posted = await client.chat_postMessage(channel="C2", text="a card", blocks=blocks, metadata=mark, client_msg_id="m")

    changed = await client.chat_update(channel="C2", ts=posted["ts"], text="decided", blocks=blocks[:1])

    kept = slack.workspace.message("C2", posted["ts"])
    assert (kept["text"], kept["blocks"], kept["metadata"], kept["client_msg_id"]) == ("decided", blocks[:1], mark, "m")
    assert (kept["user"], kept["bot_id"], kept["edited"]["user"]) == ("UBOT", "BBOT", "UBOT")
    assert changed["ts"] == posted["ts"]


async def test_times_are_unique_and_grow(client):
    times = [(await client.chat_postMessage(channel="C1", text=str(number)))["ts"] for number in range(20)]

    assert sorted(set(times), key=float) == times


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ({"channel": "C9", "text": "x"}, "channel_not_found"),
        ({"channel": "C1"}, "no_text"),
        ({"channel": "C1", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C1", "text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"channel": "C1", "text": "x", "metadata": {"event_type": 1}}, "invalid_metadata_format"),
    ],
)
async def test_what_slack_would_not_post_is_refused_in_its_words(client, slack, args, word):
    assert await refused(client.api_call("chat.postMessage", json=args)) == word
    assert slack.workspace.channels["C1"].messages == []
    assert slack.calls[-1].answered == word


async def test_where_the_bot_is_not_a_member_it_cannot_speak(slack, client):
    for channel in ("C1", "G1"):
        slack.workspace.channels[channel].members.remove("UBOT")
    slack.workspace.channels["C2"].is_archived = True

    words = [await refused(client.chat_postMessage(channel=channel, text="x")) for channel in ("C1", "G1", "C2")]

    assert words == ["not_in_channel", "channel_not_found", "is_archived"]
    assert await refused(client.conversations_history(channel="C1")) == "not_in_channel"


async def test_only_the_bots_own_messages_can_be_changed(slack, client):
    theirs = slack.workspace.add(slack.workspace.channel("C1"), {"user": "U1", "text": "mine"})
    await client.chat_postMessage(channel="C1", text="gone soon")
    gone = slack.workspace.channels["C1"].messages[-1]["ts"]
    await client.chat_delete(channel="C1", ts=gone)

    long = (await client.chat_postMessage(channel="C1", text="x" * 4_001))["ts"]

    assert await refused(client.chat_update(channel="C1", ts=long, text="x" * 4_001)) == "msg_too_long"
    assert await refused(client.chat_update(channel="C1", ts=theirs["ts"], text="x")) == "cant_update_message"
    assert await refused(client.chat_delete(channel="C1", ts=theirs["ts"])) == "cant_delete_message"
    assert await refused(client.chat_update(channel="C1", ts=gone, text="x")) == "message_not_found"


async def test_an_update_without_blocks_keeps_them_and_an_empty_list_takes_them_away(slack, client, blocks):
    ts = (await client.chat_postMessage(channel="C1", text="a", blocks=blocks))["ts"]

    await client.chat_update(channel="C1", ts=ts, text="b")
    assert slack.workspace.message("C1", ts)["blocks"] == blocks
    await client.chat_update(channel="C1", ts=ts, text="b", blocks=[])
    assert slack.workspace.message("C1", ts)["blocks"] == []


async def test_a_whisper_is_seen_by_one_person_and_is_no_message(slack, client):
    ts = (await client.chat_postEphemeral(channel="C2", user="U1", text="only you"))["message_ts"]

    assert [(each["user"], each["text"]) for each in slack.workspace.ephemerals] == [("U1", "only you")]
    assert slack.workspace.channels["C2"].messages == []
    assert await refused(client.chat_update(channel="C2", ts=ts, text="x")) == "message_not_found"
    assert await refused(client.chat_postEphemeral(channel="C2", user="U9", text="x")) == "user_not_in_channel"


async def test_a_stream_grows_until_it_is_stopped(slack, client, blocks):
    root = slack.workspace.add(slack.workspace.channel("DU1"), {"user": "U1", "text": "a question"})["ts"]
    ts = (await client.chat_startStream(channel="DU1", thread_ts=root))["ts"]
    await client.chat_appendStream(channel="DU1", ts=ts, markdown_text="One. ")
    assert await refused(client.chat_update(channel="DU1", ts=ts, text="x")) == "streaming_state_conflict"
    await client.chat_appendStream(channel="DU1", ts=ts, markdown_text="Two.")

    await client.chat_stopStream(channel="DU1", ts=ts, blocks=blocks)

    kept = slack.workspace.message("DU1", ts)
    assert (kept["text"], kept["blocks"], kept["thread_ts"]) == ("One. Two.", blocks, root)
    assert await refused(client.chat_appendStream(channel="DU1", ts=ts, markdown_text="x")) == "message_not_in_streaming_state"
    assert await refused(client.chat_startStream(channel="C1", thread_ts=root)) == "missing_recipient_team_id"


async def test_what_the_check_refuses_is_not_posted_and_is_kept_to_look_at(client, slack):
    strict = SlackStandin(check_message=lambda shown: [] if len(shown["blocks"]) == 1 else ["/blocks: too many"])
    await strict.start()
    try:
        client.base_url, client.token = strict.api_url, strict.bot_token
        word = await refused(client.chat_postMessage(channel="C1", text="x", blocks=[{"type": "divider"}] * 2))
        await client.chat_postMessage(channel="C1", text="x", blocks=[{"type": "divider"}])
    finally:
        await strict.stop()

    assert word == "invalid_blocks"
    assert [(each["method"], each["problems"]) for each in strict.refused] == [("chat.postMessage", ["/blocks: too many"])]
    assert len(strict.workspace.channels["C1"].messages) == 1
    assert slack.refused == []


async def test_a_response_url_takes_five_answers_and_changes_what_was_pressed(slack, client, blocks):
    ts = (await client.chat_postMessage(channel="C2", text="a card", blocks=blocks))["ts"]
    url = slack.url + slack.workspace.response_url("C2", "U1", ts=ts)
    bodies = [
        {"text": "decided", "replace_original": True}, {"text": "psst"}, {"text": "all", "response_type": "in_channel"}, {"text": "4"},
        {"delete_original": True}, {"text": "6"},
    ]  # fmt: skip
    async with aiohttp.ClientSession() as session:
        answers = [await (await session.post(url, json=body)).json() for body in bodies]

    assert [answer.get("error", "ok") for answer in answers] == ["ok"] * 5 + ["used_url"]
    assert [each["text"] for each in slack.workspace.channels["C2"].messages] == ["all"]
    assert [each["text"] for each in slack.workspace.ephemerals] == ["psst", "4"]
    assert [call.answered for call in slack.calls if call.method == "response_url"] == ["ok"] * 5 + ["used_url"]
