"""What the people do reaches the bot as the Bot Connector sends it: signed, and as often as a test says."""

import asyncio
import socket
from datetime import datetime

import pytest
from sandbox.teams.callers import said

from bot.sandbox.teams.state import BILLING, BOT, GENERAL, LEADS, TENANT

AT = "<at>Countersign</at>"


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
