"""Jira: what the vendor sends becomes a record, what a person approved becomes one edit, and what is missing is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.jira import records, site
from bot.connectors.jira.adf import document
from bot.net.http import Rejected
from bot.sandbox.faults import Fault
from handlers.errors import Invalid, NotFound, Unavailable
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

SITE = "https://jira.example"


def payload(**fields):
    given_fields = {
        "summary": "Payments fail", "description": document("Nobody can pay."), "updated": "2026-11-20T09:00:00.000+0000",
        "issuetype": {"id": "1", "name": "Bug"}, "priority": {"id": "3", "name": "Medium"}, "labels": ["a"],
        "components": [{"id": "10", "name": "Billing"}], "status": {"id": "1", "name": "To Do"},
        "assignee": {"accountId": "5b-X", "displayName": "Ada", "emailAddress": "Ada@Example.com"},
        "reporter": {"accountId": "5b-Y", "displayName": "Bo", "accountType": "atlassian"},
    }  # fmt: skip
    return {"key": "SUP-1", "fields": given_fields | fields}


def draft_of(*changes, record=None):
    record = record or records.issue(payload(), site=SITE)
    return Draft.of("triage", record, changes, call=Call("c", "triage", "SUP-1", Person("p:a", "A"), Place("p", "c")))


def test_an_issue_in_our_words():
    issue = records.issue(payload(), site=SITE)

    assert issue.fields["component"] == (Ref("10", "Billing"),)
    assert (issue.id, issue.text, issue.url) == ("SUP-1", "Nobody can pay.", "https://jira.example/browse/SUP-1")
    assert issue.owner == {"jira:5b-x", "ada@example.com"}
    assert issue.author == {"jira:5b-y"}
    assert issue.outside_text is False


@pytest.mark.parametrize(
    "reporter", [None, {"accountId": "q", "accountType": "customer"}, {"accountId": "q", "accountType": "app"}]
)
def test_what_a_customer_reported_is_marked(reporter):
    assert records.issue(payload(reporter=reporter), site=SITE).outside_text is True


def test_an_issue_in_which_nothing_is_set():
    empty = dict.fromkeys(("description", "priority", "labels", "components", "assignee", "reporter", "status"))

    issue = records.issue(payload(**empty), site=SITE)

    assert issue.fields["labels"] == issue.fields["component"] == ()
    assert issue.fields["priority"] is issue.fields["assignee"] is None
    assert (issue.text, issue.owner) == ("", frozenset())


@pytest.mark.parametrize("name", ["summary", "updated", "issuetype"])
def test_a_missing_field_is_named(name):
    broken = payload()
    del broken["fields"][name]

    with pytest.raises(Invalid, match=name):
        records.issue(broken, site=SITE)


@pytest.mark.parametrize(
    "broken", [{}, {"fields": {}}, {"fields": None, "key": "SUP-1"}, [], {"key": "S-1", "fields": {"assignee": 7}}]
)
def test_what_is_no_issue_is_refused(broken):
    with pytest.raises(Invalid, match="cannot read this issue"):
        records.issue(broken, site=SITE)


@pytest.mark.parametrize("text", ["sup-21", " SUP-21 ", "A1_B-3"])
def test_keys_as_people_type_them(text):
    assert records.key(text) == text.strip().upper()


@given(st.text(max_size=30))
def test_a_key_can_never_leave_its_place_in_an_address(text):
    try:
        found = records.key(text)
    except Invalid as wrong:
        sentence = str(wrong)
    else:
        sentence = "/triage SUP-21"
        assert not set(found) & set('/?#%"\\ \n.')
    assert "/triage SUP-21" in sentence


FIELDS = [
    (Change("type", None, Ref("2", "Task")), {"issuetype": {"id": "2"}}),
    (Change("priority", None, Ref("2", "High")), {"priority": {"id": "2"}}),
    (Change("labels", (), ("x", "y")), {"labels": ["x", "y"]}),
    (Change("labels", ("x",), ()), {"labels": []}),
    (Change("component", (), (Ref("10", "Billing"),)), {"components": [{"id": "10"}]}),
    (Change("assignee", None, Ref("5b-X", "Ada")), {"assignee": {"accountId": "5b-X"}}),
    (Change("assignee", Ref("5b-X", "Ada"), None), {"assignee": None}),
    (Change("summary", "a", "b"), {"summary": "b"}),
    (Change("description", "", "b"), {"description": document("b")}),
]


@pytest.mark.parametrize(("change", "theirs"), FIELDS)
def test_a_change_in_their_words(change, theirs):
    draft = draft_of(change)

    body = records.edit(draft)

    assert body["fields"] == theirs
    assert body["properties"] == [{"key": records.MARK, "value": {"id": draft.id, "version": 1}}]


@pytest.mark.parametrize(
    "change", [Change("status", None, Ref("3", "Done")), Change("priority", None, "High"), Change("labels", (), None)]
)
def test_what_is_not_ours_to_write_is_refused(change):
    with pytest.raises(Invalid, match=f"does not write the field {change.field}"):
        records.edit(draft_of(change))


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(json_data | st.fixed_dictionaries({}, optional={"errorMessages": json_data, "errors": json_data}))
def test_every_complaint_can_be_told(data):
    assert 0 < len(site.complaint(data)) <= 500


def test_a_complaint_names_the_field():
    assert site.complaint({"errorMessages": ["No."], "errors": {"labels": "too long"}}) == "No.; labels: too long"


async def test_what_was_written_reads_back_the_same(connectors):
    """Records -> changes -> the vendor -> records, for every field that the bot writes."""
    jira = connectors["jira"]
    before = await jira.read("sup-25")
    template = await jira.read("SUP-1")
    changes = [
        Change(name, before.fields[name], template.fields[name])
        for name in ("type", "priority", "labels", "component", "assignee")
    ] + [Change("summary", before.title, "New title"), Change("description", before.text, "One.\n\nTwo.")]

    await jira.write(draft_of(*changes, record=before))

    after = await jira.read("SUP-25")
    for change in changes[:-1]:
        assert after.fields[change.field] == change.after
    assert after.text == "One.\nTwo."
    assert after.version != before.version


async def test_past_issues_are_of_the_project_dealt_with_and_not_the_issue_itself(connectors):
    jira = connectors["jira"]
    issue = await jira.read("SUP-25")

    found = await jira.past(issue, limit=200)
    few = await jira.past(issue, limit=3)

    assert len(found) > 10
    assert {record.id.partition("-")[0] for record in found} == {"SUP"}
    assert "SUP-25" not in [record.id for record in found]
    assert few == found[:3]


async def test_past_issues_come_over_many_pages(connectors, sandbox):
    issues = sandbox.jira.vendor.records
    for n in range(1000, 1150):
        issues[f"SUP-{n}"] = {**issues["SUP-1"], "key": f"SUP-{n}", "id": str(90_000 + n)}
    issue = await connectors["jira"].read("SUP-25")

    found = await connectors["jira"].past(issue, limit=300)

    assert len({record.id for record in found}) == len(found) > 150


async def test_what_is_not_there_is_not_found(connectors):
    with pytest.raises(NotFound, match="Jira has no issue SUP-9999"):
        await connectors["jira"].read("SUP-9999")


async def test_wrong_credentials_are_the_operators_business(connectors, sandbox):
    sandbox.jira.faults.add(Fault("status", status=401, count=None))

    with pytest.raises(Rejected, match="credentials"):
        await connectors["jira"].read("SUP-25")


@pytest.mark.parametrize("body", [{}, [], None, {"issues": None}, {"issues": {}}, {"issues": ["x"]}])
async def test_a_search_that_makes_no_sense_is_refused(connectors, sandbox, body):
    like = Record("jira", "issue", "SUP-1", "v", "t", "x", {})
    sandbox.jira.faults.add(Fault("status", path="/search/jql", status=200, body=body, count=None))

    with pytest.raises(Invalid, match="no issues"):
        await connectors["jira"].past(like, limit=5)


@pytest.mark.parametrize("body", [[], "x", 7])
async def test_an_answer_that_is_no_issue_is_refused(connectors, sandbox, body):
    sandbox.jira.faults.add(Fault("status", method="GET", status=200, body=body, count=None))

    with pytest.raises(Invalid, match="no issue"):
        await connectors["jira"].read("SUP-25")


async def test_a_concurrent_edit_is_no_end(connectors, sandbox):
    record = await connectors["jira"].read("SUP-25")
    sandbox.jira.faults.add(Fault("status", method="PUT", status=409))

    with pytest.raises(Unavailable, match="right now"):
        await connectors["jira"].write(draft_of(Change("labels", (), ("x",)), record=record))


async def test_only_our_own_mark_counts(connectors):
    record = await connectors["jira"].read("SUP-25")
    ours, other = (draft_of(Change("labels", (), (word,)), record=record) for word in ("x", "y"))

    await connectors["jira"].write(ours)

    assert await connectors["jira"].landed(ours)
    assert not await connectors["jira"].landed(other)
