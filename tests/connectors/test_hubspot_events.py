"""HubSpot's webhooks: signed by one of our secrets, fresh, and every event in our words."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.event import Event
from bot.connectors.hubspot.events import Signature, events, plain
from bot.connectors.signature import WINDOW
from bot.connectors.signature import signed as digest
from handlers.errors import Invalid

URI = "https://bot.example.com/hooks/hubspot"
NOW = 1_795_165_200.5
STAMP = str(int(NOW * 1000))
BODY = json.dumps([{"eventId": 1}]).encode()
ROW = {
    "portalId": 77, "subscriptionId": 5, "eventId": 9, "occurredAt": 1_795_165_200_123, "objectId": 701, "attemptNumber": 0,
    "subscriptionType": "contact.propertyChange", "propertyName": "lifecyclestage", "propertyValue": "customer",
}  # fmt: skip


def signature(secret, whole):
    return base64.b64encode(digest(secret, [whole])).decode()


def signed(by="new", *, uri=URI, body=BODY, stamp=STAMP, method="POST"):
    return {
        "X-HubSpot-Request-Timestamp": stamp,
        "X-HubSpot-Signature-v3": signature(by.encode(), f"{method}{uri}".encode() + body + stamp.encode()),
    }


def door(secrets="new,old"):
    return Signature(secrets, URI, now=lambda: NOW)


def test_a_vector_computed_by_hand():
    """printf 'POSThttps://bot.example.com/hooks/hubspot[]1' | openssl dgst -sha256 -hmac s -binary | base64"""
    assert signature(b"s", b"POSThttps://bot.example.com/hooks/hubspot[]1") == VECTOR


VECTOR = "XD/XIXBb41wWkD/oRhsZJgD73FMlBZQWad4V6Lut4KE="


@pytest.mark.parametrize("secret", ["new", "old"])
def test_both_secrets_hold_while_they_are_rotated(secret):
    assert door().verify(signed(secret), BODY)
    assert not door("").verify(signed(""), BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {}, signed("other"), signed(uri="https://bot.example.com/hooks/hubspo"), signed(method="PUT"), signed(body=BODY + b" "),
        signed() | {"X-HubSpot-Request-Timestamp": str(int(STAMP) + 1)}, signed() | {"X-HubSpot-Signature-v3": "\u00e4"},
        signed(stamp=""), signed(stamp="\u0663"), signed(stamp="1e3"), signed(stamp="9" * 16), signed(stamp=f"-{STAMP}"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(headers):
    assert not door().verify(headers, BODY)


@pytest.mark.parametrize(
    ("off", "holds"), [(0, True), (WINDOW - 1, True), (1 - WINDOW, True), (WINDOW + 1, False), (-1 - WINDOW, False)]
)
def test_the_window_is_five_minutes(off, holds):
    stamp = str(int((NOW + off) * 1000))

    assert door().verify(signed(stamp=stamp), BODY) is holds


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_changed_byte_is_noticed(body, data):
    at = data.draw(st.integers(0, len(body) - 1))
    other = bytes((*body[:at], body[at] ^ data.draw(st.integers(1, 255)), *body[at + 1 :]))

    assert door().verify(signed(body=body), body)
    assert not door().verify(signed(body=body), other)


def test_signs_that_are_signed_as_themselves():
    assert plain("https://a.example/x?y=%3a%2F%3F&z=%20") == "https://a.example/x?y=:/?&z=%20"


def test_an_event_in_our_words():
    [found] = events(json.dumps([ROW]).encode(), {})

    at = datetime(2026, 11, 20, 9, 0, 0, 123000, tzinfo=UTC)
    assert found == Event("77:5:9:1795165200123:701", "hubspot.contact.updated", "701", at, ("lifecyclestage",))


@pytest.mark.parametrize(
    ("row", "name", "record"),
    [
        ({"subscriptionType": "contact.creation"}, "hubspot.contact.created", "701"),
        ({"subscriptionType": "contact.privacyDeletion"}, "hubspot.contact.deleted", "701"),
        ({"subscriptionType": "deal.deletion"}, "hubspot.deal.deleted", "deal/701"),
        ({"subscriptionType": "company.merge"}, "hubspot.company.updated", "company/701"),
        ({"subscriptionType": "object.creation", "objectTypeId": "0-3"}, "hubspot.deal.created", "deal/701"),
        ({"objectId": "701"}, "hubspot.contact.updated", "701"),
        (
            {"subscriptionType": "deal.associationChange", "objectId": None, "fromObjectId": 9, "toObjectId": 701},
            "hubspot.deal.updated",
            "deal/9",
        ),
    ],
)
def test_every_subscription_has_a_name(row, name, record):
    [found] = events(json.dumps([ROW | row]).encode(), {})

    assert (found.name, found.record) == (name, record)


def test_copies_have_one_id_and_strange_objects_are_passed_over():
    rows = [ROW, ROW | {"attemptNumber": 3}, ROW | {"subscriptionType": "conversation.creation"},
            ROW | {"subscriptionType": "object.creation", "objectTypeId": "2-99"}]  # fmt: skip
    one, other = events(json.dumps(rows).encode(), {})

    assert one.id == other.id


@pytest.mark.parametrize("name", ["portalId", "subscriptionId", "eventId", "occurredAt", "objectId", "subscriptionType"])
def test_a_missing_field_is_named(name):
    with pytest.raises(Invalid, match=name):
        events(json.dumps([{key: value for key, value in ROW.items() if key != name}]).encode(), {})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(st.binary(max_size=40) | anything.map(lambda data: json.dumps(data).encode())
       | st.fixed_dictionaries(dict.fromkeys(ROW, anything)).map(lambda row: json.dumps([row]).encode()))  # fmt: skip
def test_whatever_was_signed_is_read_or_refused(raw):
    try:
        said = [one.name for one in events(raw, {})]
    except Invalid as wrong:
        said = [str(wrong)]
    assert all(words.casefold().startswith("hubspot") for words in said)
