"""Answers through a response_url: to Slack only, without a token, once."""

import pytest
from aiohttp import web

from bot.platforms.slack.line import is_response_url
from bot.platforms.slack.refusals import SlackRefused
from handlers.errors import Busy, Invalid, NotFound, Unknown

DOWN = (503, b"down", {})
LIMITED = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})


async def test_an_answer_to_a_command_goes_to_slack_only_and_without_a_token(slack, api):
    url = slack.url.replace("/api/", "/response/abc")
    slack.says("abc", lambda _: web.Response(text="ok"))

    await api.respond(url, {"text": "Hello"})

    [asked] = slack.asked
    assert (asked.args, asked.token) == ({"text": "Hello"}, "")


@pytest.mark.parametrize(
    ("answer", "error"),
    [((404, {"ok": False, "error": "used_url"}, {}), NotFound), (DOWN, Unknown), (LIMITED, Busy), ("reset", Unknown),
     ((302, b"", {"Location": "http://127.0.0.1:1/"}), Unknown), ((400, b"no_text", {}), SlackRefused)],
)  # fmt: skip
async def test_how_an_answer_to_a_command_may_end(slack, api, answer, error):
    slack.says("abc", answer)
    with pytest.raises(error):
        await api.respond(slack.url.replace("/api/", "/response/abc"), {"text": "x"})
    assert len(slack.asked) == 1


REAL = "https://slack.com/api/"
FOREIGN = [
    "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x", "https://evil.example/hooks.slack.com", "https://slack.com/x",
    "https://hooks.slack.com:8443/x", "https://u:p@hooks.slack.com/x", "https://@hooks.slack.com/", "https://169.254.169.254/x",
    "http://127.0.0.1:3000/x", "http://[::1]/x", "file:///etc/passwd", "https://hooks.slack.com:x/", "", "//hooks.slack.com/x",
    "https://hooks.slack.com\\@evil.example/x", "https://evil.example#@hooks.slack.com/",
]  # fmt: skip


@pytest.mark.parametrize("url", FOREIGN)
async def test_nothing_is_sent_to_a_foreign_address(api, url):
    assert not is_response_url(url, REAL)
    with pytest.raises(Invalid):
        await api.respond(url, {"text": "x"})


def test_slacks_address_and_the_stand_ins():
    assert is_response_url("https://hooks.slack.com/commands/1/2/3", REAL)
    assert is_response_url("http://127.0.0.1:99/r/1", "http://127.0.0.1:99/api/")
    assert not is_response_url("http://127.0.0.1:98/r/1", "http://127.0.0.1:99/api/")
    assert not is_response_url("https://slack.com/r/1", REAL)
