"""Issues: what Jira accepts and refuses, what moves, what is remembered."""

import re
from typing import Any

import pytest

from bot.sandbox import Sandbox

ROOT = "/rest/api/3/issue"
ISSUE = f"{ROOT}/SUP-21"
DARA = "712020:4b1e7c00-5a11-4d0c-9f00-000000000004"
CY = "712020:4b1e7c00-5a11-4d0c-9f00-000000000003"


def adf(text: str) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}


async def test_an_issue_is_found_by_key_and_id_and_shows_only_what_was_asked(jira: Any) -> None:
    by_key = (await jira("GET", f"{ISSUE}?fields=summary,updated")).body
    by_id = (await jira("GET", f"{ROOT}/{by_key['id']}?fields=summary,updated")).body
    assert by_key == by_id
    assert set(by_key["fields"]) == {"summary", "updated"}
    assert set((await jira("GET", f"{ISSUE}?fields=*all,-comment")).body["fields"]) >= {"status", "priority", "description"}
    assert "comment" not in (await jira("GET", f"{ISSUE}?fields=-comment")).body["fields"]


@pytest.mark.parametrize("key", ["SUP-999", "NOPE-1", "SEC-1"])
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("PUT", ""), ("GET", "/comment"), ("GET", "/transitions")])
async def test_what_is_not_there_and_what_one_may_not_see_are_the_same_404(jira: Any, key: str, method: str, tail: str) -> None:
    answer = await jira(method, f"{ROOT}/{key}{tail}", {"fields": {}} if method == "PUT" else None)
    assert answer.status == 404
    assert answer.body == {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}


async def test_an_edit_answers_204_moves_updated_and_keeps_the_changelog(sandbox: Sandbox, jira: Any, watch: Any) -> None:
    watch.advance(milliseconds=1234)
    answer = await jira("PUT", ISSUE, {"fields": {"priority": {"id": "2"}, "assignee": {"accountId": DARA}}})
    assert (answer.status, answer.body) == (204, None)
    issue = (await jira("GET", f"{ISSUE}?expand=changelog")).body
    assert issue["fields"]["updated"] == "2026-11-20T09:00:01.234+0000"
    (entry,) = issue["changelog"]["histories"]
    assert entry["author"]["emailAddress"] == sandbox.jira.email
    told = {item["field"]: (item["fromString"], item["toString"]) for item in entry["items"]}
    assert told == {"priority": ("Medium", "High"), "assignee": (None, "Dara Okafor")}


async def test_two_writes_in_the_same_millisecond_have_two_times(jira: Any) -> None:
    seen = []
    for label in ("one", "two"):
        await jira("PUT", ISSUE, {"update": {"labels": [{"add": label}]}})
        seen.append((await jira("GET", f"{ISSUE}?fields=updated,labels")).body["fields"])
    assert seen[0]["updated"] < seen[1]["updated"]
    assert seen[1]["labels"] == ["one", "two"]


async def test_return_issue_answers_200_with_the_issue(jira: Any) -> None:
    answer = await jira("PUT", f"{ISSUE}?returnIssue=true", {"fields": {"components": [{"name": "Payments"}]}})
    assert answer.status == 200
    assert [one["name"] for one in answer.body["fields"]["components"]] == ["Payments"]


async def test_labels_and_components_are_added_and_removed_one_by_one(jira: Any) -> None:
    update = {"labels": [{"set": ["a", "b"]}, {"remove": "a"}, {"add": "c"}], "components": [{"add": {"name": "Reports"}}]}
    await jira("PUT", ISSUE, {"update": update})
    fields = (await jira("GET", ISSUE)).body["fields"]
    assert (fields["labels"], [one["name"] for one in fields["components"]]) == (["b", "c"], ["Reports"])


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"colour": "red"}, "colour", "cannot be set. It is not on the appropriate screen, or unknown."),
        ({"status": {"name": "Done"}}, "status", "cannot be set"),
        ({"priority": {"id": "77"}}, "priority", "priority selected is invalid"),
        ({"priority": {"name": "Urgent"}}, "priority", "priority selected is invalid"),
        ({"priority": "High"}, "priority", "id or name"),
        ({"components": [{"id": "1"}]}, "components", "not valid"),
        ({"components": {"name": "Payments"}}, "components", "list"),
        ({"assignee": {"accountId": "nobody"}}, "assignee", "does not exist"),
        ({"assignee": {"accountId": CY}}, "assignee", "cannot be assigned"),
        ({"assignee": {"name": "dara"}}, "assignee", "accountId"),
        ({"reporter": None}, "reporter", "required"),
        ({"issuetype": {"name": "Story"}}, "issuetype", "valid issue type"),
        ({"labels": ["two words"]}, "labels", "contains spaces"),
        ({"labels": "payments"}, "labels", "list"),
        ({"duedate": "tomorrow"}, "duedate", "yyyy-MM-dd"),
        ({"summary": "x" * 256}, "summary", "less than 255"),
        ({"summary": "two\nlines"}, "summary", "newline"),
        ({"summary": " "}, "summary", "must specify a summary"),
        ({"description": "plain text"}, "description", "Atlassian Document"),
        (
            {"description": {"type": "doc", "version": 1, "content": [{"type": "text", "text": "x"}]}},
            "description",
            "Atlassian Document",
        ),
        ({"description": adf("")}, "description", "Atlassian Document"),
    ],
)
async def test_a_value_that_jira_would_not_take_changes_nothing(
    sandbox: Sandbox,
    jira: Any,
    fields: dict[str, Any],
    field: str,
    sentence: str,
) -> None:
    before = sandbox.jira.record("SUP-21")
    answer = await jira("PUT", ISSUE, {"fields": {"labels": ["fine"]} | fields})
    assert (answer.status, list(answer.body["errors"])) == (400, [field])
    assert sentence in answer.body["errors"][field]
    assert sandbox.jira.record("SUP-21") == before


async def test_the_longest_summary_is_255(jira: Any) -> None:
    assert (await jira("PUT", ISSUE, {"fields": {"summary": "x" * 255}})).status == 204


@pytest.mark.parametrize(
    "body",
    [
        {"fields": {"labels": []}, "update": {"labels": [{"add": "x"}]}},
        {"update": {"summary": [{"add": "x"}]}},
        {"update": {"labels": {"add": "x"}}},
        {"update": {"labels": ["x"]}},
        {"fields": ["x"]},
        {"properties": [{"value": 1}]},
        ["x"],
    ],
)
async def test_a_misshapen_edit_is_400(jira: Any, body: Any) -> None:
    answer = await jira("PUT", ISSUE, body)
    assert (answer.status, sorted(answer.body)) == (400, ["errorMessages", "errors"])


async def test_nobody_and_no_description_can_be_set(jira: Any) -> None:
    await jira("PUT", f"{ROOT}/SUP-20", {"fields": {"assignee": None, "description": None, "duedate": "2026-12-01"}})
    fields = (await jira("GET", f"{ROOT}/SUP-20")).body["fields"]
    assert (fields["assignee"], fields["description"], fields["duedate"]) == (None, None, "2026-12-01")


async def test_an_edit_can_carry_a_comment_and_a_property_in_the_same_write(sandbox: Sandbox, jira: Any) -> None:
    body = {
        "update": {"comment": [{"add": {"body": adf("As agreed")}}]},
        "properties": [{"key": "bot.draft", "value": {"id": "d2"}}],
    }
    assert (await jira("PUT", ISSUE, body)).status == 204
    record = sandbox.jira.record("SUP-21")
    assert (len(record["comments"]), record["properties"]) == (1, {"bot.draft": {"id": "d2"}})
    assert len(sandbox.jira.writes("SUP-21")) == 1


async def test_a_comment_can_be_rewritten(jira: Any) -> None:
    number = (await jira("POST", f"{ISSUE}/comment", {"body": adf("Frist")})).body["id"]
    answer = await jira("PUT", f"{ISSUE}/comment/{number}", {"body": adf("First")})
    assert (answer.status, answer.body["body"]) == (200, adf("First"))
    assert answer.body["updated"] > answer.body["created"]


async def test_a_new_issue_gets_the_next_key_and_its_properties(jira: Any) -> None:
    body = {
        "fields": {"project": {"key": "SUP"}, "summary": "Fresh", "issuetype": {"id": "10004"}, "description": adf("Hello")},
        "properties": [{"key": "bot.draft", "value": {"id": "d1"}}],
    }
    answer = await jira("POST", ROOT, body)
    assert (answer.status, answer.body["key"]) == (201, "SUP-26")
    shown = (await jira("GET", f"{ROOT}/SUP-26?properties=bot.draft")).body
    assert shown["properties"] == {"bot.draft": {"id": "d1"}}
    assert (shown["fields"]["priority"]["name"], shown["fields"]["status"]["name"]) == ("Medium", "To Do")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"summary": "x", "issuetype": {"name": "Bug"}}, "project"),
        ({"project": {"key": "SEC"}, "summary": "x", "issuetype": {"name": "Bug"}}, "project"),
        ({"project": {"key": "SUP"}, "issuetype": {"name": "Bug"}}, "summary"),
        ({"project": {"key": "SUP"}, "summary": "x"}, "issuetype"),
    ],
)
async def test_a_new_issue_needs_project_summary_and_type(jira: Any, fields: dict[str, Any], field: str) -> None:
    answer = await jira("POST", ROOT, {"fields": fields})
    assert (answer.status, list(answer.body["errors"])) == (400, [field])


async def test_bulk_creates_all_or_nothing(sandbox: Sandbox, jira: Any) -> None:
    before = len(sandbox.jira.vendor.records)
    good = {"fields": {"project": {"key": "APP"}, "summary": "One of two", "issuetype": {"name": "Story"}}}
    answer = await jira("POST", f"{ROOT}/bulk", {"issueUpdates": [good, good]})
    assert [one["key"] for one in answer.body["issues"]] == ["APP-36", "APP-37"]
    assert len({one["id"] for one in answer.body["issues"]}) == 2
    bad = await jira("POST", f"{ROOT}/bulk", {"issueUpdates": [good, {"fields": {}}]})
    assert bad.status == 400
    assert (await jira("POST", f"{ROOT}/bulk", {"issueUpdates": [good] * 51})).status == 400
    assert len(sandbox.jira.vendor.records) == before + 2


async def test_a_comment_is_a_document_and_carries_properties(jira: Any) -> None:
    marker = {"key": "bot.draft", "value": {"id": "d7"}}
    answer = await jira("POST", f"{ISSUE}/comment", {"body": adf("Written once"), "properties": [marker]})
    assert answer.status == 201
    number = answer.body["id"]
    listed = (await jira("GET", f"{ISSUE}/comment?expand=properties")).body
    assert (listed["total"], listed["comments"][0]["properties"]) == (1, [marker])
    assert "properties" not in (await jira("GET", f"{ISSUE}/comment/{number}")).body
    assert (await jira("GET", f"{ISSUE}/comment/1")).status == 404


@pytest.mark.parametrize("body", [{"body": "plain"}, {}, {"body": {"type": "doc", "version": 2, "content": []}}, None])
async def test_a_comment_that_is_no_document_is_refused(sandbox: Sandbox, jira: Any, body: Any) -> None:
    assert (await jira("POST", f"{ISSUE}/comment", body)).status == 400
    assert sandbox.jira.record("SUP-21")["comments"] == []


async def test_comments_are_paged_and_turned_around(jira: Any) -> None:
    for text in ("first", "second", "third"):
        await jira("POST", f"{ISSUE}/comment", {"body": adf(text)})
    page = (await jira("GET", f"{ISSUE}/comment?orderBy=-created&startAt=1&maxResults=1")).body
    assert (page["total"], page["comments"][0]["body"]) == (3, adf("second"))
    assert (await jira("GET", f"{ISSUE}/comment?startAt=x")).status == 400


async def test_transitions_depend_on_the_status(jira: Any) -> None:
    async def steps() -> dict[str, str]:
        return {one["id"]: one["to"]["name"] for one in (await jira("GET", f"{ISSUE}/transitions")).body["transitions"]}

    assert await steps() == {"21": "In Progress", "51": "Done"}
    assert (await jira("POST", f"{ISSUE}/transitions", {"transition": {"id": "21"}})).status == 204
    assert await steps() == {"11": "To Do", "31": "Done", "41": "Waiting for customer"}
    assert (await jira("POST", f"{ISSUE}/transitions", {"transition": {"id": "21"}})).status == 400
    assert (await jira("POST", f"{ISSUE}/transitions", {})).status == 400


async def test_what_ends_gets_a_resolution_and_what_begins_again_loses_it(jira: Any) -> None:
    body = {
        "transition": {"id": "51"},
        "fields": {"resolution": {"name": "Duplicate"}},
        "update": {"comment": [{"add": {"body": adf("See SUP-1")}}]},
    }
    assert (await jira("POST", f"{ISSUE}/transitions", body)).status == 204
    fields = (await jira("GET", ISSUE)).body["fields"]
    assert (fields["resolution"]["name"], fields["comment"]["total"]) == ("Duplicate", 1)
    assert re.fullmatch(r"2026-11-20T09:00:00\.\d{3}\+0000", fields["resolutiondate"])
    await jira("POST", f"{ISSUE}/transitions", {"transition": {"id": "61"}})
    fields = (await jira("GET", ISSUE)).body["fields"]
    assert (fields["resolution"], fields["resolutiondate"], fields["status"]["name"]) == (None, None, "To Do")


async def test_an_unknown_resolution_is_refused(jira: Any) -> None:
    body = {"transition": {"id": "51"}, "fields": {"resolution": {"name": "Eaten"}}}
    assert list((await jira("POST", f"{ISSUE}/transitions", body)).body["errors"]) == ["resolution"]


async def test_properties_are_kept_and_do_not_move_updated(sandbox: Sandbox, jira: Any) -> None:
    before = sandbox.jira.record("SUP-21")["updated"]
    path = f"{ISSUE}/properties/bot.draft"
    assert (await jira("GET", path)).status == 404
    assert [(await jira("PUT", path, {"id": number})).status for number in (1, 2)] == [201, 200]
    assert (await jira("GET", path)).body == {"key": "bot.draft", "value": {"id": 2}}
    assert [one["key"] for one in (await jira("GET", f"{ISSUE}/properties")).body["keys"]] == ["bot.draft"]
    assert sandbox.jira.record("SUP-21")["updated"] == before
    assert (await jira("PUT", path)).status == 400


async def test_the_changelog_is_paged_oldest_first(jira: Any) -> None:
    page = (await jira("GET", f"{ROOT}/SUP-1/changelog?maxResults=2")).body
    assert (page["total"], page["isLast"], len(page["values"])) == (3, False, 2)
    assert page["values"][0]["created"] < page["values"][1]["created"]
