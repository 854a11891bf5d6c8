"""Nothing is read that Slack has not signed: over the raw bytes, within five minutes, under one of the secrets."""

import hashlib
import hmac
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.signature import WINDOW, Signature

NOW = 1_700_000_000
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def signed(raw: bytes, *, stamp: str = str(NOW), secret: str = SECRET) -> dict[str, str]:
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"}


@pytest.fixture
def signature():
    return Signature(SECRET, now=lambda: NOW)


@given(st.text().map(str.encode))
def test_what_slack_signed_is_taken(raw):
    assert Signature(SECRET, now=lambda: NOW).verify(signed(raw), raw)


@pytest.mark.parametrize(("shift", "is_taken"), [(-WINDOW, True), (WINDOW, True), (-WINDOW - 1, False), (WINDOW + 1, False)])
def test_the_window_is_five_minutes_either_way(signature, shift, is_taken):
    assert signature.verify(signed(b"x", stamp=str(NOW + shift)), b"x") is is_taken


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "abc",
        "1.5",
        "NaN",
        "-1",
        " 1700000000",
        "1700000000 ",
        "\u0661\u0667\u0660\u0660",
        "9" * 400,
        "1e9",
        "0x1",
        "1_700_000_000",
    ],
)
def test_a_stamp_that_is_no_number_is_no_signature(signature, stamp):
    assert not signature.verify(signed(b"x", stamp=stamp), b"x")


@pytest.mark.parametrize("value", ["", "v0=", "v1=00", "é", "v0=" + "0" * 64, "v0=" + "0" * 100_000])
def test_a_made_up_signature(signature, value):
    assert not signature.verify(signed(b"x") | {"X-Slack-Signature": value}, b"x")


def test_missing_headers_and_strange_bytes(signature):
    assert not signature.verify({}, b"x")
    assert not signature.verify(signed(b"\xff"), b"\xff")


def test_two_secrets_hold_while_they_are_rotated():
    both = Signature(f"new, {SECRET},", now=lambda: NOW)

    assert both.verify(signed(b"x"), b"x")
    assert both.verify(signed(b"x", secret="new"), b"x")
    assert not both.verify(signed(b"x", secret="other"), b"x")
    assert not both.verify(signed(b"x", secret=""), b"x")


def test_without_a_secret_nothing_is_taken():
    for nothing in ("", " ", ",", " , "):
        assert not Signature(nothing, now=lambda: NOW).verify(signed(b"x", secret=nothing), b"x")


def test_two_thousand_mutations_of_a_valid_request_are_refused(signature):
    dice = random.Random(7)  # noqa: S311 - repeatable, not secret
    raw = b'{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_mention"}}'
    headers = signed(raw)
    for _ in range(2000):
        body, given_headers = bytearray(raw), dict(headers)
        match dice.randrange(5):
            case 0:
                body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
            case 1:
                del body[dice.randrange(len(body))]
            case 2:
                body.insert(dice.randrange(len(body) + 1), dice.randrange(256))
            case 3:
                value = list(given_headers["X-Slack-Signature"])
                place = dice.randrange(len(value))
                value[place] = chr((ord(value[place]) + dice.randrange(1, 90)) % 128)
                given_headers["X-Slack-Signature"] = "".join(value)
            case 4:
                given_headers["X-Slack-Request-Timestamp"] = str(NOW + dice.choice([-1, 1]) * dice.randrange(1, 10**6))
        assert not signature.verify(given_headers, bytes(body))
