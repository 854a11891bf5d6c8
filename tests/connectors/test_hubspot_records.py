"""HubSpot: what it sends becomes a record; what is missing is named."""

from dataclasses import replace

import pytest
from hubspots import AROUND, SCORE, payload
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.about import abouts
from bot.connectors.hubspot import records
from handlers.errors import Invalid
from handlers.models import Ref

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


def contact(**properties):
    return records.record("contact", payload(**properties), AROUND, score=SCORE)


def test_a_contact_in_our_words():
    found = contact(
        firstname="Mira", lastname="Kestrel", email="Mira@Kestrelboats.example", associatedcompanyid="801", jobtitle="Owner",
        hubspot_owner_id="60002", lifecyclestage="lead", num_conversion_events="2", **{SCORE: "71"},
    )  # fmt: skip

    assert (found.id, found.title, found.url) == (
        "701", "Mira Kestrel, Kestrel Boat Hire", "https://app.hubspot.com/contacts/77/record/0-1/701",
    )  # fmt: skip
    assert {name: found.fields[name] for name in ("job", "industry", "employees", "stage", "forms", "score", "outcome")} == {
        "job": "Owner", "industry": "SPORTS", "employees": "14", "stage": "lead", "forms": "2", "score": "71", "outcome": "",
    }  # fmt: skip
    assert found.fields["owner"] == found.fields["company_owner"] == Ref("60002", "Bo Lindqvist")
    assert (found.owner, found.author) == ({"hubspot:60002", "bo@example.com"}, {"mira@kestrelboats.example"})
    assert found.outside_text is True


def test_a_contact_of_whom_nothing_is_known():
    found = contact()

    assert (found.title, found.text, found.owner, found.outside_text) == ("contact 701", "", frozenset(), False)
    assert found.fields["owner"] is found.fields["company_owner"] is None
    assert {value for name, value in found.fields.items() if "owner" not in name} == {""}


def test_a_score_is_only_there_where_it_has_a_place():
    assert "score" not in records.record("contact", payload(), AROUND).fields


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [({"lifecyclestage": "customer"}, "won"), ({"hs_lead_status": "UNQUALIFIED"}, "lost"), ({"lifecyclestage": "lead"}, "")],
)
def test_how_the_story_of_a_contact_ended(properties, outcome):
    assert contact(**properties).fields["outcome"] == outcome


@pytest.mark.parametrize(
    ("closed", "won", "outcome"), [("true", "true", "won"), ("true", "false", "lost"), ("false", "false", ""), (None, None, "")]
)
def test_a_deal_tells_its_way_and_its_end(closed, won, outcome):
    sent = payload("deal", dealname="Fleet plan", hs_is_closed=closed, hs_is_closed_won=won, hs_next_step="Call.")
    sent["propertiesWithHistory"] = {
        "dealstage": [
            {"value": "contractsent", "timestamp": "2026-02-18T10:00:00Z"}, {"value": "qualifiedtobuy", "timestamp": "2026-01-20T10:00:00Z"},
        ]
    }  # fmt: skip

    found = records.record("deal", sent, replace(AROUND, stages={"contractsent": "Contract sent"}))

    assert found.fields["history"] == ("2026-01-20 qualifiedtobuy", "2026-02-18 Contract sent")
    assert (found.id, found.title, found.text, found.fields["outcome"]) == ("deal/701", "Fleet plan", "Call.", outcome)


def test_a_company_in_our_words():
    found = records.record("company", payload("company", name="Fjordline", numberofemployees="12", description="Kayaks."), AROUND)

    assert (found.id, found.title, found.text, found.fields["employees"]) == ("company/701", "Fjordline", "Kayaks.", "12")


@pytest.mark.parametrize("kind", records.ASKED)
def test_a_property_that_is_not_in_an_answer_is_empty(kind):
    empty = records.record(kind, payload(kind), AROUND, score=SCORE)
    for name in (*records.ASKED[kind], *((SCORE,) if kind == "contact" else ())):
        lacking = payload(kind)
        del lacking["properties"][name]
        assert records.record(kind, lacking, AROUND, score=SCORE) == empty


def test_a_company_may_have_few_properties():
    around = replace(AROUND, companies={"801": {"id": "801", "properties": {"name": "Kestrel Boat Hire"}}})

    found = records.record("contact", payload(associatedcompanyid="801"), around)

    assert (found.fields["company"], found.fields["industry"], found.fields["company_owner"]) == ("Kestrel Boat Hire", "", None)


@pytest.mark.parametrize("kind", records.ASKED)
def test_what_an_object_cannot_be_without_is_named(kind):
    for name in ("id", "updatedAt", "properties"):
        with pytest.raises(Invalid, match=name):
            records.record(kind, {key: value for key, value in payload(kind).items() if key != name}, AROUND)


@given(st.sampled_from(list(records.ASKED)), st.data())
def test_whatever_comes_is_a_record_or_named(kind, data):
    sent = payload(kind)
    for name in data.draw(st.lists(st.sampled_from(records.ASKED[kind]), max_size=4)):
        sent["properties"][name] = data.draw(ANYTHING)

    try:
        said = records.record(kind, sent, AROUND).version
    except Invalid as wrong:
        said = str(wrong)
    assert said == sent["updatedAt"] or "has no usable" in said


@given(st.text(max_size=30))
def test_a_number_can_never_leave_its_place_in_an_address(text):
    try:
        kind, said = records.spelled(text)
    except Invalid as wrong:
        kind, said = "contact", str(wrong)
    assert kind in records.KINDS
    assert (said.isascii() and said.isdecimal()) or "Type it like 701" in said


@pytest.mark.parametrize(
    ("url", "pages"),
    [
        ("https://api.hubapi.com", "https://app.hubspot.com"), ("https://api-eu1.hubapi.com/", "https://app-eu1.hubspot.com"),
        ("http://127.0.0.1:4010/", "http://127.0.0.1:4010"), ("https://api.hubapi.com.evil.example", "https://api.hubapi.com.evil.example"),
    ],
)  # fmt: skip
def test_where_people_look_at_records(url, pages):
    assert records.site(url) == pages


def test_an_owner_who_left_is_known_by_the_number():
    assert AROUND.owner("9") == Ref("9", "owner 9")
    with pytest.raises(Invalid, match="the id of one owner"):
        records.Around.of("s", "1", [{}])


def test_its_about_tells_what_the_code_does():
    objects = abouts()["hubspot"].objects

    for kind in records.KINDS:
        assert set(objects[kind].reads) == set(records.ASKED[kind])
