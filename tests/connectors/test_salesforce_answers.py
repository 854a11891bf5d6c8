"""Salesforce: what became of a write, what a refusal means, and which changes are news."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.about import abouts
from bot.connectors.salesforce import answers
from bot.connectors.salesforce.creation import ABOVE, NAMES
from bot.connectors.salesforce.events import sighting
from bot.connectors.salesforce.kinds import KINDS, TASK
from bot.net.http import Rejected
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown


def error(code, status=400, message="m"):
    return {"httpStatusCode": status, "referenceId": "x", "body": [{"errorCode": code, "message": message}]}


MARKS = {"WhoId", "WhatId"}
BEGIN = datetime(2026, 11, 20, 9, tzinfo=UTC)
DONE, HALTED = {"httpStatusCode": 204, "referenceId": "r", "body": None}, error("PROCESSING_HALTED")


@pytest.mark.parametrize(
    ("parts", "kind", "words"),
    [
        ([error("PRECONDITION_FAILED", 412), HALTED], Stale, "stale: Katya changed"),
        ([HALTED, error("FIELD_CUSTOM_VALIDATION_EXCEPTION", 400, "Not on Fridays")], Invalid, "Not on Fridays"),
        ([error("UNABLE_TO_LOCK_ROW"), HALTED], Unavailable, "right now"),
        ([error("REQUEST_LIMIT_EXCEEDED", 403), HALTED], Busy, "15 minutes"),
        ([error("ENTITY_IS_DELETED", 404), HALTED], NotFound, "no Katya any more"),
        ([error("INSUFFICIENT_ACCESS_OR_READONLY", 403, "no right"), HALTED], Invalid, "no right"),
        ([error("UNKNOWN_EXCEPTION", 500)], Unknown, "did not say"),
        ([{"httpStatusCode": "204"}], Unknown, "did not say"),
        ([], Unknown, "did not say"),
        (["x"], Unknown, "did not say"),
        (None, Unknown, "did not say"),
    ],
)
def test_what_became_of_a_write(parts, kind, words):
    found = answers.concluded({"compositeResponse": parts}, name="Katya")

    assert type(found) is kind
    assert words in str(found)


def test_a_write_all_of_whose_parts_took_effect():
    assert answers.concluded({"compositeResponse": [DONE, {"httpStatusCode": 201}]}, name="Katya") is None


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["errorCode", "message", "body"]), inner, max_size=3)
    ),
)


@given(json_data, st.sampled_from([400, 401, 403, 404]))
def test_every_refusal_can_be_told(data, status):
    assert 0 < len(answers.complaint(data)) <= 500
    assert str(answers.refused(Rejected("no", status=status, data=data)))


ROW = {
    "Id": "a", "CreatedDate": "2026-11-20T08:00:00.000+0000", "SystemModstamp": "2026-11-20T09:00:00.123+0000", "IsDeleted": False,
}  # fmt: skip


@pytest.mark.parametrize("missing", ["Id", "CreatedDate", "SystemModstamp", "IsDeleted"])
def test_what_a_row_lacks_is_named(missing):
    row = dict(ROW)

    with pytest.raises(Invalid, match=missing):
        sighting({name: value for name, value in row.items() if name != missing})
    if missing != "Id":
        with pytest.raises(Invalid, match="IsDeleted" if missing == "IsDeleted" else "soon"):
            sighting(row | {missing: "soon"})


def test_a_row_is_one_state_of_one_record():
    found, gone = sighting(ROW), sighting(ROW | {"IsDeleted": True})

    assert (found.is_deleted, gone.is_deleted) == (False, True)
    assert (found.id, found.name) == ("a", "a 2026-11-20T09:00:00.123+0000")
    assert (found.made, found.at) == (BEGIN - timedelta(hours=1), BEGIN + timedelta(milliseconds=123))


@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_about_the_connector_are_those_of_its_fields(kind):
    score = "[crm] salesforce_score_field"
    told = abouts()["salesforce"].objects[kind.object]

    assert set(told.reads) == {one for one in kind.asked(score) if "." not in one}
    own = [name for name, field in kind.fields.items() if name not in kind.fixed and "." not in field]
    edited = {kind.theirs(name, score) for name in (*own, "owner", *(("score",) if kind.is_person else ()))}
    made = {*NAMES[kind.word].values(), *ABOVE.get(kind.word, {}).values(), "[crm] salesforce_draft_field"}
    assert set(told.writes) == edited | made | (MARKS if kind is TASK else set())
