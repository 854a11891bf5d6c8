"""What Slack sends becomes an envelope with one name for every copy, or a sentence that says what is wrong."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.receive import LONGEST_KEY, envelope, team_of
from handlers.errors import Invalid


def event(**of):
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "app_mention", "user": "U1"} | of}


def raw(body):
    return json.dumps(body).encode()


def form(**fields):
    return urlencode(fields).encode()


COMMAND = {"command": "/ask", "text": "hi", "user_id": "U1", "channel_id": "C1", "team_id": "T1", "trigger_id": "1.2.abc"}
PRESS = {
    "type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "9.9.z",
    "actions": [{"action_id": "approve", "value": "k7m2p9qa.1"}],
}  # fmt: skip


def test_an_event_a_command_and_a_press():
    found = [envelope(raw(event())), envelope(form(**COMMAND)), envelope(form(payload=json.dumps(PRESS)))]

    assert [(e.kind, e.key) for e in found] == [
        ("event_callback", "T1:Ev1"), ("command", "T1:1.2.abc"), ("block_actions", "T1:9.9.z"),
    ]  # fmt: skip
    assert all(e.is_news for e in found)
    assert found[2].action["value"] == "k7m2p9qa.1"


def test_over_the_socket_they_come_as_objects():
    assert envelope(raw(COMMAND)).kind == "command"
    assert envelope(raw(PRESS)).kind == "block_actions"


def test_what_has_no_id_is_named_by_its_bytes():
    one, other = ({"type": "event_callback", "team_id": "T1", "event": {"type": "message", "ts": n}} for n in ("1", "2"))

    assert envelope(raw(one)).key == envelope(raw(one)).key
    assert envelope(raw(one)).key != envelope(raw(other)).key


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_key_fits_its_column_whatever_was_sent(team, name):
    found = envelope(raw({"type": "event_callback", "team_id": team, "event_id": name, "event": {}}))

    assert 0 < len(found.key) <= LONGEST_KEY
    assert found.key.isascii()
    assert found.key.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"x", b"[]", b"null", b'"x"', b"{", b"{}", b"\xff\xfe", b"payload=", b"payload=%5B%5D", b"payload=null",
        b'payload={"type":"block_actions"}', b'{"type":"event_callback"}', b'{"type":"event_callback","event":[]}', b"[" * 100_000,
        b'{"a":' * 100_000, b"command=ask&user_id=U1&channel_id=C1", b"command=%2Fask&user_id=U1", b"a=1&" * 500, b"{" * 300_000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(body):
    with pytest.raises(Invalid, match=r"^(The body|The form)"):
        envelope(body)


def test_zeros_and_half_characters_are_replaced_and_not_refused():
    found = envelope(b'{"type":"event_callback","event_id":"E","event":{"type":"message","text":"a\\u0000b\\ud83d"}}')

    assert found.body["event"]["text"] == "a\ufffdb\ufffd"
    assert envelope(form(**COMMAND | {"text": "a\0b"})).body["text"] == "a\ufffdb"


@pytest.mark.parametrize(
    ("of", "is_news"),
    [
        ({"type": "message", "user": "U1"}, True),
        ({"type": "message", "user": "U1", "subtype": "thread_broadcast"}, True),
        ({"type": "message", "user": "U1", "subtype": "message_changed"}, False),
        ({"type": "message", "user": "U1", "bot_id": "B1"}, False),
        ({"type": "message", "user": ""}, False),
        ({"type": "message", "user": "USLACKBOT"}, False),
        ({"type": "app_mention", "bot_id": "B1"}, False),
        ({"type": "channel_rename"}, False),
        ({"type": "app_uninstalled"}, True),
    ],
)
def test_bots_and_mere_happenings_are_nothing_to_do(of, is_news):
    assert envelope(raw(event(**of))).is_news is is_news


@pytest.mark.parametrize("kind", ["view_closed", "block_suggestion", "shortcut"])
def test_interactions_that_nobody_handles_are_acknowledged(kind):
    assert not envelope(form(payload=json.dumps(PRESS | {"type": kind}))).is_news


def test_slacks_questions_about_the_address_itself():
    assert envelope(raw({"type": "url_verification", "challenge": "c"})).kind == "url_verification"
    assert envelope(form(ssl_check="1", token="x")).kind == "ssl_check"


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T2"}}, "T2"),
        ({"team": None, "user": {"team_id": "T3"}}, "T3"),
        ({"enterprise_id": "E1"}, "E1"),
        ({}, ""),
    ],
)
def test_whose_workspace(body, team):
    assert team_of(body) == team


data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "event", "team", "user", "actions", "x"]), inner)
    ),
    max_leaves=20,
)


@given(data | st.dictionaries(st.sampled_from(["type", "event", "user", "command"]), data))
def test_any_json_is_read_or_refused(body):
    try:
        found = envelope(raw(body))
    except Invalid:
        return
    assert isinstance(found.is_news, bool)
    assert isinstance(found.action, dict)
