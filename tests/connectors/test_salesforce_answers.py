"""Salesforce: what became of a write, what a refusal means, and which changes are news."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.about import abouts
from bot.connectors.salesforce import answers
from bot.connectors.salesforce.events import OVERLAP, Checkpoint, news
from bot.connectors.salesforce.kinds import KINDS
from bot.net.http import Rejected
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown


def error(code, status=400, message="m"):
    return {"httpStatusCode": status, "referenceId": "x", "body": [{"errorCode": code, "message": message}]}


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


def row(name, seconds, created=-9999):
    made, moved = ((BEGIN + timedelta(seconds=number)).isoformat() for number in (created, seconds))
    return {"Id": name, "CreatedDate": made, "SystemModstamp": moved}


BEGIN = datetime(2026, 11, 20, 9, tzinfo=UTC)
moves = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2000)), max_size=12)


@given(moves, st.lists(st.integers(0, 12), max_size=4))
def test_every_change_is_told_once_however_the_looks_fall(changes, cuts):
    """Whatever becomes visible within OVERLAP of what was seen is neither lost nor told twice, over stored checkpoints too."""
    ordered = sorted(set(changes), key=lambda change: change[1])
    here, told = Checkpoint.now(BEGIN), []
    for end in [*sorted(cuts), len(ordered)]:
        visible = [row(*change) for change in ordered[:end]]
        since = here.condition.value
        for hit, reached in news(
            [one for one in visible if datetime.fromisoformat(one["SystemModstamp"]) >= since], here, "lead"
        ):
            told.append((hit.record, hit.at))
            here = Checkpoint.of(reached.text)

    assert sorted(told) == sorted((name, BEGIN + timedelta(seconds=at)) for name, at in ordered)


def test_a_change_that_becomes_visible_late_is_told():
    here = [reached for _, reached in news([row("a", 500)], Checkpoint.now(BEGIN), "lead")][-1]

    assert [hit.record for hit, _ in news([row("a", 500), row("late", 400)], here, "lead")] == ["late"]
    assert here.condition.value == BEGIN  # never before the first look
    later = [reached for _, reached in news([row("b", 5000)], here, "lead")][-1]
    assert later.condition.value == BEGIN + timedelta(seconds=5000) - OVERLAP
    assert len(later.seen) == 1


def test_what_is_new_is_told_as_created_once():
    ((first, here),) = news([row("new", 60, created=5)], Checkpoint.now(BEGIN), "lead")
    ((second, here),) = news([row("new", 90, created=5)], here, "lead")
    ((old, _),) = news([row("old", 95, created=-60)], here, "lead")

    assert [one.name for one in (first, second, old)] == [f"salesforce.lead.{deed}" for deed in ("created", "updated", "updated")]
    assert first.id != second.id


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"start": "x", "at": "x", "seen": []}', '{"start": 1, "at": 2, "seen": 3}'])
def test_a_checkpoint_that_is_none_is_refused(text):
    with pytest.raises(Invalid, match="checkpoint"):
        Checkpoint.of(text)


@pytest.mark.parametrize("broken", [{}, {"Id": "a"}, {"Id": "a", "SystemModstamp": "soon"}])
def test_a_row_without_its_time_is_refused(broken):
    with pytest.raises(Invalid, match=r"SystemModstamp|soon|Id"):
        news([broken], Checkpoint.now(BEGIN), "lead")


@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_about_the_connector_are_those_of_its_fields(kind):
    score = "[crm] salesforce_score_field"
    told = abouts()["salesforce"].objects[kind.object]

    assert set(told.reads) == {one for one in kind.asked(score) if "." not in one}
    own = [name for name, field in kind.fields.items() if name not in kind.fixed and "." not in field]
    assert set(told.writes) == {kind.theirs(name, score) for name in (*own, "owner", *(("score",) if kind.is_person else ()))}
