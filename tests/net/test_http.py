"""Reads come back after trouble; a write goes out once, whatever happens to the line."""

import time

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.net.http import LONGEST_WAIT, MAX_ANSWER, Http, Rejected, retry_after, whole
from bot.watch import log
from handlers.errors import Busy, NotFound, Unavailable, Unknown

AUTH = "Basic Ym90OnNlY3JldA=="
WRITES = ["PUT", "POST", "PATCH", "DELETE"]


async def read(http, server):
    return await http.read("Vendor", server.url, auth=AUTH)


async def write(http, server, method="PUT"):
    return await http.write("Vendor", method, server.url, auth=AUTH, body={"a": 1})


@pytest.mark.parametrize("method", WRITES)
async def test_a_write_is_sent_once_when_the_line_breaks(server, http, acts, method):
    server.does(acts.resets)

    with pytest.raises(Unknown, match="Vendor broke off"):
        await write(http, server, method)

    assert len(server.requests) == 1


@pytest.mark.parametrize("method", WRITES)
async def test_a_write_after_others_is_sent_once_too(server, http, acts, method):
    server.does(acts.says(200, {}), acts.resets)
    await write(http, server, method)

    with pytest.raises(Unknown):
        await write(http, server, method)

    assert len(server.requests) == 2


async def test_half_an_answer_to_a_write_is_no_answer(server, http, acts):
    server.does(acts.says_half)

    with pytest.raises(Unknown, match="broke off"):
        await write(http, server)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "case",
    [
        (500, b"{}", "status 500"),
        (503, b"down", "status 503"),
        (200, b"<html>", "no JSON"),
        (200, b"\xff\xfe", "no JSON"),
        (200, b"[" * 100_000, "no JSON"),
    ],
)
async def test_an_unreadable_answer_to_a_write_is_an_unknown_outcome(server, http, acts, case):
    status, raw, words = case
    server.does(acts.says(status, raw=raw))

    with pytest.raises(Unknown, match=words):
        await write(http, server)

    assert len(server.requests) == 1


async def test_a_write_that_hangs_ends_at_its_deadline_with_an_unknown_outcome(server, acts):
    server.does(acts.hangs)
    started = time.monotonic()

    async with Http(write_total=0.3) as http:
        with pytest.raises(Unknown):
            await write(http, server)

    assert time.monotonic() - started < 5
    assert len(server.requests) == 1


async def test_a_write_to_a_closed_port_was_certainly_not_sent(http, unused_port):
    with pytest.raises(Unavailable, match="cannot be reached"):
        await http.write("Vendor", "PUT", f"http://127.0.0.1:{unused_port}/x", auth=AUTH, body={})


@pytest.mark.parametrize("status", [301, 302, 307, 400, 405, 409, 422])
async def test_a_refusal_carries_what_was_said(server, http, acts, status):
    server.does(acts.says(status, {"error": "no"}, Location=server.url))

    with pytest.raises(Rejected, match=str(status)) as refused:
        await write(http, server)

    assert (refused.value.status, refused.value.data) == (status, {"error": "no"})
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "case",
    [(401, Rejected, "credentials"), (403, Rejected, "rights"), (404, NotFound, "no such record")],
)
async def test_a_status_says_what_an_operator_has_to_do(server, http, acts, case):
    status, kind, words = case
    server.does(acts.says(status, raw=b"<html>"))

    for call in (read, write):
        with pytest.raises(kind, match=words):
            await call(http, server)


async def test_a_write_that_comes_too_often_names_the_time(server, http, acts):
    server.does(acts.says(429, Retry_After=7), acts.says(429))

    with pytest.raises(Busy, match="7 seconds") as named:
        await write(http, server)
    async with Http() as other:
        with pytest.raises(Busy) as unnamed:
            await write(other, server)

    assert (named.value.after, unnamed.value.after) == (7.0, 1.0)


async def test_an_empty_answer_is_an_answer(server, http, acts):
    server.does(acts.says(204, raw=b""))

    assert (await write(http, server)).data is None


async def test_what_is_sent_is_signed_json(server, http, acts):
    server.does(acts.says(200, {"ok": True}))

    assert (await write(http, server)).data == {"ok": True}

    assert f"Authorization: {AUTH}" in server.requests[0]
    assert "Content-Type: application/json" in server.requests[0]


@pytest.mark.parametrize("trouble", ["resets", "says_half", "bad", "down", "busy", "busy now"])
async def test_a_read_is_tried_again(server, http, acts, trouble):
    bad = {
        "bad": acts.says(200, raw=b"<html>"),
        "down": acts.says(502),
        "busy": acts.says(429, Retry_After=1),
        "busy now": acts.says(429, Retry_After=0),
    }
    first = bad[trouble] if trouble in bad else getattr(acts, trouble)
    server.does(first, acts.says(200, {"found": 1}))

    assert (await read(http, server)).data == {"found": 1}

    assert len(server.requests) >= 2


async def test_a_read_that_is_tried_again_says_nothing_that_nobody_can_read(server, http, acts, capsys):
    log.configure(level="info", style="console")
    server.does(acts.says(503, {}), acts.says(200, {"a": 1}))

    assert (await read(http, server)).data == {"a": 1}

    assert capsys.readouterr().err == ""
    structlog.reset_defaults()


async def test_a_read_gives_up_after_some_attempts(server, http, acts):
    server.does(acts.says(500))

    with pytest.raises(Unavailable, match="Try again in a minute"):
        await read(http, server)

    assert len(server.requests) == 3


async def test_a_read_does_not_sit_out_a_long_wait(server, http, acts):
    server.does(acts.says(429, Retry_After=60))

    with pytest.raises(Busy, match="60 seconds"):
        await read(http, server)

    assert len(server.requests) == 1


async def test_a_read_of_what_is_refused_is_not_repeated(server, http, acts):
    server.does(acts.says(400, {"errorMessages": ["bad"]}))

    with pytest.raises(Rejected):
        await read(http, server)

    assert len(server.requests) == 1


async def test_a_read_that_hangs_ends_at_the_budget_over_all_attempts(server, acts):
    server.does(acts.says(500), acts.hangs)
    started = time.monotonic()

    async with Http(read_total=0.6) as http:
        with pytest.raises(Unavailable, match="Try again"):
            await read(http, server)

    assert time.monotonic() - started < 3


async def test_a_huge_answer_is_not_read_to_its_end(server, http, acts):
    server.does(acts.says(200, raw=b'"' + b"x" * (MAX_ANSWER + 10) + b'"'))

    with pytest.raises(Unknown, match="more than"):
        await write(http, server)


async def test_a_netrc_of_the_operator_does_not_sign_for_us(server, http, acts, tmp_path, monkeypatch):
    file = tmp_path / "netrc"
    file.write_text("default login eve password secret\n")
    monkeypatch.setenv("NETRC", str(file))
    server.does(acts.says(200, {}))

    await write(http, server)

    assert f"Authorization: {AUTH}" in server.requests[0]


async def test_loopback_is_never_asked_of_a_proxy_and_the_rest_is(server, http, acts, monkeypatch, unused_port):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port}")
    server.does(acts.says(200, {}))
    await write(http, server)
    assert len(server.requests) == 1

    monkeypatch.setenv("http_proxy", server.url.removesuffix("/records"))
    await http.write("Vendor", "PUT", "http://vendor.invalid/records", auth=AUTH, body={})

    assert server.requests[1].startswith("PUT http://vendor.invalid/records HTTP/1.1")


async def test_one_answer_leaves_no_cookie_for_the_next(server, http, acts):
    server.does(acts.says(200, {}, Set_Cookie="session=other; Path=/"))

    await read(http, server)
    await read(http, server)

    assert "Cookie:" not in server.requests[1]


async def test_half_a_character_in_an_answer_does_not_spoil_it(server, http, acts):
    server.does(acts.says(200, raw=b'{"title": "cut \\ud83d", "more": ["\\ud83d\\ude00", {"\\udc00": 1}]}'))

    data = (await read(http, server)).data

    assert data == {"title": "cut \ufffd", "more": ["\U0001f600", {"\ufffd": 1}]}


@given(
    st.recursive(
        st.none() | st.text(st.characters(codec=None)) | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=40)
def test_every_answer_can_be_written_down(data):
    str(whole(data)).encode()


@given(st.text() | st.integers(0, 10**9).map(str) | st.floats(0, 1e12).map(str))
def test_a_retry_after_is_always_a_time_to_wait(text):
    assert 0 <= retry_after({"Retry-After": text}) <= LONGEST_WAIT


def test_a_retry_after_may_be_a_date():
    assert retry_after({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}) == LONGEST_WAIT
    assert retry_after({"Retry-After": "Fri, 01 Jan 2010 00:00:00 GMT"}) == 0.0


async def test_zero_characters_are_replaced_before_they_reach_a_database(http, server, acts):
    server.does(acts.says(200, raw=b'{"title": "a\\u0000b", "more": ["\\u0000"]}'))

    assert (await read(http, server)).data == {"title": "a\ufffdb", "more": ["\ufffd"]}
