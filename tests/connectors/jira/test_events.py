"""Webhooks of Jira: only what was signed with one of the secrets counts, and what it tells becomes an event or names what it lacks."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.jira.events import Signature, events
from handlers.errors import Invalid

HEADERS = {"X-Atlassian-Webhook-Identifier": "w-1"}
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def payload(name="jira:issue_updated", **more):
    return {"timestamp": int(AT.timestamp() * 1000), "webhookEvent": name, "issue": {"id": "1", "key": "SUP-1"}} | more


def told(data, headers=HEADERS):
    return events(json.dumps(data).encode(), headers)


def hub(secret, raw):
    return {"X-Hub-Signature": "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_what_one_of_two_secrets_signed_counts_and_nothing_else(raw, other):
    check = Signature("old secret, new secret")

    assert check.verify(hub("old secret", raw), raw)
    assert check.verify(hub("new secret", raw), raw)
    assert not check.verify(hub("another", raw), raw)
    assert check.verify(hub("new secret", raw), other) is (raw == other)


@pytest.mark.parametrize("given_", ["", "sha256=", "sha1=00", "sha256=" + "0" * 64, "ünsigned", "sha256=\ud800"])
def test_what_is_no_signature_is_refused(given_):
    assert not Signature("secret").verify({"X-Hub-Signature": given_}, b"{}")


@pytest.mark.parametrize("secrets", ["", " , ", ","])
def test_without_a_secret_nothing_is_valid(secrets):
    assert not Signature(secrets).verify(hub("", b"{}"), b"{}")
    assert not Signature(secrets).verify({}, b"{}")


@pytest.mark.parametrize(
    ("name", "ours"),
    [("jira:issue_created", "created"), ("jira:issue_deleted", "deleted"), ("jira:issue_updated", "updated"), ("comment_created", "updated"),
     ("worklog_created", "updated"), ("jira:something_new", "updated")],
)  # fmt: skip
def test_what_happened_in_our_words(name, ours):
    [event] = told(payload(name))

    assert (event.id, event.name, event.record, event.at) == ("w-1", f"jira.issue.{ours}", "SUP-1", AT)
    assert event.fields == (("comment",) if name.startswith("comment") else ())


def test_the_fields_that_changed_are_named_once():
    items = [{"field": "Component", "fieldId": "components"}, {"field": "status"}, {"field": "status"}]

    [event] = told(payload(changelog={"id": "7", "items": items}))

    assert event.fields == ("components", "status")


@pytest.mark.parametrize("name", ["sprint_started", "jira:version_released", "user_created"])
def test_what_happened_to_no_issue_is_passed_over(name):
    assert told({"timestamp": 1, "webhookEvent": name}) == ()


def test_a_request_without_an_id_is_known_by_its_bytes():
    [one], [same], [other] = told(payload(), {}), told(payload(), {}), told(payload(timestamp=1), {})

    assert one.id == same.id != other.id


@pytest.mark.parametrize("name", ["timestamp", "webhookEvent", "issue"])
def test_what_is_missing_is_named(name):
    with pytest.raises(Invalid, match=f"no usable '{name}'"):
        told({key: value for key, value in payload().items() if key != name})


data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(
    data
    | st.fixed_dictionaries(
        {}, optional={"timestamp": data, "webhookEvent": data, "issue": data | st.just({"key": "S-1"}), "changelog": data}
    )
)
def test_whatever_was_sent_is_an_event_or_a_sentence(sent):
    try:
        found = told(sent)
    except Invalid:
        return
    assert all(event.record and event.name.startswith("jira.issue.") for event in found)


@pytest.mark.parametrize("raw", [b"", b"x", b"[" * 100_000, b"7", b"\xff"])
def test_what_is_no_event_is_refused(raw):
    with pytest.raises(Invalid, match="Jira sent something"):
        events(raw, HEADERS)
