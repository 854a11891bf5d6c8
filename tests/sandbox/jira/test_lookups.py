"""Priorities, projects, types, fields and people: what a connector asks before it writes."""

from typing import Any

import pytest


async def test_the_account_is_the_bots_own(jira: Any) -> None:
    body = (await jira("GET", "/rest/api/3/myself")).body
    assert (body["emailAddress"], body["accountType"]) == ("bot@harbourlight.example", "app")
    assert (await jira("GET", "/rest/api/3/serverInfo")).body["deploymentType"] == "Cloud"


async def test_priorities_come_the_most_urgent_first_with_one_default(jira: Any) -> None:
    body = (await jira("GET", "/rest/api/3/priority")).body
    assert [one["name"] for one in body] == ["Highest", "High", "Medium", "Low", "Lowest"]
    assert [one["name"] for one in body if one["isDefault"]] == ["Medium"]
    assert (await jira("GET", "/rest/api/3/priority/search?startAt=3")).body["isLast"] is True


async def test_a_project_shows_its_types_and_components(jira: Any) -> None:
    body = (await jira("GET", "/rest/api/3/project/SUP")).body
    assert {one["name"] for one in body["issueTypes"]} == {"Task", "Incident", "Bug", "Question"}
    assert "Payments" in {one["name"] for one in body["components"]}
    assert body["lead"]["displayName"] == "Bo Lindqvist"
    components = (await jira("GET", "/rest/api/3/project/SUP/components")).body
    assert [one["name"] for one in components] == [one["name"] for one in body["components"]]
    assert [one["key"] for one in (await jira("GET", "/rest/api/3/project/search")).body["values"]] == ["SUP", "APP", "KIT"]


@pytest.mark.parametrize(
    "path", ["/project/SEC", "/project/NOPE", "/user?accountId=nobody", "/issue/createmeta/SUP/issuetypes/1"]
)
async def test_what_is_not_there_is_404(jira: Any, path: str) -> None:
    assert (await jira("GET", f"/rest/api/3{path}")).status == 404


async def test_people_are_found_by_the_beginning_of_a_name_or_address(jira: Any) -> None:
    for query in ("dara", "oka", "dara@harbour"):
        (found,) = (await jira("GET", f"/rest/api/3/user/search?query={query}")).body
        assert found["displayName"] == "Dara Okafor"
    one = (await jira("GET", f"/rest/api/3/user?accountId={found['accountId']}")).body
    assert one == found
    assert (await jira("GET", "/rest/api/3/user/search")).status == 400


async def test_contractors_and_apps_are_not_assignable(jira: Any) -> None:
    names = {one["displayName"] for one in (await jira("GET", "/rest/api/3/user/assignable/search?issueKey=SUP-21")).body}
    assert "Fern Abara" in names
    assert not {"Cy Marsh", "Countersign"} & names
    assert (await jira("GET", "/rest/api/3/user/assignable/search")).status == 400
    assert (await jira("GET", "/rest/api/3/user/assignable/search?project=NOPE")).status == 404


async def test_create_metadata_names_what_is_required_and_allowed(jira: Any) -> None:
    types = (await jira("GET", "/rest/api/3/issue/createmeta/APP/issuetypes")).body["issueTypes"]
    story = next(one["id"] for one in types if one["name"] == "Story")
    fields = (await jira("GET", f"/rest/api/3/issue/createmeta/APP/issuetypes/{story}")).body["fields"]
    assert {one["key"] for one in fields if one["required"]} == {"project", "summary", "issuetype"}
    allowed = next(one for one in fields if one["key"] == "priority")["allowedValues"]
    assert len(allowed) == 5
    assert {one["id"] for one in (await jira("GET", "/rest/api/3/field")).body} >= {"summary", "labels", "updated"}
    assert len((await jira("GET", "/rest/api/3/issuetype")).body) == 7
    assert len((await jira("GET", "/rest/api/3/status")).body) == 4
