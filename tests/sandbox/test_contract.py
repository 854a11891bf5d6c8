"""Every request of ours and every answer of the stand-ins against the vendors' own interface documents, where those lie at hand."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from vendor_contract import SPECS, contract

from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.archive import Checkpoint
from bot.connectors.hubspot.client import HubSpot
from bot.net.auth import Bearer
from bot.net.http import Http
from bot.sandbox import Sandbox
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(not SPECS.is_dir(), reason="vendor specs not found beside the checkout: contract checks are skipped"),
]

JIRA = [
    ("GET", "/rest/api/3/myself", None, 200),
    ("GET", "/rest/api/3/priority", None, 200),
    ("GET", "/rest/api/3/priority/search", None, 200),
    ("GET", "/rest/api/3/field", None, 200),
    ("GET", "/rest/api/3/project/search", None, 200),
    ("GET", "/rest/api/3/user/search?query=fern", None, 200),
    ("GET", "/rest/api/3/user/assignable/search?project=SUP", None, 200),
    ("GET", "/rest/api/3/issue/createmeta/SUP/issuetypes", None, 200),
    ("GET", "/rest/api/3/issue/createmeta/SUP/issuetypes/10004", None, 200),
    ("GET", "/rest/api/3/issue/SUP-1?expand=changelog,transitions,names,renderedFields", None, 200),
    ("GET", "/rest/api/3/issue/SUP-404", None, 404),
    ("GET", "/rest/api/3/issue/SUP-1/changelog", None, 200),
    ("GET", "/rest/api/3/issue/SUP-1/comment?expand=properties", None, 200),
    ("GET", "/rest/api/3/issue/SUP-1/transitions?expand=transitions.fields", None, 200),
    ("GET", "/rest/api/3/search/jql?jql=project%20%3D%20SUP&fields=*all&maxResults=100", None, 200),
    ("GET", "/rest/api/3/search/jql?jql=nonsense%20%3D%201", None, 400),
    ("POST", "/rest/api/3/search/jql", {"jql": "project = APP ORDER BY updated", "fields": ["*all"], "maxResults": 100}, 200),
    ("POST", "/rest/api/3/search/approximate-count", {"jql": "project = APP"}, 200),
    (
        "POST",
        "/rest/api/3/issue",
        {
            "fields": {"project": {"key": "SUP"}, "summary": "New", "issuetype": {"name": "Bug"}},
            "properties": [{"key": "bot.draft", "value": {"id": 1}}],
        },
        201,
    ),
    ("POST", "/rest/api/3/issue", {"fields": {"project": {"key": "SUP"}, "summary": "New"}}, 400),
    (
        "POST",
        "/rest/api/3/issue/bulk",
        {"issueUpdates": [{"fields": {"project": {"key": "APP"}, "summary": "New", "issuetype": {"name": "Task"}}}]},
        201,
    ),
    ("PUT", "/rest/api/3/issue/SUP-21", {"fields": {"priority": {"id": "2"}}}, 204),
    ("PUT", "/rest/api/3/issue/SUP-21?returnIssue=true", {"update": {"labels": [{"add": "payments"}]}}, 200),
    ("PUT", "/rest/api/3/issue/SUP-21", {"fields": {"priority": {"id": "77"}}}, 400),
    ("PUT", "/rest/api/3/issue/SUP-21/assignee", {"accountId": "712020:4b1e7c00-5a11-4d0c-9f00-000000000004"}, 204),
    ("POST", "/rest/api/3/issue/SUP-21/comment", {"body": {"type": "doc", "version": 1, "content": []}}, 201),
    ("POST", "/rest/api/3/issue/SUP-21/transitions", {"transition": {"id": "21"}}, 204),
    ("POST", "/rest/api/3/issue/SUP-21/transitions", {"transition": {"id": "61"}}, 400),
    ("PUT", "/rest/api/3/issue/SUP-21/properties/bot.draft", {"id": 7}, 201),
    ("GET", "/rest/api/3/issue/SUP-21/properties/bot.draft", None, 200),
    ("GET", "/rest/api/3/issue/SUP-21?properties=bot.draft&expand=changelog", None, 200),
]
FIRST_COMMENT = "50000"
JIRA += [
    ("GET", f"/rest/api/3/issue/SUP-1/comment/{FIRST_COMMENT}", None, 200),
    ("PUT", f"/rest/api/3/issue/SUP-1/comment/{FIRST_COMMENT}", {"body": {"type": "doc", "version": 1, "content": []}}, 200),
]

ZENDESK = [
    ("GET", "/api/v2/tickets", None, 200),
    ("GET", "/api/v2/tickets?page[size]=25", None, 200),
    ("GET", "/api/v2/tickets/153", None, 200),
    ("GET", "/api/v2/tickets/show_many?ids=101,102", None, 200),
    ("GET", "/api/v2/tickets/101/comments", None, 200),
    ("GET", "/api/v2/tickets/101/audits", None, 200),
    ("GET", "/api/v2/incremental/tickets/cursor?start_time=1700000000", None, 200),
    ("GET", "/api/v2/search?query=type:ticket%20status%3Csolved", None, 200),
    ("GET", "/api/v2/search/export?query=refund&filter[type]=ticket&page[size]=5", None, 200),
    ("GET", "/api/v2/users", None, 200),
    ("GET", "/api/v2/users/me", None, 200),
    ("GET", "/api/v2/users/30001", None, 200),
    ("GET", "/api/v2/users/search?query=mira", None, 200),
    ("GET", "/api/v2/users/show_many?ids=30001,40001", None, 200),
    ("GET", "/api/v2/groups", None, 200),
    ("GET", "/api/v2/organizations/6001", None, 200),
    ("GET", "/api/v2/ticket_fields", None, 200),
    ("POST", "/api/v2/tickets", {"ticket": {"subject": "Hello", "comment": {"body": "A question"}, "priority": "low"}}, 201),
    ("PUT", "/api/v2/tickets/153", {"ticket": {"status": "open", "comment": {"body": "A note", "public": False}}}, 200),
    (
        "PUT",
        "/api/v2/tickets/153",
        {"ticket": {"priority": "high", "safe_update": True, "updated_stamp": "2026-01-01T00:00:00Z"}},
        409,
    ),
    ("PUT", "/api/v2/tickets/153/tags", {"tags": ["payments"]}, 200),
]

NOTE = {
    "properties": {"hs_timestamp": "2026-11-20T09:00:00Z", "hs_note_body": "<p>A note</p>"},
    "associations": [{"to": {"id": "721"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]}],
}
BY_EMAIL = {"filters": [{"propertyName": "email", "operator": "EQ", "value": "mira@kestrelboats.example"}]}
SEARCH = {"filterGroups": [BY_EMAIL], "sorts": ["-lastmodifieddate"], "properties": ["email"], "limit": 2, "after": "0"}
UPSERT = {
    "inputs": [
        {"id": "abc.1", "idProperty": "countersign_draft", "properties": {"lastname": "Moor"}, "objectWriteTraceId": "abc.1"}
    ]
}
WRONG = {"inputs": [{"id": "abc.2", "idProperty": "countersign_draft", "properties": {"nonsense": "1"}}]}
HUBSPOT = [
    ("GET", "/crm/v3/objects/contacts?limit=2&properties=email,countersign_lead_score&associations=companies,deals", None, 200),
    ("GET", "/crm/v3/objects/contacts?after=739", None, 200),
    ("GET", "/crm/v3/objects/contacts/721?propertiesWithHistory=lifecyclestage,hubspot_owner_id", None, 200),
    ("GET", "/crm/v3/objects/contacts/mira@kestrelboats.example?idProperty=email", None, 200),
    ("GET", "/crm/v3/objects/contacts/9999", None, 404),
    ("GET", "/crm/v3/objects/companies/808?properties=industry,numberofemployees", None, 200),
    ("GET", "/crm/v3/objects/deals/911?propertiesWithHistory=dealstage", None, 200),
    ("GET", "/crm/v3/objects/notes/1001?properties=hs_note_body&associations=contacts", None, 200),
    ("GET", "/crm/v3/owners/?limit=2", None, 200),
    ("GET", "/crm/v3/owners/60010", None, 200),
    ("GET", "/crm/v3/pipelines/deals", None, 200),
    ("POST", "/crm/v3/objects/contacts/search", SEARCH, 200),
    ("POST", "/crm/v3/objects/contacts/search", SEARCH | {"limit": 201}, 400),
    ("POST", "/crm/v3/objects/deals/search", SEARCH | {"filterGroups": [], "sorts": [], "properties": ["dealstage"]}, 200),
    (
        "POST",
        "/crm/v3/objects/companies/batch/read",
        {"inputs": [{"id": "801"}], "properties": ["name"], "propertiesWithHistory": []},
        200,
    ),
    (
        "POST",
        "/crm/v3/objects/companies/batch/read",
        {"inputs": [{"id": "801"}, {"id": "1"}], "properties": ["name"], "propertiesWithHistory": ["name"]},
        207,
    ),
    ("POST", "/crm/v3/objects/notes", NOTE, 201),
    ("POST", "/crm/v3/objects/contacts", {"properties": {"email": "new@harbour.example", "phone": None}}, 201),
    ("POST", "/crm/v3/objects/contacts", {"properties": {"email": "mira@kestrelboats.example"}}, 409),
    ("POST", "/crm/v3/objects/contacts/batch/upsert", UPSERT, 200),
    ("POST", "/crm/v3/objects/contacts/batch/upsert", WRONG, 207),
    ("GET", "/crm/v3/objects/contacts/abc.1?idProperty=countersign_draft", None, 200),
    ("GET", "/crm/v3/owners/?email=bo@harbourlight.example", None, 200),
    ("PATCH", "/crm/v3/objects/contacts/721", {"properties": {"countersign_lead_score": "70"}}, 200),
    ("PATCH", "/crm/v3/objects/contacts/721", {"properties": {"nonsense": "70"}}, 400),
    ("PATCH", "/crm/v3/objects/deals/911", {"properties": {"dealstage": "closedwon"}}, 200),
]


@pytest.mark.parametrize(("vendor", "scenario"), [("jira", JIRA), ("zendesk", ZENDESK), ("hubspot", HUBSPOT)])
async def test_requests_and_answers_keep_to_the_vendors_document(vendor: str, scenario: list[Any], speak: Any) -> None:
    broken: list[str] = []
    async with Sandbox.start(None, middlewares={vendor: [contract(vendor, broken)]}) as sandbox:
        standin = getattr(sandbox, vendor)
        user = {"jira": standin.email, "zendesk": f"{standin.email}/token", "hubspot": ""}[vendor]
        async with speak(standin.url, user, standin.token) as api:
            seen = [(method, path, (await api(method, path, body)).status) for method, path, body, _ in scenario]
    assert seen == [(method, path, status) for method, path, _, status in scenario]
    assert broken == []


OUTSIDE = ("/account-info/", "/crm/v3/properties/")
"""Paths of HubSpot that its document at hand leaves out."""


async def test_what_the_hubspot_connector_says_keeps_to_the_document() -> None:
    broken: list[str] = []
    async with Sandbox.start(None, middlewares={"hubspot": [contract("hubspot", broken)]}) as sandbox, Http() as http:
        hubspot = HubSpot(
            Api(http, sandbox.hubspot.url, Bearer(sandbox.hubspot.token)),
            score="countersign_lead_score",
            unique="countersign_draft",
        )
        await hubspot.account()
        [mira] = await hubspot.find("mira@kestrelboats.example", limit=2)
        call = Call("c", "lead", mira.id, Person("p:a", "A"), Place("p", "c"))
        for record in (mira, await hubspot.read("deal/911"), await hubspot.read("company/801")):
            await hubspot.past(record, limit=100)
            for change in (Change("owner", None, Ref("60007", "Gus")), Change("note", None, "A note")):
                draft = Draft.of("lead", await hubspot.read(record.id), [change], call=call)
                await hubspot.write(draft)
                assert await hubspot.landed(draft)
        assert len(sandbox.hubspot.ledger.entries) == 9  # a note is an effect on two records
        for kind, where, name in (
            ("contact", "", "email"),
            ("company", "", "name"),
            ("task", "721", "subject"),
            ("email", "721", "text"),
        ):
            change = Change(name, None, "tove@newquay.example")
            draft = Draft.of("lead", Record.new("hubspot", kind, where, title="x"), [change], call=call)
            await hubspot.write(draft)
            assert await hubspot.landed(draft)
            begin = Checkpoint.now(datetime(2026, 11, 21, tzinfo=UTC))
            assert [event async for event, _ in hubspot.changes(kind, begin) if event is not None]
    assert [line for line in broken if not any(path in line for path in OUTSIDE)] == []


async def test_the_contract_notices_a_malformed_request(speak: Any) -> None:
    broken: list[str] = []
    async with (
        Sandbox.start(None, middlewares={"jira": [contract("jira", broken)]}) as sandbox,
        speak(sandbox.jira.url, sandbox.jira.email, sandbox.jira.token) as api,
    ):
        answer = await api("POST", "/rest/api/3/issue/SUP-21/comment", {"body": "plain"})
    assert answer.status == 400
    assert len(broken) == 1


async def test_every_document_of_the_seed_is_sound_adf() -> None:
    from jsonschema import Draft4Validator  # noqa: PLC0415 - as above

    validator = Draft4Validator(json.loads((SPECS / "adf-v1.schema.json").read_text(encoding="utf-8")))
    async with Sandbox.start(None) as sandbox:
        records = [sandbox.jira.record(key) for key in sandbox.jira.vendor.records]
    bodies = [record["description"] for record in records] + [one["body"] for record in records for one in record["comments"]]
    assert len(bodies) > 90
    assert [error.message for body in bodies for error in validator.iter_errors(body)] == []
