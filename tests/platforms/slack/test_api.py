"""Calls to Slack: reads come back after trouble, a write goes out once, every refusal says what to do."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.net.pace import Pace
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.line import Line
from bot.platforms.slack.methods import EVENT_SCOPES, METHODS, SCOPES
from bot.platforms.slack.refusals import BUSY, DEAD_TOKEN, SENTENCES, UNSURE, SlackRefused, sentence, trouble_of
from bot.platforms.slack.tokens import BotIdentity, identify
from bot.watch import metrics
from handlers.errors import Busy, Invalid, Trouble, Unavailable, Unknown

POST = "chat.postMessage"
INFO = "users.info"
DOWN = (503, b"down", {})
LIMITED = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
UNDECIDED = {
    "reset": "reset",
    "hang": "hang",
    "500": DOWN,
    "no json": (200, b"<html>", {}),
    "a list": (200, b"[1]", {}),
    "redirect": (302, b"", {"Location": "http://127.0.0.1:1/"}),
    "fatal": (200, {"ok": False, "error": "fatal_error"}, {}),
    "internal": (200, {"ok": False, "error": "internal_error"}, {}),
    "service": (200, {"ok": False, "error": "service_unavailable"}, {}),
}


class Tokens:
    async def bot(self, team):
        return BotIdentity("xoxb-1", team, "UBOT", "BBOT", frozenset())


async def write(api, channel="C1", **more):
    return await api.write("T1", POST, channel=channel, text="Hello", **more)


async def test_a_read_travels_in_the_query_with_the_token_in_the_header(slack, api):
    slack.says(INFO, {"user": {"id": "U1"}})

    assert (await api.read("T1", INFO, user="U1", include_locale=True, missing=None))["user"] == {"id": "U1"}

    [asked] = slack.asked
    assert (asked.verb, asked.args, asked.token) == ("GET", {"user": "U1", "include_locale": "1"}, "xoxb-T1")


async def test_a_write_travels_as_json_blocks_and_all(slack, api):
    slack.says(POST, {"ts": "1.2"})
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "ä\ud800"}}]

    assert (await write(api, blocks=blocks))["ts"] == "1.2"

    [asked] = slack.asked
    assert (asked.verb, asked.args["channel"], asked.args["text"]) == ("POST", "C1", "Hello")
    assert asked.args["blocks"] == blocks


@pytest.mark.parametrize("first", [DOWN, "reset", (200, {"ok": False, "error": "internal_error"}, {}), LIMITED])
async def test_a_read_is_tried_again(slack, line, first):
    slack.says(INFO, first, {"user": {}})
    api = SlackApi(line, Tokens(), Pace())

    await api.read("T1", INFO, user="U1")

    assert len(slack.asked) == 2


async def test_a_read_gives_up_with_unavailable(slack, api):
    slack.says(INFO, DOWN)

    with pytest.raises(Unavailable, match="Try again"):
        await api.read("T1", INFO, user="U1")

    assert len(slack.asked) == 3


async def test_a_read_on_a_kept_connection_is_repeated_by_us_only(slack, api):
    slack.says(INFO, {"user": {}}, "reset")
    await api.read("T1", INFO, user="U1")

    with pytest.raises(Unavailable):
        await api.read("T1", INFO, user="U1")

    assert len(slack.asked) == 4


@pytest.mark.parametrize("how", UNDECIDED)
async def test_a_write_nobody_can_speak_for_is_unknown_and_was_sent_once(slack, api, how):
    slack.says(POST, UNDECIDED[how])

    with pytest.raises(Unknown):
        await write(api)

    assert len(slack.asked) == 1


async def test_a_write_after_others_on_a_kept_connection_is_sent_once_too(slack, api):
    slack.says(POST, {"ts": "1"}, "reset")
    await write(api)

    with pytest.raises(Unknown):
        await write(api)

    assert len(slack.asked) == 2


async def test_a_write_that_could_not_be_sent_is_unavailable(unused_port):
    async with Line(f"http://127.0.0.1:{unused_port}/api/") as line:
        with pytest.raises(Unavailable) as told:
            await SlackApi(line, Tokens(), Pace()).write("T1", POST, channel="C1", text="x")
    assert not isinstance(told.value, Busy)


async def test_a_write_that_is_limited_holds_that_channel_and_no_other(slack, api):
    slack.says(POST, (429, {"ok": False}, {"Retry-After": "30"}), {"ts": "1"})
    with pytest.raises(Busy) as told:
        await write(api)
    assert told.value.after == 30

    with pytest.raises(Busy) as again:
        await write(api)
    await write(api, channel="C2")

    assert again.value.after > 25
    assert len(slack.asked) == 2


async def test_a_pause_is_shared_by_all_workers(slack, line, redis):
    slack.says(POST, (429, {"ok": False}, {"Retry-After": "30"}), {"ts": "1"})
    async with Pace(redis.url, longest=0) as here, Pace(redis.url, longest=0) as there:
        with pytest.raises(Busy):
            await write(SlackApi(line, Tokens(), here))
        with pytest.raises(Busy):
            await write(SlackApi(line, Tokens(), there))

    assert len(slack.asked) == 1


async def test_one_channel_gets_a_short_burst_and_then_its_pace(slack, line):
    slack.says(POST, {"ts": "1"})
    api = SlackApi(line, Tokens(), Pace(longest=0))

    results = await asyncio.gather(*(write(api) for _ in range(6)), return_exceptions=True)
    await write(api, channel="C2")

    assert sum(isinstance(each, Busy) for each in results) in (2, 3)


async def test_slacks_own_limit_words_are_busy(slack, api):
    slack.says(POST, (200, {"ok": False, "error": "rate_limited"}, {}))
    with pytest.raises(Busy):
        await write(api)


REFUSALS = {
    "not_in_channel": "/invite",
    "channel_not_found": "/invite",
    "invalid_auth": "operator",
    "token_revoked": "operator",
    "account_inactive": "operator",
    "expired_trigger_id": "Press again",
    "something_new": "something_new",
}


@pytest.mark.parametrize(("code", "words"), REFUSALS.items())
async def test_a_refusal_says_what_to_do(slack, api, code, words):
    slack.says(POST, (200, {"ok": False, "error": code}, {}))

    with pytest.raises(SlackRefused, match=words) as told:
        await write(api)

    assert (told.value.code, told.value.method, len(slack.asked)) == (code, POST, 1)
    assert isinstance(told.value, Invalid)


async def test_a_missing_scope_is_named(slack, api):
    slack.says(INFO, (200, {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"}, {}))

    with pytest.raises(SlackRefused, match="scope users:read") as told:
        await api.read("T1", INFO, user="U1")

    assert (told.value.needed, len(slack.asked)) == ("users:read", 1)


async def test_a_refusal_without_json_is_a_refusal(slack, api):
    slack.says(POST, (403, b"<html>proxy</html>", {}))
    with pytest.raises(SlackRefused, match="status 403"):
        await write(api)


async def test_requests_are_counted_by_their_end(slack, api):
    def counted():
        return (
            metrics.REGISTRY.get_sample_value("bot_dependency_requests_total", {"dependency": "slack", "outcome": "unknown"}) or 0
        )

    slack.says(POST, DOWN)
    before = counted()
    with pytest.raises(Unknown):
        await write(api)

    assert counted() == before + 1


async def test_pages_end_also_where_slack_runs_in_circles(slack, api):
    slack.says("users.list", {"members": [1], "response_metadata": {"next_cursor": "b"}}, {"members": [2]})
    assert [page["members"] for page in [p async for p in api.pages("T1", "users.list", limit=1)]] == [[1], [2]]
    assert [each.args.get("cursor") for each in slack.of("users.list")] == [None, "b"]

    slack.says("conversations.members", {"members": [], "response_metadata": {"next_cursor": "again"}})
    with pytest.raises(Unavailable, match="does not end"):
        [p async for p in api.pages("T1", "conversations.members", channel="C1")]


def test_every_method_has_scopes_that_are_asked_for_and_no_scope_is_for_nothing():
    used = frozenset().union(*(method.scopes for method in METHODS.values())) | EVENT_SCOPES

    assert used == SCOPES
    assert all(method.rate.amount > 0 for method in METHODS.values())


async def test_a_method_that_is_not_in_the_table_is_never_called(slack, api):
    with pytest.raises(KeyError):
        await api.read("T1", "admin.users.list")
    assert slack.asked == []


async def test_the_sdks_own_calls_go_the_same_way(slack, line):
    slack.says(POST, {"ts": "1"}, DOWN)
    client = line.client("xoxb-2")

    assert (await client.chat_postMessage(channel="C1", text="x"))["ts"] == "1"
    with pytest.raises(Unknown):
        await client.chat_postMessage(channel="C1", text="x")
    assert len(slack.asked) == 2


async def test_the_environments_proxy_is_not_used_for_this_machine(slack, line, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    slack.says("auth.test", {"team_id": "T1"})

    assert (await identify(line, "x")).team == "T1"


async def test_an_answer_that_is_too_long_is_no_answer(slack, api):
    slack.says(POST, (200, b'{"ok":true,"x":"' + b"a" * 9_000_000 + b'"}', {}))
    with pytest.raises(Unknown, match="more than"):
        await write(api)


@given(code=st.sampled_from(sorted({*SENTENCES, *DEAD_TOKEN, *BUSY, *UNSURE})) | st.text() | st.none() | st.integers())
def test_whatever_slack_says_is_our_kind_of_trouble(code):
    found = trouble_of(POST, {"ok": False, "error": code, "needed": code}, {})

    assert isinstance(found, Trouble)
    assert str(found)[-1] in ".)"
    assert "<" not in str(found)


def test_a_sentence_for_each_word_ends_as_one():
    assert all(sentence(POST, code, "").endswith(".") for code in (*SENTENCES, *DEAD_TOKEN, "missing_scope"))


async def test_a_read_waits_for_a_short_limit_only(slack, line):
    slack.says(INFO, (429, {}, {"Retry-After": "60"}))
    started = time.monotonic()
    with pytest.raises(Busy) as told:
        await SlackApi(line, Tokens(), Pace()).read("T1", INFO, user="U1")

    assert told.value.after == 60
    assert time.monotonic() - started < 30
    assert len(slack.asked) == 1
