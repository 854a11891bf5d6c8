"""What the people do reaches the bot as the Bot Connector sends it: signed, and as often as a test says."""

import asyncio
import json
import socket
from datetime import datetime

import pytest
from sandbox.teams.callers import card, said, shown

from bot.sandbox.teams.state import BILLING, BOT, GENERAL, LEADS, TENANT

AT = "<at>Countersign</at>"
DONE = card(body=[{"type": "TextBlock", "text": "approved by Bo"}], actions=None)


async def test_a_mention_in_a_channel_is_told_with_everything_that_teams_adds(teams, bot):
    replies = await teams.drive.say("ada", GENERAL, "how long is a <backup> kept?")

    told, ada = bot.heard[0].body, teams.tenant.person("ada")
    assert (replies, len(bot.heard)) == ([(200, "")], 1)
    assert told | {"localTimestamp": "", "timestamp": "", "attachments": []} == {
        "type": "message", "id": told["id"], "timestamp": "", "localTimestamp": "", "localTimezone": "Europe/Berlin",
        "locale": "en-GB", "channelId": "msteams", "serviceUrl": teams.service_url,
        "from": {"id": ada.id, "name": "Ada Novak", "aadObjectId": ada.aad_object_id},
        "recipient": {"id": BOT, "name": "Countersign"},
        "conversation": {
            "id": f"{GENERAL};messageid={told['id']}", "conversationType": "channel", "tenantId": TENANT, "isGroup": True,
            "name": "General",
        },
        "entities": [
            {"type": "clientInfo", "locale": "en-GB", "country": "DE", "platform": "Web", "timezone": "Europe/Berlin"},
            {"type": "mention", "mentioned": {"id": BOT, "name": "Countersign"}, "text": AT},
        ],
        "channelData": told["channelData"], "text": f"{AT} how long is a <backup> kept?", "textFormat": "plain", "attachments": [],
    }  # fmt: skip
    assert (told["channelData"]["tenant"], told["channelData"]["channel"]["id"]) == ({"id": TENANT}, GENERAL)
    assert told["channelData"]["team"]["id"] == GENERAL
    assert told["attachments"][0]["contentType"] == "text/html"
    assert "&lt;backup&gt;" in told["attachments"][0]["content"]
    assert told["id"].isdecimal()
    assert datetime.fromisoformat(told["timestamp"]) == datetime.fromisoformat(told["localTimestamp"])


async def test_teams_tells_only_what_is_for_the_bot(teams, bot):
    chat = teams.tenant.personal("ada").id
    for conversation, more in ((chat, {}), (LEADS, {"mention": False}), (LEADS, {"rsc": True}), (GENERAL, {"mention": True})):
        await teams.drive.say("ada", conversation, "hello", **more)
    teams.tenant.conversation(LEADS).has_bot = False
    await teams.drive.say("ada", LEADS, "hello")

    kinds = [(heard.body["conversation"]["conversationType"], AT in heard.body["text"]) for heard in bot.heard]
    assert kinds == [("personal", False), ("groupChat", False), ("channel", True)]
    assert "isGroup" not in bot.heard[0].body["conversation"]
    assert len(teams.drive.said) == 5
    with pytest.raises(ValueError, match="ada is not in a:1bo"):
        await teams.drive.say("ada", teams.tenant.personal("bo").id, "hello")
    with pytest.raises(LookupError, match="nobody named zed"):
        await teams.drive.say("zed", GENERAL, "hello")


async def test_an_answer_in_a_thread_names_its_post(teams, bot):
    await teams.drive.say("ada", BILLING, "root")
    root = teams.drive.said[-1]["id"]
    await teams.drive.say("bo", BILLING, "more", thread=root)

    told = bot.heard[1].body
    assert (told["conversation"]["id"], told["replyToId"]) == (f"{BILLING};messageid={root}", root)
    with pytest.raises(LookupError, match="no post 1"):
        await teams.drive.say("bo", BILLING, "more", thread="1")


async def test_a_command_is_for_the_bot_alone(teams, bot):
    await teams.drive.command("ada", GENERAL, "/triage", "SUP-21")
    await teams.drive.command("ada", teams.tenant.personal("ada").id, "bot", "help")

    first, second = (heard.body for heard in bot.heard)
    assert (first["text"], first["recipient"]["isTargeted"], second["text"]) == ("/triage SUP-21", True, "/bot help")
    assert "isTargeted" not in second["recipient"]
    assert teams.tenant.conversation(GENERAL).shown(teams.tenant.person("bo").id) == []


async def test_copies_are_the_same_bytes_and_somebody_who_insists_is_heard(teams, bot, wait_until):
    assert await teams.drive.say("ada", GENERAL, "hello", copies=3) == [(200, "")] * 3
    assert len({(heard.raw, heard.token) for heard in bot.heard}) == 1
    bot.answers["message"] = (503, None)
    sending = asyncio.create_task(teams.drive.say("ada", GENERAL, "again", insist=5.0))
    await wait_until(lambda: len(bot.heard) >= 5)
    bot.answers.clear()
    replies = await sending

    assert [status for status, _ in replies] == [503] * (len(replies) - 1) + [200]
    assert len({heard.body["id"] for heard in bot.heard[3:]}) == 1
    assert teams.courier.sent[1].answers == [status for status, _ in replies]


async def test_another_token_or_none_is_refused(teams, bot):
    tokens = [teams.issuer.expired(), teams.issuer.sign({"aud": "x"}), "nonsense", ""]
    answers = [await teams.drive.say("ada", GENERAL, "hello", token=token) for token in tokens]
    bare = await teams.drive.say("ada", GENERAL, "hello", headers={"Authorization": None})

    assert [each[0][0] for each in (*answers, bare)] == [401] * 5
    assert bot.heard == []


async def test_a_press_is_built_from_the_card_and_its_answer_is_shown_to_who_pressed(teams, bot, client):
    await teams.drive.say("ada", GENERAL, "triage")
    place = bot.heard[0].body["conversation"]["id"]
    name = await client.post(place, said(card()))
    bot.answers["invoke"] = (200, shown(DONE))

    replies = await teams.drive.press(place, name, "approve", "bo")

    told, bo = bot.heard[1].body, teams.tenant.person("bo")
    assert replies == [(200, shown(DONE))]
    assert (told["type"], told["name"], told["replyToId"], told["conversation"]["id"]) == (
        "invoke",
        "adaptiveCard/action",
        name,
        place,
    )
    assert told["value"] == {
        "action": {"type": "Action.Execute", "title": "Approve", "verb": "approve", "data": {"draft": "abcd", "version": 1}},
        "trigger": "manual",
    }
    message = teams.tenant.message(GENERAL, name)
    assert (message.card(bo.id), message.card(), list(message.shown_to)) == (DONE, card(), [bo.id])
    with pytest.raises(LookupError, match="there is nothing"):
        await teams.drive.press(GENERAL, name, "approve", "bo")
    await client.call("PUT", GENERAL, "activities", name, body=said(card(body=[])))
    assert message.card(bo.id) == card(body=[])


async def test_a_slow_screen_a_forged_press_and_a_second_delivery(teams, bot, client):
    name = await client.post(GENERAL, said(card()))
    seen = json.loads(json.dumps(card()))
    await client.call("PUT", GENERAL, "activities", name, body=said(text="decided"))
    with pytest.raises(LookupError, match="has no card"):
        await teams.drive.press(GENERAL, name, "approve", "bo")

    await teams.drive.press(GENERAL, name, "approve", "bo", as_shown=seen, data={"version": 2}, copies=2)
    await teams.drive.again(fresh_id=True)

    assert [heard.body["value"]["action"]["data"] for heard in bot.heard] == [{"draft": "abcd", "version": 2}] * 3
    assert [len({heard.body["id"] for heard in bot.heard[:end]}) for end in (2, 3)] == [1, 2]


async def test_one_of_several_buttons_is_chosen_by_what_it_carries(teams, bot, client):
    rows = [{"type": "ActionSet", "actions": card()["actions"][:1]} for _ in range(2)]
    content = json.loads(json.dumps(card(body=rows, actions=None)))
    content["body"][1]["actions"][0]["data"]["draft"] = "efgh"
    name = await client.post(GENERAL, said(content))

    await teams.drive.press(GENERAL, name, "approve", "bo", data={"draft": "efgh"})

    assert bot.heard[0].body["value"]["action"]["data"] == {"draft": "efgh", "version": 1}


FORM = card(
    body=[
        {"type": "Input.Text", "id": "summary", "label": "Summary", "value": "as it was", "maxLength": 20},
        {"type": "Input.ChoiceSet", "id": "priority", "label": "Priority", "isRequired": True, "errorMessage": "Choose.",
         "choices": [{"title": "High", "value": "2"}, {"title": "Low", "value": "4"}]},
        {"type": "Input.Toggle", "id": "urgent", "title": "Urgent"},
    ],
    actions=[
        {"type": "Action.Execute", "title": "Save", "verb": "save", "data": {"draft": "abcd"}},
        {"type": "Action.Execute", "title": "Back", "verb": "back", "associatedInputs": "none"},
    ],
)  # fmt: skip


async def test_fields_are_sent_with_what_was_typed_or_stood_there(teams, bot, client):
    name = await client.post(GENERAL, said(FORM))
    await teams.drive.press(GENERAL, name, "save", "bo", inputs={"Priority": "High", "urgent": "true"})
    await teams.drive.press(GENERAL, name, "back", "bo")

    sent = [heard.body["value"]["action"]["data"] for heard in bot.heard]
    assert sent == [{"draft": "abcd", "summary": "as it was", "priority": "2", "urgent": "true"}, {}]


@pytest.mark.parametrize(
    "inputs",
    [{}, {"priority": "Odd"}, {"priority": "2", "summary": "x" * 21}, {"priority": "2", "urgent": "yes"}, {"nothing": "x"}],
)
async def test_what_teams_would_not_let_a_person_send_is_an_error_of_the_test(teams, bot, client, inputs):
    name = await client.post(GENERAL, said(FORM))

    with pytest.raises((ValueError, LookupError), match=r"must be filled|has no Odd|does not take|switched|no field"):
        await teams.drive.press(GENERAL, name, "save", "bo", inputs=inputs)
    assert bot.heard == []


async def test_words_and_errors_are_told_and_what_teams_does_not_understand_is_remembered(teams, bot, client):
    name = await client.post(GENERAL, said(card()))
    error = {"code": "Forbidden", "message": "not allowed"}
    for answer in (
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "already decided"},
        {"statusCode": 403, "type": "application/vnd.microsoft.error", "value": error},
        shown(card(version="9.0")),
        {"statusCode": 200, "type": "card", "value": {}},
        None,
    ):
        bot.answers["invoke"] = (200, answer)
        await teams.drive.press(GENERAL, name, "approve", "bo")

    assert [words for _, words in teams.drive.told] == ["already decided", "not allowed"]
    assert (len(teams.refused), teams.tenant.message(GENERAL, name).shown_to) == (4, {})


async def test_a_card_is_brought_up_to_date_for_those_it_names(teams, bot, client):
    bo = teams.tenant.person("bo")
    action = {"type": "Action.Execute", "verb": "show", "data": {"draft": "abcd"}}
    name = await client.post(GENERAL, said(card(refresh={"action": action, "userIds": [bo.id]})))
    plain = await client.post(GENERAL, said(card()))
    bot.answers["invoke"] = (200, shown(DONE))

    await teams.drive.refresh(GENERAL, name, "bo")

    assert bot.heard[0].body["value"] == {"action": action, "trigger": "automatic"}
    assert teams.tenant.message(GENERAL, name).card(bo.id) == DONE
    with pytest.raises(LookupError, match="does not refresh for ada"):
        await teams.drive.refresh(GENERAL, name, "ada")
    with pytest.raises(LookupError, match="no card that refreshes"):
        await teams.drive.refresh(GENERAL, plain, "bo")


async def test_feedback_comes_from_messages_that_ask_for_it(teams, bot, client):
    name = await client.post(GENERAL, said(channelData={"feedbackLoop": {"type": "default"}}))
    await teams.drive.feedback(GENERAL, name, "ada", "dislike", 'not "right"')

    told = bot.heard[0].body
    assert (told["name"], told["replyToId"], told["value"]["actionName"]) == ("message/submitAction", name, "feedback")
    assert told["value"]["actionValue"]["reaction"] == "dislike"
    assert json.loads(told["value"]["actionValue"]["feedback"]) == {"feedbackText": 'not "right"'}
    with pytest.raises(LookupError, match="asks for no feedback"):
        await teams.drive.feedback(GENERAL, await client.post(GENERAL, said()), "ada", "like")


async def test_an_action_on_a_message_opens_a_dialog_that_can_be_sent(teams, bot):
    await teams.drive.say("ada", LEADS, "SUP-21 is <stuck>", mention=False)
    name = teams.drive.said[-1]["id"]
    submit = {"type": "Action.Submit", "title": "Ask", "data": {"go": "ask"}}
    dialog = card(body=[{"type": "Input.Text", "id": "question"}], actions=[submit])
    bot.answers["invoke"] = (
        200,
        {"task": {"type": "continue", "value": {"title": "Ask", "card": said(dialog)["attachments"][0]}}},
    )

    await teams.drive.message_action("bo", LEADS, name, "ask_about")
    bot.answers["invoke"] = (200, {"task": {"type": "message", "value": "working on it"}})
    await teams.drive.submit("bo", inputs={"question": "why?"})

    asked, sent = (heard.body for heard in bot.heard)
    picked = asked["value"]["messagePayload"]
    assert (asked["name"], asked["value"]["commandId"], picked["id"]) == ("composeExtension/fetchTask", "ask_about", name)
    assert picked["body"] == {"contentType": "html", "content": "<div>SUP-21 is &lt;stuck&gt;</div>"}
    assert picked["from"]["user"]["id"] == teams.tenant.person("ada").aad_object_id
    assert (sent["name"], sent["value"]["data"]) == ("composeExtension/submitAction", {"go": "ask", "question": "why?"})
    assert teams.drive.told == [(teams.tenant.person("bo").id, "working on it")]
    with pytest.raises(LookupError, match="no dialog"):
        await teams.drive.submit("bo")


async def test_installing_and_leaving_are_told_twice(teams, bot):
    await teams.drive.uninstall("ada")
    gone = await teams.drive.say("ada", teams.tenant.personal("ada").id, "hello")
    await teams.drive.install("ada")
    await teams.drive.uninstall(GENERAL, by="bo")
    here = [each.has_bot for each in teams.tenant.conversations.values() if each.kind == "channel"]
    await teams.drive.install(GENERAL, by="bo")

    told = [(heard.body["type"], heard.body.get("action")) for heard in bot.heard]
    assert told == [("conversationUpdate", None), ("installationUpdate", "remove"), ("conversationUpdate", None),
                    ("installationUpdate", "add")] * 2  # fmt: skip
    assert (gone, here) == ([], [False, False])
    assert bot.heard[2].body["membersAdded"] == [{"id": BOT, "name": "Countersign"}]
    assert bot.heard[4].body["conversation"]["id"] == GENERAL


async def test_people_come_go_react_edit_and_take_back(teams, bot, client):
    await teams.drive.leave("cy", BILLING)
    await teams.drive.join("cy", BILLING)
    name = await client.post(BILLING, said())
    await teams.drive.react("cy", BILLING, name, "like")
    await teams.drive.say("cy", BILLING, "hello", mention=False)
    mine = teams.drive.said[-1]["id"]
    await teams.drive.react("ada", BILLING, mine, "heart")
    await teams.drive.edit("cy", BILLING, mine, f"{AT} hello")
    await teams.drive.delete("cy", BILLING, mine)

    kinds = [heard.body["type"] for heard in bot.heard]
    assert kinds == ["conversationUpdate", "conversationUpdate", "messageReaction", "messageUpdate", "messageDelete"]
    assert (bot.heard[2].body["replyToId"], bot.heard[2].body["reactionsAdded"]) == (name, [{"type": "like"}])
    assert (bot.heard[3].body["id"], bot.heard[3].body["channelData"]["eventType"]) == (mine, "editMessage")
    assert bot.heard[1].body["membersAdded"][0]["id"] == teams.tenant.person("cy").id
    with pytest.raises(ValueError, match="ada did not say"):
        await teams.drive.edit("ada", BILLING, name, "no")
    with pytest.raises(LookupError, match="sees no message"):
        await teams.drive.edit("cy", BILLING, mine, "no")


async def test_a_bot_that_does_not_answer_is_a_reply_of_status_0(teams):
    with pytest.raises(ValueError, match="messages_url"):
        await teams.drive.say("ada", GENERAL, "hello")
    with pytest.raises(LookupError, match="Nothing was sent"):
        await teams.drive.again()
    teams.courier.patience = 0.2
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        teams.courier.messages_url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        late = await teams.drive.say("ada", GENERAL, "hello")
    refused = await teams.drive.say("ada", GENERAL, "hello")

    assert (late, refused) == ([(0, "TimeoutError")], [(0, "ClientConnectorError")])
