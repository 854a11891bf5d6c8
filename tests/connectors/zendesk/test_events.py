"""Webhooks of Zendesk: only what was signed lately with one of the secrets counts, and what it tells becomes an event or names what it lacks."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.zendesk.events import Checkpoint, Signature, events
from handlers.errors import Invalid

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STAMP = "2026-11-20T09:00:00Z"
HEADERS = {"X-Zendesk-Webhook-Invocation-Id": "w-1"}


def check(secrets="secret", later=0):
    return Signature(secrets, now=lambda: AT.timestamp() + later)


def signed(secret, raw, stamp=STAMP):
    mac = hmac.new(secret.encode(), stamp.encode() + raw, hashlib.sha256).digest()
    return {"X-Zendesk-Webhook-Signature": base64.b64encode(mac).decode(), "X-Zendesk-Webhook-Signature-Timestamp": stamp}


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_what_one_of_two_secrets_signed_counts_and_nothing_else(raw, other):
    both = check("old secret, new secret")

    assert both.verify(signed("old secret", raw), raw)
    assert both.verify(signed("new secret", raw), raw)
    assert not both.verify(signed("another", raw), raw)
    assert both.verify(signed("new secret", raw), other) is (raw == other)


@pytest.mark.parametrize(("later", "counts"), [(0, True), (299, True), (301, False), (-299, True), (-301, False)])
def test_only_what_was_sent_lately_counts(later, counts):
    assert check(later=later).verify(signed("secret", b"{}"), b"{}") is counts


@pytest.mark.parametrize("stamp", ["", "soon", "2026-11-20", "2026-11-20T09:00:00", "1763629200", "\ud800"])
def test_a_time_that_is_none_is_refused(stamp):
    headers = signed("secret", b"{}") | {"X-Zendesk-Webhook-Signature-Timestamp": stamp}

    assert not check().verify(headers, b"{}")


def test_the_time_is_part_of_what_was_signed():
    headers = signed("secret", b"{}") | {"X-Zendesk-Webhook-Signature-Timestamp": "2026-11-20T09:00:01Z"}

    assert not check().verify(headers, b"{}")


@pytest.mark.parametrize("secret", ["this_secret_is_for_testing_only", "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="])
def test_the_secret_that_everybody_knows_signs_nothing(secret):
    assert not check(secret).verify(signed(secret, b"{}"), b"{}")
    assert check(f"{secret},secret").verify(signed("secret", b"{}"), b"{}")


@pytest.mark.parametrize("secrets", ["", " , "])
def test_without_a_secret_nothing_is_valid(secrets):
    assert not check(secrets).verify(signed("", b"{}"), b"{}")
    assert not check(secrets).verify({}, b"{}")


def payload(kind="created", **more):
    what = {
        "type": f"zen:event-type:ticket.{kind}",
        "subject": "zen:ticket:153",
        "detail": {"id": "153"},
        "time": STAMP,
        "id": "e-1",
    }
    return what | more


def told(data, headers=HEADERS):
    return events(json.dumps(data).encode(), headers)


@pytest.mark.parametrize(
    ("kind", "ours", "fields"),
    [
        ("created", "created", ()),
        ("soft_deleted", "deleted", ()),
        ("permanently_deleted", "deleted", ()),
        ("status_changed", "updated", ("status",)),
        ("comment_added", "updated", ("comment",)),
        ("something_new", "updated", ()),
    ],
)
def test_what_happened_in_our_words(kind, ours, fields):
    [event] = told(payload(kind))

    assert (event.id, event.name, event.record, event.at) == ("w-1", f"zendesk.ticket.{ours}", "153", AT)
    assert event.fields == fields


def test_without_an_id_of_its_delivery_an_event_goes_by_its_own():
    assert told(payload(), {})[0].id == "e-1"
    with pytest.raises(Invalid, match="no usable 'id'"):
        told({key: value for key, value in payload().items() if key != "id"}, {})


def test_what_happened_to_no_ticket_is_passed_over():
    assert told(payload(subject="zen:user:7", type="zen:event-type:user.created")) == ()


@pytest.mark.parametrize("name", ["type", "subject", "detail", "time"])
def test_what_is_missing_is_named(name):
    with pytest.raises(Invalid, match=f"no usable '{name}'"):
        told({key: value for key, value in payload().items() if key != name})


@pytest.mark.parametrize("detail", [{"id": "154"}, {"id": "1/../2"}, {}, 7, None])
def test_a_ticket_with_two_names_is_refused(detail):
    with pytest.raises(Invalid, match="no usable"):
        told(payload(detail=detail))


data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(
    data
    | st.fixed_dictionaries(
        {"subject": st.just("zen:ticket:1")}, optional={"type": data, "detail": data, "time": data, "id": data}
    )
)
def test_whatever_was_sent_is_an_event_or_a_sentence(sent):
    try:
        found = told(sent)
    except Invalid:
        return
    assert all(event.record.isdecimal() for event in found)


@pytest.mark.parametrize("raw", [b"", b"x", b"[" * 100_000, b"7", b"\xff"])
def test_what_is_no_event_is_refused(raw):
    with pytest.raises(Invalid, match="Zendesk sent something"):
        events(raw, HEADERS)


moments = st.datetimes(min_value=datetime(2000, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - the zone is added


@given(moments, st.text(max_size=20), st.frozensets(st.tuples(st.text(max_size=4), moments), max_size=3))
def test_a_checkpoint_is_the_same_after_it_was_stored(at, cursor, known):
    here = Checkpoint(at, cursor, known)

    assert Checkpoint.of(here.text) == here


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"at": 1, "cursor": ""}', '{"at": "x", "cursor": ""}'])
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Invalid, match="cannot be read"):
        Checkpoint.of(text)
