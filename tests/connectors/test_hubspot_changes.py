"""HubSpot: what a person approved becomes one write, and what proves that it took effect."""

from datetime import date, datetime, timedelta
from html import unescape

import pytest
from hubspots import AROUND, SCORE, VERSION, draft_of, payload
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.hubspot import changes, records
from bot.connectors.hubspot.api import complaint
from bot.connectors.hubspot.creation import mark
from handlers.errors import Invalid
from handlers.models import Change, Ref, same

LATER = "2026-11-20T09:00:05.000Z"
BO = Ref("60002", "Bo Lindqvist")
DAYS = st.just("") | st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(lambda day: f"{day}T00:00:00.000Z")
POINTS = Change("score", "", "71")


def entry(value="71", at=LATER, source="INTEGRATION"):
    return {"value": value, "timestamp": at, "sourceType": source, "sourceId": "1"}


@given(st.data(), st.sampled_from(list(changes.WRITABLE)))
def test_what_is_written_reads_back_the_same(data, kind):
    """Changes -> properties -> the vendor's object -> a record, for every field that the bot writes."""
    names = data.draw(st.sets(st.sampled_from(sorted(changes.WRITABLE[kind])), min_size=1))
    after = {
        name: data.draw(st.none() | st.just(BO)) if name == "owner" else data.draw(DAYS if name == "due" else st.text(max_size=9))
        for name in names
    }
    before = records.record(kind, payload(kind), AROUND)
    draft = draft_of(*(Change(name, before.fields[name], value) for name, value in after.items()), record=before)

    sent = changes.properties(draft)["properties"]
    now = records.record(kind, payload(kind, **{name: value or None for name, value in sent.items()}), AROUND)

    assert all(isinstance(value, str) for value in sent.values())
    assert all(same(now.fields[name], value) for name, value in after.items())


@pytest.mark.parametrize(("after", "sent"), [("71", "71"), ("007", "7"), ("0", "0"), ("100", "100"), (None, ""), ("", "")])
def test_a_score_goes_to_its_property(after, sent):
    assert changes.properties(draft_of(Change("score", "", after)), score=SCORE) == {"properties": {SCORE: sent}}


@pytest.mark.parametrize("after", ["101", "-1", "high", "7.5", "\u0667", BO, ("7",), "1" * 5000, "00001000"])
def test_what_is_no_score_is_refused(after):
    with pytest.raises(Invalid, match="is no score"):
        changes.properties(draft_of(Change("score", "", after)), score=SCORE)


@pytest.mark.parametrize(
    "change", [POINTS, Change("email", "", "a@b.example"), Change("name", "", "x"), Change("job", "", ("x",))]
)
def test_what_is_not_ours_to_write_is_refused(change):
    with pytest.raises(Invalid, match=f"does not write the field {change.field}"):
        changes.properties(draft_of(change))


@given(st.text(min_size=1, max_size=60))
def test_a_note_says_what_was_approved_and_carries_the_mark(words):
    draft = draft_of(Change("note", None, words))

    sent = changes.note(draft, "701", at=VERSION)

    body = sent["properties"]["hs_note_body"]
    lines = [line for line in words.splitlines() if line.strip()]
    assert unescape(body.replace("</p><p>", "\n")[3:-4]) == "\n".join((*lines, mark(draft))) or "&" in words
    assert body.count("<") == 2 * (len(lines) + 1)
    assert sent["associations"][0]["to"] == {"id": "701"}
    assert changes.is_marked([{"properties": {"hs_note_body": body}}], "hs_note_body", mark(draft))


def test_only_our_own_mark_counts():
    draft, other = draft_of(Change("note", None, "a")), draft_of(Change("note", None, "a"))
    notes = [{"properties": {"hs_note_body": body}} for body in (None, "Called.", f"<p>{mark(other)}</p>")]

    assert not changes.is_marked([*notes, {}, {"properties": None}], "hs_note_body", mark(draft))
    assert changes.is_marked(notes, "hs_note_body", mark(other))


def test_a_note_and_a_field_are_two_writes():
    assert changes.is_note(draft_of(Change("note", None, "a")))
    assert not changes.is_note(draft_of(POINTS))
    with pytest.raises(Invalid, match="two drafts"):
        changes.is_note(draft_of(POINTS, Change("note", None, "a")))


@pytest.mark.parametrize(
    ("history", "done"),
    [
        ([entry()], True), ([entry("12"), entry()], True), ([entry("71.0")], True), ([entry(at=VERSION)], True),
        ([], False), ([entry("12")], False), ([entry(at="2026-11-20T08:59:59.999Z")], False), ([entry(source="CRM_UI")], False),
        ([entry(source="IMPORT")], False), ([7], False), (None, None), ("x", None),
    ],
)  # fmt: skip
def test_the_history_of_a_property_proves_a_write(history, done):
    now = payload() | ({} if history is None else {"propertiesWithHistory": {SCORE: history}})

    assert changes.is_done(now, draft_of(POINTS), score=SCORE) is done


def test_every_field_has_to_be_there():
    draft = draft_of(POINTS, Change("owner", None, BO))
    history = {SCORE: [entry()], "hubspot_owner_id": [entry("60002")]}

    assert changes.is_done({"propertiesWithHistory": history}, draft, score=SCORE) is True
    assert changes.is_done({"propertiesWithHistory": history | {"hubspot_owner_id": []}}, draft, score=SCORE) is False
    assert changes.is_done({"propertiesWithHistory": {SCORE: [entry()]}}, draft, score=SCORE) is None


@given(st.integers(0, 10**6))
def test_a_write_is_never_seen_before_its_version(milliseconds):
    at = (datetime.fromisoformat(VERSION) - timedelta(milliseconds=1 + milliseconds)).isoformat()

    assert changes.is_done({"propertiesWithHistory": {SCORE: [entry(at=at)]}}, draft_of(POINTS), score=SCORE) is False


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-11-20T09:00:00"])
def test_a_timestamp_that_makes_no_sense_is_named(stamp):
    with pytest.raises(Invalid, match="usable timestamp"):
        changes.is_done({"propertiesWithHistory": {SCORE: [entry(at=stamp)]}}, draft_of(POINTS), score=SCORE)


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(json_data | st.fixed_dictionaries({}, optional={"message": json_data, "errors": json_data}))
def test_every_complaint_can_be_told(data):
    assert 0 < len(complaint(data)) <= 500


def test_a_complaint_is_what_is_wrong_with_the_properties():
    assert complaint({"message": "long", "errors": [{"message": "no such option"}]}) == "no such option"
    assert complaint({"message": "Contact already exists."}) == "Contact already exists."
