"""What Jira sends becomes a record, and what a record holds becomes the body that would write it back: nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.jira import comments, creation, records
from bot.connectors.jira.adf import document
from handlers.errors import Invalid
from handlers.models import Call, Change, Draft, Person, Place, Record

ids = st.integers(1, 99_999).map(str)
words = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12)
named = st.fixed_dictionaries({"id": ids, "name": words})
people = st.fixed_dictionaries(
    {"accountId": st.from_regex(r"[0-9]{6}:[0-9a-f]{8}", fullmatch=True), "displayName": words},
    optional={
        "emailAddress": st.none() | words.map("{}@x.example".format),
        "accountType": st.sampled_from(["atlassian", "customer", "app"]),
    },
)
payloads = st.fixed_dictionaries({
    "key": st.from_regex(r"[A-Z]{2,5}-[1-9][0-9]{0,4}", fullmatch=True),
    "fields": st.fixed_dictionaries({
        "summary": words, "issuetype": named, "updated": st.just("2026-11-20T09:00:00.000+0000"),
        "description": st.none() | words.map(document), "priority": st.none() | named, "assignee": st.none() | people,
        "reporter": st.none() | people, "labels": st.lists(words, max_size=3), "components": st.lists(named, max_size=3), "status": named,
        "resolution": st.none() | named,
    }),
})  # fmt: skip
THEIRS = {"type": "issuetype", "component": "components"}
WRITTEN = ("summary", "type", "priority", "labels", "component", "assignee", "description", "resolution")


def draft_of(record, *changes):
    return Draft.of("triage", record, changes, call=Call("c", "triage", "x", Person("p:a", "A"), Place("p", "c")))


def named_by(value):
    """A value of Jira's as a body names it: by its id."""
    match value:
        case {"accountId": account}:
            return {"accountId": account}
        case {"id": identity}:
            return {"id": identity}
        case [*items]:
            return [named_by(item) for item in items]
        case _:
            return value


@given(payloads)
def test_what_a_record_holds_is_what_would_be_written(payload):
    record = records.issue(payload, site="https://jira.example")
    held = [Change(name, None, value) for name in WRITTEN if (value := record.fields[name]) is not None and value != ""]

    body = records.edit(draft_of(record, *held))

    wanted = {THEIRS.get(name, name): named_by(payload["fields"][THEIRS.get(name, name)]) for name in WRITTEN}
    assert body["fields"] == {name: value for name, value in wanted.items() if value is not None}


@given(payloads)
def test_what_made_an_issue_is_what_it_holds(payload):
    record = records.issue(payload, site="https://jira.example")
    held = [
        Change(name, None, value)
        for name in ("summary", "type", "labels", "component")
        if (value := record.fields[name]) is not None
    ]

    body = creation.body(draft_of(Record.new("jira", "issue", "SUP", title="x"), *held))

    assert body["fields"].pop("project") == {"key": "SUP"}
    assert body["fields"].keys() == {THEIRS.get(change.field, change.field) for change in held}


@given(payloads, st.data())
def test_a_field_that_is_missing_is_named(payload, data):
    name = data.draw(st.sampled_from(["summary", "issuetype", "updated"]))
    del payload["fields"][name]

    with pytest.raises(Invalid, match=f"no usable '{name}'"):
        records.issue(payload, site="https://jira.example")


@pytest.mark.parametrize("name", ["id", "body", "created"])
def test_what_a_comment_lacks_is_named(name):
    whole = {"id": "1", "body": document("x"), "created": "2026-11-20T09:00:00.000+0000"}

    assert comments.comment(whole).text == "x"
    with pytest.raises(Invalid, match=f"no usable '{name}'"):
        comments.comment({key: value for key, value in whole.items() if key != name})
