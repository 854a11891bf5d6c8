"""Zendesk: what the vendor sends becomes a record, an approved draft one guarded update, and our own words prove that it landed."""

from dataclasses import replace
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.zendesk import records, site
from bot.connectors.zendesk.records import Names
from handlers.errors import Invalid
from handlers.models import PRIVATE_NOTE, PUBLIC_REPLY, Call, Change, Draft, Person, Place, Ref

SITE = "https://zendesk.example"
ADA = {"id": 7, "name": "Ada Novak", "email": "Ada@Example.com", "role": "agent"}
EVE = {"id": 9, "name": "Eve", "email": None, "role": "end-user"}
NAMES = Names([ADA, EVE], [{"id": 5, "name": "Billing"}])
PAYLOAD = {
    "id": 17, "subject": "Refund?", "description": "Where is it?", "updated_at": "2026-11-20T09:00:00Z", "status": "open",
    "priority": None, "type": "question", "tags": ["a"], "group_id": 5, "assignee_id": 7, "requester_id": 9,
}  # fmt: skip


def ticket(comments=(), **fields):
    return records.ticket(PAYLOAD | fields, names=NAMES, site=SITE, comments=comments)


def draft_of(*changes, record=None):
    return Draft.of("reply", record or ticket(), changes, call=Call("c", "reply", "17", Person("p:a", "A"), Place("p", "c")))


def test_a_ticket_in_our_words():
    found = ticket()

    assert (found.id, found.title, found.url) == ("17", "Refund?", "https://zendesk.example/agent/tickets/17")
    assert found.fields["group"] == Ref("5", "Billing")
    assert found.fields["assignee"] == Ref("7", "Ada Novak")
    assert found.owner == {"zendesk:7", "ada@example.com"}
    assert found.author == {"zendesk:9"}
    assert found.outside_text is True


def test_what_a_colleague_wrote_is_no_outside_text():
    assert ticket(requester_id=7).outside_text is False
    assert ticket(requester_id=404).outside_text is True


def test_who_is_unknown_keeps_a_number_and_no_invented_name():
    found = ticket(assignee_id=404, group_id=404, requester_id=404)

    assert (found.fields["assignee"].label, found.fields["group"].label) == ("user 404", "group 404")
    assert found.fields["requester"] is None


def test_a_ticket_in_which_nothing_is_set():
    found = ticket(**dict.fromkeys(("subject", "description", "tags", "group_id", "assignee_id", "requester_id")))

    assert (found.title, found.text, found.owner, found.author) == ("Ticket 17", "", frozenset(), frozenset())
    assert found.fields["tags"] == ()


def test_later_words_of_the_customer_belong_to_the_text():
    thread = [
        {"author_id": 9, "body": "Where is it?"},
        {"author_id": 7, "body": "Soon."},
        {"author_id": 9, "body": "<b>No</b>", "plain_body": "No"},
        {"author_id": 9, "body": "Still waiting."},
    ]

    assert ticket(thread).text == "Where is it?\n\nNo\n\nStill waiting."


@pytest.mark.parametrize("name", ["id", "updated_at"])
def test_a_missing_field_is_named(name):
    with pytest.raises(Invalid, match=name):
        records.ticket({k: v for k, v in PAYLOAD.items() if k != name}, names=NAMES, site=SITE)


@pytest.mark.parametrize(("payload", "comments"), [([], ()), ({}, ()), (PAYLOAD, [{}, {"author_id": 9}]), (PAYLOAD, [{}, "x"])])
def test_what_is_no_ticket_is_refused(payload, comments):
    with pytest.raises(Invalid, match="cannot read this ticket"):
        records.ticket(payload, names=NAMES, site=SITE, comments=comments)


@given(st.text(max_size=30))
def test_a_number_can_never_leave_its_place_in_an_address(text):
    try:
        found = records.number(text)
    except Invalid as wrong:
        sentence = str(wrong)
    else:
        sentence = "/reply 153"
        assert found.isascii()
        assert found.isdecimal()
    assert "/reply 153" in sentence


def test_numbers_as_people_type_them():
    assert records.number(" #153 ") == records.number("153") == "153"


def test_an_update_is_guarded_and_in_their_words():
    changes = (
        Change("priority", None, "high"), Change("tags", (), ("a", "b")), Change("group", None, Ref("5", "Billing")),
        Change("assignee", Ref("7", "Ada"), None), Change("note", None, "For us."),
    )  # fmt: skip

    assert records.update(draft_of(*changes)) == {
        "ticket": {
            "safe_update": True, "updated_stamp": "2026-11-20T09:00:00Z", "priority": "high", "tags": ["a", "b"], "group_id": 5,
            "assignee_id": None, "comment": {"body": "For us.", "public": False}, "metadata": {"custom": ANY},
        }
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "chosen", "is_public"),
    [
        (Change("reply", None, "Hi"), None, False),
        (Change("reply", None, "Hi"), PRIVATE_NOTE, False),
        (Change("reply", None, "Hi"), PUBLIC_REPLY, True),
        (Change("note", None, "Hi"), None, False),
        (Change("note", None, "Hi"), PUBLIC_REPLY, False),
    ],
)
def test_only_a_reply_is_public_and_only_where_that_was_chosen(words, chosen, is_public):
    choice = (Change("visibility", None, chosen),) if chosen else ()

    assert records.update(draft_of(words, *choice))["ticket"]["comment"] == {"body": "Hi", "public": is_public}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([Change("requester", None, "eve")], "does not write the field requester"),
        ([Change("reply", None, "a"), Change("note", None, "b")], "one comment"),
        ([Change("reply", None, "a"), Change("visibility", None, "public")], "is private note or public reply"),
        ([Change("visibility", None, PUBLIC_REPLY)], "does not write the field visibility"),
    ],
)
def test_what_cannot_be_one_update_is_refused(changes, words):
    with pytest.raises(Invalid, match=words):
        records.update(draft_of(*changes))


LATER = "2026-11-20T09:05:00Z"
REPLY, HIGH, TAGS = Change("reply", None, "Hi"), Change("priority", None, "high"), Change("tags", ("a",), ("b", "a"))
OURS, OLD = {"body": "Hi", "created_at": LATER}, {"body": "Hi", "created_at": "2026-11-20T08:59:59Z"}


@pytest.mark.parametrize(
    ("changes", "comments", "is_said"),
    [
        ([REPLY], [OURS], True),
        ([REPLY], [OLD], False),
        ([REPLY], [{"body": "Hi!", "created_at": LATER}, {}], False),
        ([REPLY, HIGH], [OURS], True),
        ([REPLY, HIGH], [], False),
        ([HIGH], [OURS], False),
    ],
)
def test_our_words_after_the_version_prove_a_write(changes, comments, is_said):
    assert records.is_said(comments, draft_of(*changes)) is is_said


@pytest.mark.parametrize(
    ("changes", "now", "is_as_asked"),
    [
        ([HIGH], {"priority": "high"}, True),
        ([HIGH], {"priority": "low"}, False),
        ([TAGS], {"tags": ["a", "b"]}, True),
        ([REPLY, HIGH], {"priority": "high"}, False),
    ],
)
def test_without_words_the_fields_may_prove_it(changes, now, is_as_asked):
    assert records.is_as_asked(ticket(updated_at=LATER, **now), draft_of(*changes)) is is_as_asked


def done(at=LATER, *, author=7, **values):
    """An audit of an update that set these fields, in the vendor's words."""
    return {
        "created_at": at,
        "author_id": author,
        "events": [{"type": "Change", "field_name": f, "value": v} for f, v in values.items()],
    }


@pytest.mark.parametrize(
    ("changes", "audits", "is_done"),
    [
        ([HIGH], [done(priority="high"), done(priority="low")], True),
        ([HIGH], [done("2026-11-20T08:00:00Z", priority="high")], False),
        ([HIGH, TAGS], [done(priority="high"), done(tags=["a", "b"])], False),
        ([HIGH, TAGS], [done(priority="high", tags=["b", "a"])], True),
        ([Change("group", None, Ref("5", "Billing"))], [done(group_id="5")], True),
        ([Change("assignee", Ref("7", "Ada"), None)], [done(assignee_id=None)], True),
        ([REPLY, HIGH], [done(priority="high")], False),
        ([HIGH], [{}, {"events": "x"}, {"created_at": LATER, "events": [7, {"type": "Comment"}]}], False),
    ],
)
def test_one_update_that_did_it_all_proves_it_whatever_came_after(changes, audits, is_done):
    assert records.doers(audits, draft_of(*changes)) == ({"7"} if is_done else set())


def test_who_did_it_is_told_and_updates_of_other_drafts_are_theirs():
    theirs = done(priority="high", author=9) | {"metadata": {"custom": {records.MARK: {"draft": "other", "version": 1}}}}
    audits = [theirs, done(priority="high", author=8), done(priority="high", author=None)]

    assert records.doers(audits, draft_of(HIGH)) == {"8", None}


def test_the_mark_of_another_version_is_not_ours():
    draft = draft_of(HIGH)
    mark = records.update(draft)["ticket"]["metadata"]

    assert records.is_marked([{"metadata": mark}], draft)
    assert not records.is_marked([{"metadata": mark}], replace(draft, version=2))
    assert not records.is_marked([{}, {"metadata": None}, {"metadata": {"custom": "x"}}, {"metadata": {"custom": {}}}], draft)


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
error = st.fixed_dictionaries({}, optional=dict.fromkeys(("details", "error", "description"), json_data))


@given(json_data | error)
def test_every_complaint_can_be_told(data):
    assert 0 < len(site.complaint(data)) <= 500


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"error": {"title": "Invalid attribute", "message": "tags must be a list"}}, "tags must be a list"),
        (
            {"error": "RecordInvalid", "description": "Bad", "details": {"priority": [{"description": "is bad"}]}},
            "priority: is bad",
        ),
        ({"error": "Nope"}, "Nope"),
        (None, "no reason given"),
    ],
)
def test_a_complaint_in_their_words(data, words):
    assert site.complaint(data) == words
