"""Buttons, forms, refreshes, thumbs and dialogs: what a person has in front of them is what the bot is sent, and answers are shown."""

import json

import pytest
from sandbox.teams.callers import card, said, shown

from bot.sandbox.teams.state import GENERAL, LEADS

DONE = card(body=[{"type": "TextBlock", "text": "approved by Bo"}], actions=None)


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
