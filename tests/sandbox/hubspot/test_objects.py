"""Objects: read with history and links, changed, created; what HubSpot refuses; its limits; edits by a person."""

import json
from typing import Any

import pytest

from bot.sandbox import Fault, Sandbox
from bot.sandbox.hubspot.catalogue import LINKS, SCORE
from bot.sandbox.zendesk.catalogue import USERS

CONTACT = "/crm/v3/objects/contacts/721"
NOTE = {
    "properties": {"hs_timestamp": "2026-11-20T09:00:00Z", "hs_note_body": "Called."},
    "associations": [{"to": {"id": "721"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]}],
}


def test_the_account_is_big_enough_and_shares_its_people_with_the_help_desk(sandbox: Sandbox) -> None:
    records = sandbox.hubspot.vendor.records.values()
    emails = {record["values"]["email"] for record in records if record["kind"] == "contacts"}
    count = {kind: sum(record["kind"] == kind for record in records) for kind in ("contacts", "companies", "deals")}

    assert count == {"contacts": 40, "companies": 12, "deals": 15}
    assert {user.email for user in USERS.values() if user.role == "end-user"} <= emails
    assert len(emails) == 40
    assert all(record["created"] <= record["updated"] <= "2026-11-20" for record in records)
    for record in records:
        for kind, ids in record["links"].items():
            assert [sandbox.hubspot.record(one)["kind"] for one in ids] == [kind] * len(ids)


async def test_an_object_shows_what_was_asked_for(hubspot: Any) -> None:
    path = f"{CONTACT}?properties=email,zzz&propertiesWithHistory=lifecyclestage&associations=companies,deals"
    answer = await hubspot("GET", path)

    assert set(answer.body["properties"]) == {"email", "lifecyclestage", "hs_object_id", "createdate", "lastmodifieddate"}
    assert answer.body["propertiesWithHistory"]["lifecyclestage"][0]["value"] == "lead"
    assert answer.body["associations"] == {"companies": {"results": [{"id": "810", "type": "contact_to_company"}]}}
    assert answer.headers["X-HubSpot-RateLimit-Remaining"] == "189"
    assert (await hubspot("GET", "/crm/v3/objects/deals/721")).body["category"] == "OBJECT_NOT_FOUND"


async def test_pages_go_on_after_the_last_object(hubspot: Any) -> None:
    seen, after = [], ""
    while True:
        page = (await hubspot("GET", f"/crm/v3/objects/contacts?limit=15&after={after}")).body
        seen += [one["id"] for one in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]

    assert seen == [str(number) for number in range(701, 741)]


async def test_a_change_moves_the_date_and_leaves_a_history(sandbox: Sandbox, hubspot: Any, watch: Any) -> None:
    watch.advance(minutes=1)
    answer = await hubspot("PATCH", CONTACT, {"properties": {SCORE: "71"}})

    assert (answer.status, answer.body["updatedAt"]) == (200, "2026-11-20T09:01:00.000Z")
    record = sandbox.hubspot.record(721)
    assert record["values"][SCORE] == "71"
    [entry] = record["history"][SCORE]
    assert (entry["value"], entry["sourceType"], entry["timestamp"]) == ("71", "INTEGRATION", "2026-11-20T09:01:00.000Z")
    assert len(sandbox.hubspot.writes(721)) == 1

    same = await hubspot("PATCH", CONTACT, {"properties": {SCORE: "71"}})
    assert same.body["updatedAt"] == "2026-11-20T09:01:00.000Z"
    again = await hubspot("PATCH", CONTACT, {"properties": {SCORE: ""}})
    assert again.body["updatedAt"] == "2026-11-20T09:01:00.001Z"
    assert sandbox.hubspot.record(721)["values"][SCORE] is None


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"zzz": "1"}, "PROPERTY_DOESNT_EXIST"), ({"hubspotscore": "9"}, "READ_ONLY_VALUE"),
        ({"lastmodifieddate": "2026-01-01"}, "READ_ONLY_VALUE"), ({"lifecyclestage": "friend"}, "INVALID_OPTION"),
        ({SCORE: "high"}, "INVALID_INTEGER"), ({"email": "nobody"}, "INVALID_EMAIL"), ({"hubspot_owner_id": "7"}, "INVALID_OPTION"),
    ],
)  # fmt: skip
async def test_what_hubspot_refuses_is_named(sandbox: Sandbox, hubspot: Any, properties: Any, code: str) -> None:
    answer = await hubspot("PATCH", CONTACT, {"properties": {"phone": "1", **properties}})

    assert (answer.status, answer.body["category"]) == (400, "VALIDATION_ERROR")
    [detail] = answer.body["errors"]
    assert (detail["code"], detail["context"]["propertyName"]) == (code, list(properties))
    assert json.loads(answer.body["message"].partition(": ")[2])[0]["error"] == code
    assert sandbox.hubspot.writes(721) == []


async def test_a_note_is_linked_and_moves_the_person(sandbox: Sandbox, hubspot: Any) -> None:
    before = sandbox.hubspot.record(721)["updated"]
    made = await hubspot("POST", "/crm/v3/objects/notes", NOTE)

    after = sandbox.hubspot.record(721)
    assert (made.status, after["links"]["notes"], after["values"]["num_notes"]) == (201, [made.body["id"]], "1")
    assert after["updated"] > before
    read = await hubspot("GET", f"/crm/v3/objects/notes/{made.body['id']}?properties=hs_note_body&associations=contacts")
    assert read.body["properties"]["hs_note_body"] == "Called."
    assert read.body["associations"]["contacts"]["results"] == [{"id": "721", "type": "note_to_contact"}]
    linked = await hubspot("GET", "/crm/v4/objects/contacts/721/associations/notes")
    assert [one["toObjectId"] for one in linked.body["results"]] == [int(made.body["id"])]
    assert [len(sandbox.hubspot.writes(one)) for one in (721, made.body["id"])] == [1, 1]


@pytest.mark.parametrize(
    "broken",
    [
        {"properties": {"hs_note_body": "no time"}},
        NOTE | {"associations": [{"to": {"id": "1"}, "types": NOTE["associations"][0]["types"]}]},
        NOTE | {"associations": [{"to": {"id": "911"}, "types": NOTE["associations"][0]["types"]}]},
        NOTE | {"associations": "721"},
        NOTE | {"colour": "blue"},
    ],
)
async def test_a_note_that_leads_nowhere_is_refused(sandbox: Sandbox, hubspot: Any, broken: Any) -> None:
    assert (await hubspot("POST", "/crm/v3/objects/notes", broken)).status == 400
    assert sandbox.hubspot.record(721)["links"].get("notes", []) == []


async def test_one_address_is_one_person(hubspot: Any) -> None:
    twin = await hubspot("POST", "/crm/v3/objects/contacts", {"properties": {"email": "MIRA@kestrelboats.example"}})
    assert (twin.status, twin.body["message"]) == (409, "Contact already exists. Existing ID: 701")
    assert (await hubspot("PATCH", CONTACT, {"properties": {"email": "mira@kestrelboats.example"}})).status == 409
    assert (await hubspot("PATCH", CONTACT, {"properties": {"email": "INES@sunline.example"}})).status == 200
    found = await hubspot("GET", "/crm/v3/objects/contacts/mira@kestrelboats.example?idProperty=email")
    assert found.body["id"] == "701"


async def test_a_deal_that_closes_is_closed(hubspot: Any) -> None:
    await hubspot(
        "PATCH", "/crm/v3/objects/deals/915", {"properties": {"dealstage": "closedlost", "closed_lost_reason": "Price"}}
    )

    deal = (
        await hubspot("GET", "/crm/v3/objects/deals/915?properties=hs_is_closed,hs_is_closed_won&propertiesWithHistory=dealstage")
    ).body
    assert (deal["properties"]["hs_is_closed"], deal["properties"]["hs_is_closed_won"]) == ("true", "false")
    assert [one["value"] for one in deal["propertiesWithHistory"]["dealstage"]] == ["closedlost", "appointmentscheduled"]


async def test_limits_are_told_and_kept(sandbox: Sandbox, hubspot: Any, watch: Any) -> None:
    sandbox.hubspot.vendor.pace.most = 3
    answers = [await hubspot("GET", CONTACT) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert (answers[-1].body["policyName"], answers[-1].body["status"]) == ("TEN_SECONDLY_ROLLING", "error")
    watch.advance(seconds=10)
    assert (await hubspot("GET", CONTACT)).status == 200

    searches = [await hubspot("POST", "/crm/v3/objects/contacts/search", {}) for _ in range(6)]
    assert [answer.status for answer in searches] == [200] * 5 + [429]
    assert searches[-1].body["policyName"] == "SECONDLY"
    assert not [name for name in searches[0].headers if name.startswith("X-HubSpot")]

    sandbox.hubspot.vendor.pace.daily = 4
    assert (await hubspot("GET", CONTACT)).body["policyName"] == "DAILY"


async def test_what_one_looks_up(hubspot: Any) -> None:
    assert (await hubspot("GET", "/account-info/v3/details")).body["portalId"] == 4815162
    owners = (await hubspot("GET", "/crm/v3/owners/")).body["results"]
    assert [one["email"].partition("@")[0] for one in owners] == ["bo", "gus", "juno"]
    known = (await hubspot("GET", f"/crm/v3/properties/contacts/{SCORE}")).body
    assert (known["type"], known["modificationMetadata"]["readOnlyValue"]) == ("number", False)
    assert (await hubspot("GET", "/crm/v3/properties/contacts/zzz")).status == 404
    assert {one["name"] for one in (await hubspot("GET", "/crm/v3/properties/deals")).body["results"]} > {"dealstage"}
    assert len((await hubspot("GET", "/crm/v3/pipelines/deals")).body["results"][0]["stages"]) == 7
    assert len(LINKS.values()) == len(set(LINKS.values()))


async def test_somebody_else_edits(sandbox: Sandbox) -> None:
    after = await sandbox.hubspot.edit(721, {"owner": "juno", "lifecyclestage": "opportunity", "author": "gus"})

    assert (after["values"]["hubspot_owner_id"], after["history"]["lifecyclestage"][0]["sourceType"]) == ("60010", "CRM_UI")
    assert sandbox.hubspot.writes(721) == []
    for wrong in ({"zzz": "1"}, {"owner": "cy"}):
        with pytest.raises(ValueError, match=r"zzz|cy"):
            await sandbox.hubspot.edit(721, wrong)


async def test_faults_strike_here_too(sandbox: Sandbox, hubspot: Any) -> None:
    sandbox.hubspot.faults.add(
        Fault("duplicate", method="POST", path="/notes$"), Fault("status", method="PATCH", status=502, after=True)
    )
    await hubspot("POST", "/crm/v3/objects/notes", NOTE)
    assert len(sandbox.hubspot.record(721)["links"]["notes"]) == 2
    assert (await hubspot("PATCH", CONTACT, {"properties": {SCORE: "5"}})).status == 502
    assert sandbox.hubspot.record(721)["values"][SCORE] == "5"
