"""What Zendesk sends becomes a record, and what a record holds becomes the body that would write it back: nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.zendesk import comments, creation, records
from bot.connectors.zendesk.records import Names
from bot.connectors.zendesk.search import STATUSES
from handlers.errors import Invalid
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

NAMES = Names([{"id": 7, "name": "Ada", "role": "agent"}], [{"id": 5, "name": "Billing"}])
words = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12)
numbers = st.integers(1, 10**12)
payloads = st.fixed_dictionaries({
    "id": numbers, "updated_at": st.just("2026-11-20T09:00:00Z"), "subject": words, "description": words,
    "type": st.none() | st.sampled_from(["question", "problem"]), "priority": st.none() | st.sampled_from(["low", "urgent"]),
    "status": st.sampled_from(STATUSES), "tags": st.lists(words, max_size=3), "group_id": st.none() | st.just(5) | numbers,
    "assignee_id": st.none() | st.just(7) | numbers, "requester_id": st.just(7) | numbers,
})  # fmt: skip


def draft_of(record, *changes):
    return Draft.of("reply", record, changes, call=Call("c", "reply", "x", Person("p:a", "A"), Place("p", "c")))


@given(payloads)
def test_what_a_record_holds_is_what_would_be_written(payload):
    record = records.ticket(payload, names=NAMES, site="https://zendesk.example")
    held = [Change(name, None, record.fields[name]) for name in records.FIELDS]

    body = records.update(draft_of(record, *held))["ticket"]

    assert {name: body[name] for name in records.FIELDS.values()} == {name: payload[name] for name in records.FIELDS.values()}
    assert (body["safe_update"], body["updated_stamp"]) == (True, payload["updated_at"])
    assert "comment" not in body


@given(payloads, words)
def test_what_made_a_ticket_is_what_it_holds(payload, text):
    record = records.ticket(payload, names=NAMES, site="https://zendesk.example")
    held = [Change(name, None, record.fields[name]) for name in records.FIELDS]
    draft = draft_of(Record.new("zendesk", "ticket", title="x"), *held, Change("description", None, text))

    body = creation.body(draft)["ticket"]

    assert {name: body[name] for name in records.FIELDS.values()} == {name: payload[name] for name in records.FIELDS.values()}
    assert body["comment"] == {"body": text, "public": False}
    assert body["external_id"] == creation.headers(draft)["Idempotency-Key"]


@pytest.mark.parametrize("name", ["id", "author_id", "created_at", "public", "body"])
def test_what_a_comment_lacks_is_named(name):
    whole = {"id": 1, "author_id": 7, "body": "x", "created_at": "2026-11-20T09:00:00Z", "public": False}

    assert comments.comment(whole, NAMES).text == "x"
    with pytest.raises(Invalid, match=f"no usable '{name}'"):
        comments.comment({key: value for key, value in whole.items() if key != name}, NAMES)


def test_a_comment_without_words_says_nothing():
    silent = {"id": 1, "author_id": 7, "body": None, "created_at": "2026-11-20T09:00:00Z", "public": True}
    payload = {"id": 9, "updated_at": "2026-11-20T09:00:00Z", "subject": "x", "description": "Where is it?", "requester_id": 7}

    assert comments.comment(silent, NAMES).text == ""
    assert records.ticket(payload, names=NAMES, site="https://z.example", comments=[silent, silent]).text == "Where is it?"


def test_an_id_that_is_no_number_is_refused_in_words():
    with pytest.raises(Invalid, match="ids there are numbers"):
        records.update(
            draft_of(Record("zendesk", "ticket", "1", "v", "t", "x", {}), Change("group", None, Ref("Billing", "Billing")))
        )
