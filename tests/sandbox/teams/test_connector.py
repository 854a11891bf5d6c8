"""The connector's statuses: what is kept, what is refused and with which word."""

import pytest
from sandbox.teams.callers import card, said

from bot.sandbox.teams.state import APP, BILLING, BOT, GENERAL, LEADS, TARGETED_LIVES, TENANT


def code(answer) -> tuple[int, str]:
    status, body = answer
    return status, body["error"]["code"]


def chat(user, **over):
    return {"bot": {"id": BOT}, "members": [{"id": user}], "tenantId": TENANT, "channelData": {"tenant": {"id": TENANT}}, **over}


def aimed(user, **more):
    return said(recipient={"id": user, "isTargeted": True}, **more)


TARGETED = {"isTargetedActivity": "true"}


async def test_a_message_is_kept_with_every_version(teams, client):
    name = await client.post(GENERAL, said(card(), id="mine"))
    changed = await client.call("PUT", GENERAL, "activities", name, body=said(text="decided"))
    message = teams.tenant.message(GENERAL, name)

    assert (changed, message.text, len(message.versions), message.card()) == ((200, {"id": name}), "decided", 2, None)
    assert (await client.call("DELETE", GENERAL, "activities", name)) == (200, None)
    assert teams.tenant.conversation(GENERAL).shown() == []
    assert code(await client.call("PUT", GENERAL, "activities", name, body=said())) == (404, "ActivityNotFoundInConversation")


async def test_threads_and_posts_are_told_apart_by_the_conversations_id(teams, client):
    root = await client.post(BILLING, said())
    answer = await client.post(f"{BILLING};messageid={root}", said())
    status, body = await client.call("POST", f"{BILLING};messageid={root}", "activities", answer, body=said())

    assert [each.thread for each in teams.tenant.conversation(BILLING).messages] == [root, root, root]
    assert (status, int(body["id"]) > int(answer) > int(root)) == (201, True)
    assert teams.calls[-1].path == f"/connector/v3/conversations/{BILLING};messageid={root}/activities/{answer}"
    assert code(await client.send(f"{BILLING};messageid=1", said())) == (404, "ConversationNotFound")
    assert code(await client.send(f"{LEADS};messageid={root}", said())) == (404, "ConversationNotFound")


@pytest.mark.usefixtures("bot")
async def test_what_is_not_there_or_not_ours_is_refused_with_teams_own_words(teams, client):
    await teams.drive.say("ada", GENERAL, "hello")
    theirs = teams.drive.said[-1]["id"]

    assert code(await client.send("19:nowhere@thread.tacv2", said())) == (404, "ConversationNotFound")
    assert code(await client.call("PUT", GENERAL, "activities", "1", body=said())) == (404, "ActivityNotFoundInConversation")
    assert code(await client.call("DELETE", GENERAL, "activities", theirs)) == (403, "NotEnoughPermissions")
    assert code(await client.call("GET", GENERAL, "members", "29:nobody")) == (404, "MemberNotFoundInConversation")
    assert (await client.send(GENERAL, said(), token="none"))[0] == 401
    assert code(await client.send(GENERAL, [said()])) == (400, "BadSyntax")


async def test_where_the_bot_is_not_it_can_say_nothing(teams, client):
    ada = teams.tenant.person("ada")
    teams.tenant.conversation(LEADS).has_bot, ada.is_installed = False, False
    teams.tenant.person("bo").has_blocked = True

    for conversation in (LEADS, teams.tenant.personal("ada").id):
        assert code(await client.send(conversation, said())) == (403, "BotNotInConversationRoster")
    assert code(await client.send(LEADS, aimed(ada.id), **TARGETED)) == (404, "BotNotInConversationRoster")
    assert code(await client.send(teams.tenant.personal("bo").id, said())) == (403, "ConversationBlockedByUser")
    assert code(await client.call("POST", body=chat(ada.id))) == (403, "BotNotInConversationRoster")


async def test_a_refused_activity_is_remembered_and_not_shown(teams, client):
    bad = said(card(version="2.0"))
    big = said(text="x" * 50_000)

    assert code(await client.send(GENERAL, bad)) == (400, "BadSyntax")
    assert code(await client.send(GENERAL, big)) == (413, "MessageSizeTooBig")
    assert [each["activity"] for each in teams.refused] == [bad, big]
    assert "newer than Teams shows" in teams.refused[0]["problems"][0]
    assert teams.tenant.conversation(GENERAL).messages == []


async def test_a_chat_with_somebody_is_always_the_same_one(teams, client):
    ada = teams.tenant.person("ada")
    first, second, third = [
        await client.call("POST", body=chat(name, **more))
        for name, more in ((ada.id, {}), (ada.id, {}), (ada.aad_object_id, {"activity": said()}))
    ]

    assert first == second == (201, {"id": teams.tenant.personal("ada").id})
    assert third[1]["activityId"] == teams.tenant.personal("ada").messages[0].id
    for over, word in (({"tenantId": "x"}, "BadSyntax"), ({"members": []}, "BadSyntax"), ({"bot": {"id": APP}}, "BadSyntax")):
        assert code(await client.call("POST", body=chat(ada.id, **over))) == (400, word)
    assert code(await client.call("POST", body=chat("29:nobody"))) == (400, "BadArgument")


async def test_a_new_post_begins_a_thread(client):
    body = {"bot": {"id": BOT}, "isGroup": True, "channelData": {"channel": {"id": BILLING}}, "activity": said()}
    status, made = await client.call("POST", body=body)

    assert (status, made["id"]) == (201, f"{BILLING};messageid={made['activityId']}")
    assert code(await client.call("POST", body={**body, "activity": None})) == (400, "BadSyntax")
    assert code(await client.call("POST", body={**body, "channelData": {"channel": {"id": LEADS}}})) == (400, "BadSyntax")


async def test_members_come_in_pages_and_one_by_one(teams, client):
    teams.tenant.largest_page = 4
    teams.tenant.person("cy").user_role = "guest"
    found, token = [], {}
    while True:
        status, body = await client.call("GET", GENERAL, "pagedmembers", pageSize="500", **token)
        found.append(body["members"])
        if "continuationToken" not in body:
            break
        token = {"continuationToken": body["continuationToken"]}
    ada = teams.tenant.person("ada")

    assert (status, [len(page) for page in found]) == (200, [4, 4, 2])
    assert [member["userRole"] for page in found for member in page].count("guest") == 1
    assert found[0][0] == {
        "id": ada.id, "name": "Ada Novak", "givenName": "Ada", "surname": "Novak", "email": "ada@harbourlight.example",
        "userPrincipalName": "ada@harbourlight.example", "aadObjectId": ada.aad_object_id, "objectId": ada.aad_object_id,
        "tenantId": TENANT, "userRole": "user",
    }  # fmt: skip
    assert await client.call("GET", LEADS, "members", ada.id) == await client.call("GET", LEADS, "members", ada.aad_object_id)
    for query in ({"continuationToken": "?"}, {"pageSize": "many"}):
        assert code(await client.call("GET", GENERAL, "pagedmembers", **query)) == (400, "BadArgument")


async def test_a_conversation_says_what_it_is(teams, client):
    kinds = [(await client.call("GET", name))[1] for name in (GENERAL, LEADS, teams.tenant.personal("bo").id)]

    assert [(each["conversationType"], each["isGroup"]) for each in kinds] == [
        ("channel", True),
        ("groupChat", True),
        ("personal", False),
    ]


async def test_a_message_for_one_person_is_kept_apart(teams, client):
    ada, bo = teams.tenant.person("ada"), teams.tenant.person("bo")
    name = await client.post(GENERAL, aimed(ada.id), **TARGETED)
    conversation = teams.tenant.conversation(GENERAL)

    assert [each.id for each in conversation.shown(ada.id)] == [name]
    assert conversation.shown(bo.id) == conversation.shown() == []
    assert (await client.call("PUT", GENERAL, "activities", name, body=said(text="new"), **TARGETED))[0] == 200
    again = await client.call("PUT", GENERAL, "activities", name, body=aimed(ada.id), **TARGETED)
    assert code(again) == (400, "BadArgument")
    assert code(await client.call("PUT", GENERAL, "activities", name, body=said())) == (400, "BadArgument")
    teams.tenant.message(GENERAL, name).born -= TARGETED_LIVES + 1
    gone = await client.call("DELETE", GENERAL, "activities", name, **TARGETED)
    assert code(gone) == (404, "ActivityNotFoundInConversation")


@pytest.mark.parametrize("is_asked", [True, False])
async def test_a_message_for_one_person_says_so_twice(teams, client, is_asked):
    ada = teams.tenant.person("ada")
    sent = await client.send(GENERAL, said() if is_asked else aimed(ada.id), **(TARGETED if is_asked else {}))

    assert code(sent) == (400, "BadSyntax")
    assert "isTargeted" in teams.refused[0]["problems"][0]


async def test_a_message_for_one_person_needs_a_member_and_a_group(teams, client):
    teams.tenant.conversation(LEADS).members.remove(teams.tenant.person("ada").id)

    assert code(await client.send(LEADS, aimed(teams.tenant.person("ada").id), **TARGETED)) == (
        404,
        "MemberNotFoundInConversation",
    )
    sent = await client.send(teams.tenant.personal("bo").id, aimed(teams.tenant.person("bo").id), **TARGETED)
    assert code(sent) == (400, "BadSyntax")


async def test_typing_is_noted_and_is_no_message(teams, client):
    await client.post(GENERAL, {"type": "typing"})

    assert [each["conversation"] for each in teams.typing] == [GENERAL]
    assert teams.tenant.conversation(GENERAL).messages == []
