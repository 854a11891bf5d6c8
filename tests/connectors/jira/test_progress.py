"""The issues of a project as time sees them, also where Jira tells little of one: what it need not send is not asked of it."""

import pytest

from bot.connectors.jira.progress import issue
from handlers.errors import Invalid
from handlers.models import Ref

MADE, TOUCHED = "2026-11-01T09:00:00.000+0100", "2026-11-20T09:00:00.000+0100"
FIELDS = {"summary": "x", "created": MADE, "updated": TOUCHED, "issuetype": {"id": "1", "name": "Bug"}}


def fields(**more):
    return issue({"key": "APP-1", "fields": FIELDS | more}, site="https://a.example").fields


def done(**more):
    return fields(status={"id": "1", "name": "Done", "statusCategory": {"key": "done"}}, **more)


def test_who_has_no_name_goes_by_the_account():
    assert fields(assignee={"accountId": "7"}, priority={"id": "3"})["assignee"] == Ref("7", "7")


def link(**other):
    return {"type": {"name": "Blocks"}, "inwardIssue": {"id": "2", "key": "APP-2", **other}}


def test_an_issue_of_which_jira_does_not_say_when_it_moved_moved_when_it_was_made():
    assert fields()["moved"] == fields(statuscategorychangedate=None)["moved"] == "2026-11-01T09:00:00+01:00"
    assert done()["finished"] == "2026-11-01T09:00:00+01:00"
    assert done(resolutiondate=TOUCHED)["finished"] == "2026-11-20T09:00:00+01:00"


@pytest.mark.parametrize("status", [None, {"id": "1", "name": "Odd"}, {"id": "1", "name": "Odd", "statusCategory": None}])
def test_a_status_without_a_category_is_in_none(status):
    assert (fields(status=status)["category"], fields(status=status)["finished"]) == ("", "")


def test_a_blocker_of_which_jira_tells_the_key_alone_is_not_known_to_be_done():
    assert fields(issuelinks=[link(), link(fields={"status": None})])["waits_for"] == (Ref("APP-2", "APP-2"),) * 2
    assert fields(issuelinks=[link(fields={"status": {"statusCategory": {"key": "done"}}})])["waits_for"] == ()


@pytest.mark.parametrize("parent", [None, {"key": "APP-9"}, {"key": "APP-9", "fields": {"issuetype": None}}])
def test_a_parent_of_which_jira_does_not_say_that_it_is_an_epic_is_none(parent):
    assert fields(parent=parent)["epic"] is None


def test_an_epic_without_a_summary_goes_by_its_key():
    assert fields(parent={"key": "APP-9", "fields": {"issuetype": {"hierarchyLevel": 1}}})["epic"] == Ref("APP-9", "APP-9")


@pytest.mark.parametrize("name", ["created", "updated"])
def test_what_no_issue_can_be_without_is_named(name):
    with pytest.raises(Invalid, match=name):
        issue({"key": "APP-1", "fields": {key: value for key, value in FIELDS.items() if key != name}}, site="https://a.example")
