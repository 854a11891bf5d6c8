"""JQL over HTTP: what it finds, in which order, on which page, and what it says to nonsense."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.jira.jql import BadQuery, parse

ROOT = "/rest/api/3/search/jql"


async def keys(jira: Any, jql: str, **more: Any) -> list[str]:
    answer = await jira("POST", ROOT, {"jql": jql, "fields": ["key"], "maxResults": 100, **more})
    assert answer.status == 200, answer.body
    return [issue["key"] for issue in answer.body["issues"]]


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("key = SUP-5", ["SUP-5"]),
        ("key in (SUP-5, app-2) ORDER BY key", ["APP-2", "SUP-5"]),
        ("issuekey in (SUP-5, SUP-19) AND priority = Highest", ["SUP-5"]),
        ("project = SUP AND issuetype = Incident ORDER BY created", ["SUP-5", "SUP-16", "SUP-18", "SUP-19"]),
        ("project = SUP AND labels in (sso, outage) ORDER BY key DESC", ["SUP-19", "SUP-18", "SUP-16", "SUP-5"]),
        ("project = SUP AND component = Privacy ORDER BY key", ["SUP-9", "SUP-17"]),
        ('project = "Support escalations" AND statusCategory = "In Progress"', ["SUP-20"]),
        ("project = SUP AND assignee is EMPTY ORDER BY key", ["SUP-21", "SUP-22", "SUP-23", "SUP-24", "SUP-25"]),
        ("project = SUP AND assignee = EMPTY AND NOT text ~ kayak AND key > 1 OR key = SUP-1", None),
        ("project = APP AND resolution = Unresolved AND priority >= High ORDER BY key", ["APP-25", "APP-27"]),
        ('project = APP AND resolution = "Won\'t Do"', ["APP-31"]),
        ("project = SUP AND (assignee = 'dara@harbourlight.example' AND status != Done OR key = SUP-20)", ["SUP-20"]),
        ("project = SUP AND created >= 2026-11-16 AND created < 2026-11-17 ORDER BY key", ["SUP-22", "SUP-23"]),
        ("project = SUP AND created > -4d ORDER BY key", ["SUP-23", "SUP-24", "SUP-25"]),
        ("project = SUP AND updated >= startOfDay(-2d)", ["SUP-25"]),
        ('project = SUP AND created <= "2026-05-20 10:00"', ["SUP-1"]),
        ("project = SUP AND text ~ 'charge twice' ORDER BY key", ["SUP-1", "SUP-10", "SUP-21"]),
        ('project = SUP AND text ~ "\\"charged twice\\"" ORDER BY key', ["SUP-1", "SUP-21"]),
        ("project = SUP AND summary ~ crash* ORDER BY key", ["SUP-4"]),
        ("project = SUP AND comment ~ acquirer", ["SUP-18"]),
        ("project = SUP AND issuetype not in (Bug, Task, Question) AND priority != Highest", ["SUP-19"]),
        ("project = SUP AND resolved is not EMPTY AND resolved < 2026-05-22", ["SUP-1"]),
        ("reporter = currentUser()", []),
        ("project in (10010) AND status = 3", ["SUP-20"]),
    ],
)
async def test_what_a_query_finds(jira: Any, jql: str, expected: list[str] | None) -> None:
    if expected is None:
        assert (await jira("POST", ROOT, {"jql": jql})).status == 400
    else:
        assert await keys(jira, jql) == expected


async def test_priority_orders_by_urgency_and_the_default_is_newest_first(jira: Any) -> None:
    assert (await keys(jira, "project = SUP AND priority in (Low, Highest) ORDER BY priority DESC, created ASC"))[:1] == ["SUP-5"]
    assert (await keys(jira, "project = SUP"))[0] == "SUP-25"
    assert await keys(jira, "project = SUP ORDER BY updated DESC") != await keys(jira, "project = SUP ORDER BY summary")


@pytest.mark.parametrize(
    ("jql", "sentence"),
    [
        ("", "Unbounded"),
        ("ORDER BY created", "Unbounded"),
        ("colour = red", "Field 'colour' does not exist"),
        ("project = SUP ORDER BY colour", "Field 'colour' does not exist"),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'"),
        ("project = SEC", "The value 'SEC' does not exist"),
        ("priority = Urgent", "The value 'Urgent' does not exist"),
        ("assignee = zoe", "The value 'zoe' does not exist"),
        ("status ~ Done", "operator '~' is not supported"),
        ("summary = x", "operator '=' is not supported"),
        ("created ~ x", "operator '~' is not supported"),
        ("updated > yesterday", "Date value 'yesterday'"),
        ("updated > startOfDay(soon)", "Date value 'soon'"),
        ("text ~ ''", "empty string"),
        ("status = now()", "JQL function"),
        ("project = SUP AND", "before the end"),
        ("project = SUP status = Done", "Expecting either 'OR' or 'AND'"),
        ("project SUP", "Expecting operator"),
        ("project in SUP", "Expecting '('"),
        ("project in (SUP", "Expecting ')'"),
        ("(project = SUP", "Expecting ')'"),
        ("assignee is Bo", "EMPTY or NULL"),
        ("project = SUP ORDER created", "BY"),
        ('summary ~ "open', "not been completed"),
    ],
)
async def test_nonsense_is_400_in_jiras_shape(jira: Any, jql: str, sentence: str) -> None:
    answer = await jira("POST", ROOT, {"jql": jql})
    assert (answer.status, answer.body["errors"]) == (400, {})
    assert sentence in answer.body["errorMessages"][0]


async def test_pages_follow_each_other_without_a_total(jira: Any) -> None:
    seen: list[str] = []
    token: dict[str, str] = {}
    for _ in range(10):
        answer = (await jira("POST", ROOT, {"jql": "project = APP", "fields": ["key"], "maxResults": 10, **token})).body
        assert "total" not in answer
        seen += [issue["key"] for issue in answer["issues"]]
        if answer["isLast"]:
            break
        token = {"nextPageToken": answer["nextPageToken"]}
    assert len(seen) == len(set(seen)) == 35


@pytest.mark.parametrize("token", ["???", "MTA6YWJj", "bm9wZQ=="])
async def test_a_strange_page_token_is_refused(jira: Any, token: str) -> None:
    assert (await jira("POST", ROOT, {"jql": "project = APP", "nextPageToken": token})).status == 400


async def test_get_and_post_agree_and_show_only_what_was_asked(jira: Any) -> None:
    got = (await jira("GET", f"{ROOT}?jql=key%3DSUP-5&fields=summary,status")).body
    posted = (await jira("POST", ROOT, {"jql": "key=SUP-5", "fields": ["summary", "status"]})).body
    assert got == posted
    assert set(got["issues"][0]["fields"]) == {"summary", "status"}
    assert (await jira("GET", f"{ROOT}?jql=key%3DSUP-5")).body["issues"] == [{"id": got["issues"][0]["id"]}]


@pytest.mark.parametrize("body", [{"jql": 1}, {"jql": "key=SUP-5", "fields": "summary"}, {"jql": "key=SUP-5", "startAt": 0}, []])
async def test_a_misshapen_search_is_refused(jira: Any, body: Any) -> None:
    assert (await jira("POST", ROOT, body)).status == 400


async def test_the_approximate_count_counts(jira: Any) -> None:
    assert (await jira("POST", "/rest/api/3/search/approximate-count", {"jql": "project = SUP"})).body == {"count": 25}


@given(st.text(alphabet=st.sampled_from("aANDORnotin =!~<>(),\"'\\\n-"), max_size=40) | st.text(max_size=30))
def test_any_text_is_either_a_query_or_a_bad_query(text: str) -> None:
    try:
        parse(text)
    except BadQuery as error:
        assert str(error).startswith("Error in the JQL Query")  # noqa: PT017 - both outcomes are fine, a crash is not


@given(st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()))
def test_a_quoted_value_comes_back_as_it_was(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    clause = parse(f'summary ~ "{quoted}"').where
    assert clause is not None
    assert clause.values[0].text == text  # type: ignore[union-attr]
