"""What the people do reaches the bot as Slack sends it: signed, twice where Slack tells twice, and as often as a test says."""

import asyncio
import json
import socket

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.platforms.slack.modal import values
from bot.platforms.slack.receive import envelope
from bot.platforms.slack.translate import commanded, pressed, shortcut, spoken, submitted


def events(bot) -> list[dict]:
    return [heard.body["event"] for heard in bot.heard]


async def test_a_mention_comes_as_two_events_of_one_message(slack, bot):
    replies = await slack.drive.say("U1", "C2", "<@UBOT> how long is a backup kept?")

    told = sorted(events(bot), key=lambda event: event["type"])
    assert [status for status, _ in replies] == [200, 200]
    assert [event["type"] for event in told] == ["app_mention", "message"]
    assert {event["ts"] for event in told} == {slack.drive.said[-1]["ts"]}
    assert len({heard.body["event_id"] for heard in bot.heard}) == 2
    assert all(heard.is_valid for heard in bot.heard)
    found = spoken(envelope(bot.heard[0].raw).body, bot_user="UBOT")
    assert (found.team, found.channel, found.user, found.words) == ("T1", "C2", "U1", "@countersign how long is a backup kept?")


async def test_a_direct_message_is_told_once_and_a_channel_without_the_bot_never(slack, bot):
    await slack.drive.say("U1", "DU1", "hello <@UBOT>")
    await slack.drive.leave("UBOT", "C1")
    await slack.drive.say("U1", "C1", "<@UBOT> are you there?")

    assert [(event["type"], event.get("channel_type")) for event in events(bot)] == [
        ("message", "im"), ("member_left_channel", "C"),
    ]  # fmt: skip


async def test_an_answer_in_a_thread_names_its_root(slack, bot):
    await slack.drive.say("U1", "C2", "root")
    root = slack.drive.said[-1]["ts"]
    await slack.drive.say("U2", "C2", "first", root)
    await slack.drive.say("U1", "C2", "second", slack.drive.said[-1]["ts"])

    assert [event.get("thread_ts") for event in events(bot)] == [None, root, root]


async def test_whoever_insists_sends_it_again_until_it_is_acknowledged(slack, bot, wait_until):
    bot.answers["event_callback"] = (503, None)
    sending = asyncio.create_task(slack.drive.say("U1", "C2", "hello", insist=5.0))
    await wait_until(lambda: len(bot.heard) >= 2)
    bot.answers.clear()

    replies = await sending

    assert [status for status, _ in replies] == [503] * (len(replies) - 1) + [200]
    assert len({heard.body["event_id"] for heard in bot.heard}) == 1
    assert [heard.headers.get("X-Slack-Retry-Num") for heard in bot.heard[:2]] == [None, "1"]
    assert slack.courier.sent[0].answers == [status for status, _ in replies]


async def test_a_wider_workspace_has_channels_with_everybody_in_them(slack, bot):
    slack.workspace.widen(2)

    await slack.drive.say("U3", "C102", "hello")

    assert [event["channel"] for event in events(bot)] == ["C102"]


async def test_copies_are_the_same_bytes_and_a_retry_says_so(slack, bot):
    replies = await slack.drive.say("U1", "C2", "hello", copies=3, retry=True)
    await slack.drive.again()

    assert [status for status, _ in replies] == [200] * 3
    assert len({(heard.raw, heard.headers["X-Slack-Signature"]) for heard in bot.heard[:3]}) == 1
    assert {heard.headers.get("X-Slack-Retry-Num") for heard in bot.heard} == {"1"}
    assert len({heard.body["event_id"] for heard in bot.heard}) == 1


@pytest.mark.usefixtures("bot")
async def test_a_bad_or_stale_signature_is_one_that_slacks_own_verifier_refuses(slack):
    bad = await slack.drive.say("U1", "C2", "hello", bad_signature=True)
    stale = await slack.drive.say("U1", "C2", "hello", stale=True)

    assert [bad[0][0], stale[0][0]] == [401, 401]


async def test_a_command_carries_an_address_for_answers_and_shows_the_first_one(slack, bot):
    bot.answers["command"] = (200, {"response_type": "ephemeral", "text": "working on it"})

    await slack.drive.command("U1", "C2", "/triage", "SUP-21")

    asked = commanded(envelope(bot.heard[0].raw))
    async with aiohttp.ClientSession() as session:
        answered = await session.post(str(asked["via"]), json={"text": "done"})
    assert (asked["text"], asked["person"], asked["channel"]) == ("/triage SUP-21", "slack:T1/U1", "T1/C2")
    assert answered.status == 200
    assert [(each["user"], each["text"]) for each in slack.workspace.ephemerals] == [("U1", "working on it"), ("U1", "done")]


async def test_a_press_is_built_from_the_message_and_can_open_a_form(slack, bot, client, blocks, form):
    ts = (await client.chat_postMessage(channel="C2", text="a card", blocks=blocks))["ts"]

    await slack.drive.press("C2", ts, "approve", "U2")

    letter = envelope(bot.heard[0].raw)
    assert pressed(letter) | {"id": ""} == {
        "id": "", "draft": "abcd", "version": 1, "verb": "approve", "values": {}, "person": "slack:T1/U2", "name": "bo",
        "platform": "slack", "channel": "T1/C2", "thread": "", "via": letter.body["response_url"],
    }  # fmt: skip
    assert letter.body["message"] == slack.workspace.message("C2", ts)
    opened = await client.views_open(trigger_id=letter.body["trigger_id"], view=form)
    assert slack.workspace.modals[opened["view"]["id"]].user == "U2"
    with pytest.raises(LookupError, match="approve, reject"):
        await slack.drive.press("C2", ts, "edit", "U2")


async def test_a_press_on_a_slow_screen_is_that_of_the_older_message(slack, bot, client, blocks):
    ts = (await client.chat_postMessage(channel="C2", text="a card", blocks=blocks))["ts"]
    seen = json.loads(json.dumps(slack.workspace.message("C2", ts)))
    await client.chat_update(channel="C2", ts=ts, text="decided", blocks=[])

    replies = await slack.drive.press("C2", ts, "approve", "U2", as_shown=seen, copies=2)

    assert [status for status, _ in replies] == [200, 200]
    assert bot.heard[0].body["actions"][0]["value"] == "abcd.1"


async def test_thumbs_menus_and_private_messages_can_be_pressed(slack, bot, client):
    thumbs = {
        "type": "context_actions",
        "elements": [{
            "type": "feedback_buttons", "action_id": "feedback",
            **{f"{name}_button": {"text": {"type": "plain_text", "text": name}, "value": f"{value}.a1"}
               for name, value in (("positive", "up"), ("negative", "down"))},
        }],
    }  # fmt: skip
    await client.chat_postEphemeral(channel="C2", user="U1", text="an answer", blocks=[thumbs])
    ts = slack.workspace.ephemerals[0]["ts"]

    await slack.drive.press_ephemeral(ts, "feedback", value="negative")

    body = bot.heard[0].body
    assert (body["actions"][0]["value"], body["user"]["id"], body["container"]["is_ephemeral"]) == ("down.a1", "U1", True)
    assert "message" not in body
    async with aiohttp.ClientSession() as session:
        await session.post(body["response_url"], json={"delete_original": True})
    assert slack.workspace.ephemerals == []


async def opened(slack, client, form) -> str:
    return (await client.views_open(trigger_id=slack.workspace.trigger("U1"), view=form))["view"]["id"]


async def test_a_form_is_sent_with_what_was_filled_in_and_closes(slack, bot, client, form):
    view = await opened(slack, client, form)

    await slack.drive.submit(view, "U1", {"priority": "High", "field.summary.0": "new"})

    letter = envelope(bot.heard[0].raw)
    assert submitted(letter, values(letter.body["view"]))["values"] == {"priority": "2", "summary": "new"}
    assert not slack.workspace.modals[view].is_open
    with pytest.raises(LookupError):
        await slack.drive.submit(view, "U1", {"priority": "High"})


async def test_a_form_stays_open_with_errors_and_when_the_bot_is_down(slack, bot, client, form):
    view = await opened(slack, client, form)
    bot.answers["view_submission"] = (200, {"response_action": "errors", "errors": {"field.priority.0": "not now"}})
    wrong = await slack.drive.submit("", "U1", {"priority": "4"})
    modal = slack.workspace.modals[view]
    errors = dict(modal.errors)
    bot.answers["view_submission"] = (503, None)
    await slack.drive.submit("", "U1", {"priority": "4"})
    still_open = modal.is_open
    bot.answers["view_submission"] = (200, {"response_action": "update", "view": {**form, "blocks": form["blocks"][:1]}})
    await slack.drive.submit("", "U1", {"priority": "4"})

    assert wrong == [(200, {"response_action": "errors", "errors": {"field.priority.0": "not now"}})]
    assert errors == {"field.priority.0": "not now"}
    assert (still_open, modal.is_open, modal.view["blocks"]) == (True, True, form["blocks"][:1])


@pytest.mark.parametrize("given", [{"priority": "Odd"}, {"nothing": "x"}, {"summary": "x" * 21}, {}])
async def test_what_slack_would_not_let_a_person_send_is_an_error_of_the_test(slack, bot, client, form, given):
    await opened(slack, client, form)

    with pytest.raises(ValueError, match=r"menu has no|no input|no text of|must be filled"):
        await slack.drive.submit("", "U1", given)
    assert bot.heard == []


async def test_shortcuts_reactions_and_home_tabs_are_told(slack, bot, client, blocks):
    await slack.drive.say("U1", "C2", "SUP-21 is stuck")
    ts = slack.drive.said[-1]["ts"]
    await slack.drive.shortcut("U2", "C2", ts)
    await slack.drive.react("U2", "C2", ts, "ticket")
    await client.views_publish(user_id="U2", view={"type": "home", "blocks": blocks})
    await slack.drive.open_home("U2")
    await slack.drive.press_home("U2", "approve")

    assert shortcut(envelope(bot.heard[1].raw))["text"] == "/ask SUP-21 is stuck"
    assert [event["type"] for event in (heard.body["event"] for heard in bot.heard[2:4])] == ["reaction_added", "app_home_opened"]
    assert bot.heard[2].body["event"]["item"] == {"type": "message", "channel": "C2", "ts": ts}
    assert bot.heard[4].body["container"]["type"] == "view"


async def test_uninstalling_ends_the_tokens(slack, bot, client):
    await slack.drive.uninstall()

    assert sorted(event["type"] for event in events(bot)) == ["app_uninstalled", "tokens_revoked"]
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()


async def test_a_bot_that_does_not_answer_is_a_reply_of_status_0(slack):
    slack.courier.patience = 0.2
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        slack.courier.events_url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        late = await slack.drive.say("U1", "C2", "hello")
    refused = await slack.drive.say("U1", "C2", "hello")

    assert (late, refused) == ([(0, "TimeoutError")], [(0, "ClientConnectorError")])


async def test_people_do_only_what_they_can(slack, bot):
    with pytest.raises(ValueError, match="not in G1"):
        await slack.drive.say("U1", "G1", "let me in")
    with pytest.raises(LookupError, match="no channel C9"):
        await slack.drive.say("U1", "C9", "hello")
    with pytest.raises(LookupError, match="no message"):
        await slack.drive.press("C2", "1.000001", "approve", "U1")
    assert bot.heard == []
