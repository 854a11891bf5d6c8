"""Nothing that a caller sends makes a stand-in stumble: the answer is the vendor's yes or no, never a 5xx."""

import random
from typing import Any

import pytest

ADF = {"type": "doc", "version": 1, "content": []}
ATOMS: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        153,
        30008,
        5001,
        10**20,
        "",
        "x",
        "Done",
        "High",
        "solved",
        "10001",
        "SUP-1",
        "2026-01-01",
        "\U0001f6f6",
    ),
    *([], {}, ["a"], {"id": "1"}, {"id": ["x"]}, {"name": "High"}, {"accountId": {}}, {"accountId": None}, ADF, [[]]),
    *({"body": "x"}, {"body": [1]}, {"body": "x", "html_body": 3}, {"body": "x", "author_id": [1]}, {"body": ADF}),
    *([{"add": "x"}], [{"add": {"body": ADF}}], [{"set": ["a"]}], [{"key": "k", "value": 1}], [{"key": 1}]),
]
JQL = [
    *("project = SUP AND created > -999999999999d", "created >= 0001-01-01", "created < startOfDay(-99999999w, -99999999w)"),
    *("text ~ '***'", "summary ~ '\\\"'", "priority > 3", "key > SUP-1", "project = SUP ORDER BY assignee, key", "'", "(" * 50),
]
FIELDS = {
    "jira": [
        "summary",
        "issuetype",
        "priority",
        "labels",
        "components",
        "assignee",
        "reporter",
        "description",
        "duedate",
        "comment",
        "zzz",
    ],
    "zendesk": [
        *("subject", "status", "priority", "type", "tags", "assignee_id", "group_id", "requester_id", "external_id", "comment"),
        *("safe_update", "updated_stamp", "requester", "assignee_email", "description"),
    ],
    "hubspot": [
        *("firstname", "email", "lifecyclestage", "hubspot_owner_id", "countersign_lead_score", "hs_object_id", "zzz"),
        *("hs_timestamp", "hs_note_body", "dealname", "dealstage", "amount", "closedate", "name"),
    ],
}
WRITES = {
    "jira": [
        *(("POST", "/rest/api/3/issue"), ("POST", "/rest/api/3/issue/bulk"), ("PUT", "/rest/api/3/issue/SUP-21")),
        *(("PUT", "/rest/api/3/issue/SUP-20/assignee"), ("POST", "/rest/api/3/issue/SUP-20/comment")),
        *(("POST", "/rest/api/3/issue/SUP-20/transitions"), ("POST", "/rest/api/3/search/jql")),
    ],
    "zendesk": [
        *(("POST", "/api/v2/tickets"), ("PUT", "/api/v2/tickets/153"), ("PUT", "/api/v2/tickets/146")),
        *(("PUT", "/api/v2/tickets/153/tags"), ("POST", "/_sandbox/records/153"), ("POST", "/_sandbox/faults")),
    ],
    "hubspot": [
        *(
            ("POST", f"/crm/v3/objects/{kind}{end}")
            for kind in ("contacts", "deals", "notes")
            for end in ("", "/search", "/batch/read")
        ),
        *(("PATCH", "/crm/v3/objects/contacts/721"), ("PATCH", "/crm/v3/objects/deals/911"), ("POST", "/_sandbox/records/721")),
    ],
}


SEARCHES = ["associations", "filterGroups", "sorts", "limit", "after", "query", "inputs", "properties"]
OPERATORS = ["EQ", "NEQ", "LT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY", "CONTAINS_TOKEN", "LIKE"]


def _filters(dice: random.Random) -> Any:
    names = [*FIELDS["hubspot"], "associations.company", "createdate"]
    one = {"propertyName": dice.choice(names), "operator": dice.choice(OPERATORS)}
    return {"filters": [one | {name: dice.choice(ATOMS) for name in ("value", "values", "highValue")}]}


def _body(dice: random.Random, vendor: str) -> Any:
    def part() -> dict[str, Any]:
        return {name: dice.choice(ATOMS) for name in dice.sample(FIELDS[vendor], dice.randint(0, 3))}

    if dice.random() < 0.05:
        return dice.choice(ATOMS)
    if vendor == "hubspot":
        extra = {name: dice.choice(ATOMS) for name in dice.sample(SEARCHES, dice.randint(0, 2))}
        return {"properties": part()} | extra if dice.random() < 0.7 else dice.choice([extra, {"filterGroups": [_filters(dice)]}])
    if vendor == "zendesk":
        return {"ticket": part()} if dice.random() < 0.8 else part()
    body: dict[str, Any] = {"fields": part(), "update": part()}
    extra = dice.sample(["properties", "transition", "body", "maxResults", "nextPageToken", "expand", "issueUpdates"], 2)
    body |= {name: dice.choice(ATOMS) for name in extra if dice.random() < 0.3}
    return {"jql": dice.choice(JQL)} if dice.random() < 0.2 else body


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("vendor", ["jira", "zendesk", "hubspot"])
async def test_no_body_makes_it_stumble(sandbox: Any, speak: Any, vendor: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test that can be repeated
    standin = getattr(sandbox, vendor)
    sandbox.hubspot.vendor.pace.most = sandbox.hubspot.vendor.pace.searches = 1000
    user = {"jira": standin.email, "zendesk": f"{standin.email}/token", "hubspot": ""}[vendor]
    async with speak(standin.url, user, standin.token) as api:
        for _ in range(200):
            method, path = dice.choice(WRITES[vendor])
            body = _body(dice, vendor)
            answer = await api(method, path, body)
            assert answer.status < 500, (method, path, body)
