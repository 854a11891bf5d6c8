"""Who we are with SLACK_BOT_TOKEN: asked once, and of one workspace only."""

import asyncio

import pytest

from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.tokens import OneWorkspace, identify
from handlers.errors import NotFound, Unavailable

DOWN = (503, b"down", {})


async def test_one_workspace_asks_once_who_it_is(slack, line):
    me = {"team_id": "T1", "user_id": "UBOT", "bot_id": "B1", "team": "Acme"}
    slack.says("auth.test", (200, {"ok": True, **me}, {"x-oauth-scopes": "chat:write, commands"}))
    tokens = OneWorkspace(line, "xoxb-secret")

    found = await asyncio.gather(*(tokens.bot("T1") for _ in range(5)))

    assert len(slack.asked) == 1
    assert {(each.bot_user, each.bot_id, each.scopes) for each in found} == {
        ("UBOT", "B1", frozenset({"chat:write", "commands"}))
    }
    assert "xoxb-secret" not in repr(found[0])
    with pytest.raises(NotFound):
        await tokens.bot("T2")


async def test_who_we_are_is_asked_again_after_trouble(slack, line):
    slack.says("auth.test", DOWN, {"team_id": "T1"})
    tokens = OneWorkspace(line, "x")

    with pytest.raises(Unavailable):
        await tokens.bot("T1")

    assert (await tokens.bot("T1")).team == "T1"


async def test_a_token_that_is_no_good(slack, line):
    slack.says("auth.test", (200, {"ok": False, "error": "invalid_auth"}, {}))
    with pytest.raises(SlackRefused) as told:
        await identify(line, "xoxb-wrong")
    assert told.value.is_dead_token
