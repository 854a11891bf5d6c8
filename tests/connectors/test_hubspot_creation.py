"""HubSpot: a draft of something new becomes one object that holds what was approved, and is refused where it could not be found again."""

from datetime import UTC, date, datetime
from html import unescape

import pytest
from hubspots import AROUND, draft_of, payload
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.about import abouts
from bot.connectors.hubspot import changes, creation, records
from bot.connectors.hubspot.changes import alike
from handlers.errors import Invalid, Unknown
from handlers.models import Change, Record, Ref

NOW = "2026-11-20T09:00:00.000+00:00"
BO = Ref("60002", "Bo Lindqvist")
ABOUT = {"note": "701", "task": "deal/901", "email": "company/801"}


def new(kind, *found, where=None):
    return draft_of(*found, record=Record.new("hubspot", kind, ABOUT.get(kind, "") if where is None else where, title="x"))


def drawn(data, kind):
    """Changes of every sort for a kind, each with a value that it can hold."""
    names = data.draw(st.sets(st.sampled_from(sorted(creation.MAKES[kind])), min_size=1))
    day = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(str)
    values = {
        name: BO if name == "owner" else data.draw(day if creation.MAKES[kind][name] in creation.MOMENTS else st.text())
        for name in names
    }
    return [Change(name, None, value) for name, value in values.items()]


@given(st.data(), st.sampled_from(sorted(creation.MAKES)))
def test_what_is_made_reads_back_as_it_was_approved(data, kind):
    draft = new(kind, *drawn(data, kind))

    held = creation.properties(draft, at=NOW, unique="countersign_draft")
    read = records.record(kind, payload(kind, **held), AROUND)

    for change in draft.changes:
        if change.field in read.fields:
            told = read.fields[change.field]
            is_body = creation.MAKES[kind][change.field] == creation.BODIES.get(kind)
            assert told == change.after or alike(str(told), f"{change.after}T00:00:00Z") or is_body
        assert creation.MAKES[kind][change.field] in held
    assert held.get("countersign_draft", creation.key(draft)) == creation.key(draft)


@given(st.sampled_from(sorted(creation.BODIES)), st.text(), st.booleans())
def test_a_body_holds_the_words_and_ends_with_the_mark_of_its_own_draft(kind, words, is_there):
    draft, other = (new(kind, *([Change("text", None, words)] if is_there else [])) for _ in range(2))
    name = creation.BODIES[kind]

    body = creation.properties(draft, at=NOW)[name]

    row = {"properties": {name: body}}
    assert changes.is_marked([row], name, creation.mark(draft))
    assert not changes.is_marked([row], name, creation.mark(other)) or creation.mark(other) in words
    for line in words.splitlines() if is_there else ():
        assert line.strip() in unescape(body)


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year >= 1000))
def test_a_moment_is_the_same_in_their_words_but_for_the_thousandths(moment):
    assert datetime.fromisoformat(creation.stamp("due", moment.isoformat())) == moment.replace(microsecond=0)


@pytest.mark.parametrize("words", ["soon", "2026-13-01", "2026-12-31T25:00", ""])
def test_what_is_no_day_is_refused_with_the_name_of_the_field(words):
    with pytest.raises(Invalid, match="field due in HubSpot is a day"):
        creation.properties(new("task", Change("due", None, words)), at=NOW)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("contact", Change("visits", None, "7")), ("company", Change("score", None, "7")), ("task", Change("owner", None, "Bo")),
        ("task", Change("subject", None, BO)), ("email", Change("nonsense", None, "x")), ("note", Change("subject", None, "x")),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_set_is_refused_by_its_name(kind, change):
    with pytest.raises(Invalid, match=f"cannot set the field {change.field} of a new HubSpot {kind}"):
        creation.properties(new(kind, change), at=NOW)


@pytest.mark.parametrize(
    ("kind", "where", "hint"),
    [
        ("quote", "", "makes no quote"), ("task", "", "hangs on a contact"), ("task", "task/1", "cannot hang on a task"),
        ("company", "701", "company in HubSpot cannot hang on a contact"), ("note", "nowhere", "is no HubSpot id"),
    ],
)  # fmt: skip
def test_what_hangs_nowhere_is_refused(kind, where, hint):
    with pytest.raises(Invalid, match=hint):
        creation.hangs_on(new(kind, where=where))


@pytest.mark.parametrize("data", [None, [], {}, {"id": 7}, {"id": ""}])
@pytest.mark.parametrize("several", [True, False])
def test_an_answer_that_does_not_say_what_was_made_is_unknown(data, several):
    for told in (data, {"results": [data]}, {"results": []}, {"results": None, "errors": []}):
        with pytest.raises(Unknown):
            creation.made(told, several=several)


def test_a_part_that_failed_inside_a_batch_that_did_not_is_a_refusal():
    wrong = {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [{"message": "no such property"}]}

    with pytest.raises(Invalid, match="no such property"):
        creation.made(wrong, several=True)
    assert creation.made({"results": [{"id": "7"}]}, several=True) == creation.made({"id": "7"}, several=False) == "7"


def test_a_contact_with_the_same_address_is_ours_only_if_no_person_made_it():
    held = {"email": "a@b.example", "firstname": "A"}

    def found(source, **other):
        past = {name: [{"value": value, "timestamp": NOW, "sourceType": source}] for name, value in (held | other).items()}
        return {"propertiesWithHistory": past}

    assert changes.was_made(found("INTEGRATION"), held)
    assert not changes.was_made(found("CRM_UI"), held)
    assert not changes.was_made(found("INTEGRATION", firstname="B"), held)
    with pytest.raises(Unknown):
        changes.was_made({}, held)


def test_its_about_tells_what_can_be_made():
    objects = abouts()["hubspot"].objects

    for kind, fields in creation.MAKES.items():
        writes = {name for name in objects[kind].writes if not name.startswith("[")}
        assert writes == set(fields.values()) | set(changes.WRITABLE.get(kind, {}).values())
