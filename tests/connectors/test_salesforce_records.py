"""Salesforce: what the vendor sends becomes a record, what a person approved one transaction; what is missing is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.salesforce import kinds, records
from bot.connectors.salesforce.kinds import ACCOUNT, CONTACT, KINDS, LEAD, OPPORTUNITY
from handlers.errors import Invalid
from handlers.models import Call, Change, Draft, Person, Place, Ref

SITE, SCORE, ROOT = "https://s.example", "Score__c", "/services/data/v60.0"
LEAD_ID, OWNER_ID = "00QHl0000000021AAA", "005Hl0000000002AAA"
STAMP = "2026-11-20T09:00:00.123+0000"


def payload(kind=LEAD, **fields):
    """A row as a query answers it, with every field that is asked for; paths with `__` for the dot."""
    row = {}
    for path in kind.asked(SCORE):
        *above, last = path.split(".")
        here = row
        for name in above:
            here = here.setdefault(name, {})
        here[last] = None
    row |= {"Id": LEAD_ID, "SystemModstamp": STAMP, "LastModifiedDate": STAMP, "Name": "Katya Marlow", "OwnerId": OWNER_ID}
    return row | {"Owner": {"Name": "Bo Lindqvist", "Email": "Bo@Harbourlight.example"}} | fields


def record(kind=LEAD, **fields):
    return records.record(payload(kind, **fields), kind, site=SITE, score=SCORE)


def draft_of(*changes, of=None):
    return Draft.of("lead", of or record(), changes, call=Call("c", "lead", "x", Person("p:a", "A"), Place("p", "c")))


def composite(*changes):
    return records.composite(draft_of(*changes), LEAD, root=ROOT, since=STAMP, score=SCORE)


def test_a_lead_in_our_words():
    found = record(
        Email="Katya@marlow.example",
        NumberOfEmployees=15,
        Score__c=74.5,
        IsConverted=False,
        Description="Hi",
        Company="Marlow Marina",
    )

    assert (found.system, found.kind, found.id, found.version, found.title) == (
        "salesforce",
        "lead",
        LEAD_ID,
        STAMP,
        "Katya Marlow, Marlow Marina",
    )
    assert found.url == f"https://s.example/lightning/r/Lead/{LEAD_ID}/view"
    assert (found.fields["employees"], found.fields["score"], found.fields["converted"]) == ("15", "74.5", "no")
    assert found.owner == {f"salesforce:{OWNER_ID}".casefold(), "bo@harbourlight.example"}
    assert (found.fields["owner"], found.author) == (Ref(OWNER_ID, "Bo Lindqvist"), {"katya@marlow.example"})
    assert (found.text, found.outside_text) == ("Marlow Marina\n\nHi", True)


def test_what_lead_asks_for_is_there_as_text_whatever_the_system_knows():
    texts = ("name", "email", "job", "company", "industry", "employees", "country", "phone", "stage", "source", "visits", "forms")
    for kind in (LEAD, CONTACT):
        fields = record(kind, **({"Account": None} if kind is CONTACT else {})).fields
        assert {type(fields[name]) for name in (*texts, "form", "replied", "active", "score")} == {str}
        assert fields["company_owner"] is None


@pytest.mark.parametrize(
    ("kind", "fields", "outcome"),
    [
        (LEAD, {"IsConverted": True, "Status": "Closed - Converted"}, "won"),
        (LEAD, {"IsConverted": False, "Status": "Closed - Not Converted"}, "lost"),
        (LEAD, {"IsConverted": False, "Status": "Working"}, ""),
        (OPPORTUNITY, {"IsClosed": True, "IsWon": True}, "won"),
        (OPPORTUNITY, {"IsClosed": True, "IsWon": False}, "lost"),
        (OPPORTUNITY, {"IsClosed": False, "IsWon": False}, ""),
        (ACCOUNT, {"Type": "Customer"}, "won"),
        (ACCOUNT, {"Type": "Prospect"}, ""),
    ],
)
def test_how_a_story_ended(kind, fields, outcome):
    assert record(kind, **fields).fields["outcome"] == outcome


def test_a_contact_knows_its_account():
    account = {"Name": "Otter Punts", "Type": "Customer", "Website": None, "Industry": "Boat Hire", "NumberOfEmployees": 3}
    account |= {"AnnualRevenue": None, "OwnerId": OWNER_ID, "Owner": {"Name": "Bo Lindqvist"}}

    found = record(CONTACT, Account=account).fields

    assert (found["company"], found["stage"], found["employees"]) == ("Otter Punts", "Customer", "3")
    assert (found["company_owner"], found["outcome"]) == (Ref(OWNER_ID, "Bo Lindqvist"), "won")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_not_in_an_answer_is_empty(kind):
    for path in kind.asked(SCORE):
        *above, last = path.split(".")
        lacking, empty = payload(kind), payload(kind)
        for row in (lacking, empty):
            here = row
            for name in above:
                here = here[name]
            if row is empty:
                here[last] = None
            else:
                del here[last]
        if path in ("Id", "SystemModstamp"):
            with pytest.raises(Invalid, match=path):
                records.record(lacking, kind, site=SITE, score=SCORE)
        else:
            of = {"site": SITE, "score": SCORE}
            assert records.record(lacking, kind, **of) == records.record(empty, kind, **of)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"Email": 7}, "Email"), ({"NumberOfEmployees": "15"}, "NumberOfEmployees"), ({"NumberOfEmployees": True}, "NumberOfEmployees"),
        ({"IsConverted": "no"}, "IsConverted"), ({"Score__c": "high"}, "Score__c"), ({"Owner": ["x"]}, "Owner.Name"),
        ({"Id": None}, "Id"), ({"SystemModstamp": None}, "SystemModstamp"), ({"Company": {"a": 1}}, "Company"),
    ],
)  # fmt: skip
def test_what_holds_what_it_cannot_is_named(fields, name):
    with pytest.raises(Invalid, match=name):
        record(**fields)


TEXT_FIELDS = {kind.word: sorted(n for n, f in kind.fields.items() if "." not in f and n not in kind.fixed) for kind in KINDS}
words = st.text(min_size=1, max_size=20).filter(lambda text: text.strip())
numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)


@given(st.sampled_from(KINDS), st.data())
def test_what_is_read_can_be_written_back_as_it_was(kind, data):
    """Payload -> record -> changes -> payload, for every field that the bot writes."""
    chosen = data.draw(st.sampled_from(TEXT_FIELDS[kind.word] + (["score"] if kind.is_person else [])))
    name = kind.theirs(chosen, SCORE)
    if name in kinds.NUMBERS or name == SCORE:
        value = data.draw(numbers)
    else:
        value = data.draw(st.dates().map(date.isoformat) if name in kinds.DAYS else words)
    held = record(kind, **{name: value}).fields[chosen]

    fields, note = records.body([Change(chosen, "", held)], kind, score=SCORE)

    assert (fields, note) == ({name: value}, "")


def test_a_write_is_a_guarded_change_and_a_task_that_names_the_draft():
    draft = draft_of(Change("score", "", "74"), Change("owner", None, Ref(OWNER_ID, "Bo")), Change("note", None, "Call her."))
    body = records.composite(draft, LEAD, root=ROOT, since=STAMP, score=SCORE)

    update, task = body["compositeRequest"]
    assert body["allOrNone"] is True
    assert update | {"referenceId": "record"} == {
        "method": "PATCH", "url": f"{ROOT}/sobjects/Lead/{LEAD_ID}", "referenceId": "record",
        "httpHeaders": {"If-Unmodified-Since": "Fri, 20 Nov 2026 09:00:00 GMT"}, "body": {"Score__c": 74, "OwnerId": OWNER_ID},
    }  # fmt: skip
    assert task["body"] == {
        "Subject": f"Countersign draft {draft.id}, version 1", "WhoId": LEAD_ID, "Status": "Completed", "Description": "Call her.",
    }  # fmt: skip


def test_a_note_alone_is_one_task():
    (task,) = composite(Change("note", None, "Call her."))["compositeRequest"]

    assert (task["method"], task["body"]["Description"]) == ("POST", "Call her.")


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (LEAD, Change("nonsense", None, "x"), "does not write the field nonsense of a Salesforce lead"),
        (LEAD, Change("name", None, "x"), "field name"),
        (LEAD, Change("visits", None, "x"), "field visits"),
        (CONTACT, Change("company", None, "x"), "field company"),
        (ACCOUNT, Change("score", None, "5"), "field score of a Salesforce account"),
        (OPPORTUNITY, Change("won", None, "yes"), "field won"),
        (LEAD, Change("score", None, "high"), "a number"),
        (LEAD, Change("score", None, "nan"), "a number"),
        (LEAD, Change("score", None, "1_0"), "a number"),
        (LEAD, Change("owner", None, "Bo"), "user or a queue"),
        (LEAD, Change("owner", None, Ref("me", "Bo")), "user or a queue"),
        (LEAD, Change("city", None, ("a", "b")), "one text"),
        (LEAD, Change("note", None, "  "), "one text that is not empty"),
        (OPPORTUNITY, Change("close", None, "soon"), "a date"),
    ],
)
def test_what_is_not_ours_to_write_is_named(kind, change, words):
    with pytest.raises(Invalid, match=words):
        records.body([change], kind, score=SCORE)


def test_a_score_without_a_field_is_not_written():
    with pytest.raises(Invalid, match="field score"):
        records.body([Change("score", None, "5")], LEAD)


def test_nothing_empties_a_field():
    for nothing in (None, ""):
        assert records.body([Change("city", "Hull", nothing)], LEAD) == ({"City": None}, "")


@pytest.mark.parametrize(
    ("described", "has"),
    [
        ({"fields": [{"name": "Score__c", "type": "double", "updateable": True}]}, True),
        ({"fields": [{"name": "Other__c"}, 7]}, False),
        ({"fields": [{"name": "Score__c", "type": "string", "updateable": True}]}, None),
        ({"fields": [{"name": "Score__c", "type": "double", "updateable": False}]}, None),
        ({}, None),
        ([], None),
    ],
)
def test_a_score_needs_a_number_that_may_be_written(described, has):
    if has is None:
        with pytest.raises(Invalid, match=r"Score__c|no fields"):
            records.holds_score(described, SCORE)
    else:
        assert records.holds_score(described, SCORE) is has


@pytest.mark.parametrize(
    ("text", "kind", "identity"),
    [
        ("00QHl0000000021", LEAD, "00QHl0000000021"),
        (" 003Hl0000000001AAA ", CONTACT, "003Hl0000000001AAA"),
        ("https://s.example/lightning/r/Opportunity/006Hl0000000003AAA/view", OPPORTUNITY, "006Hl0000000003AAA"),
    ],
)
def test_ids_as_people_type_them(text, kind, identity):
    assert kinds.of_id(text) == (kind, identity)


@pytest.mark.parametrize(
    "text", ["", "00Q", "00XHl0000000021", "00QHl000000002", "00QHl00000000211", "00QHl0000000021AAAA", "x@00q.example"]
)
def test_what_is_no_id_is_a_name(text):
    assert kinds.of_id(text) is None


@given(st.text(max_size=40) | st.from_regex(kinds.ID))
def test_an_id_can_never_leave_its_place_in_an_address(text):
    found = kinds.of_id(text)

    assert found is None or (found[1].isascii() and found[1].isalnum() and len(found[1]) in (15, 18))
