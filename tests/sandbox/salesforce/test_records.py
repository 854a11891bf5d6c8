"""Records one by one: what is checked before a write, what follows from it, and what guards it."""

import json
from email.utils import format_datetime

import pytest

NEW = {"LastName": "Ward", "Company": "Ward Boats"}


async def test_a_record_is_made_with_defaults_and_stamps(force):
    made = await force("POST", "/sobjects/Lead", NEW | {"FirstName": "Vera", "Email": "vera@ward.example"})

    assert (made.status, made.body["success"], made.body["errors"]) == (201, True, [])
    lead = (await force("GET", f"/sobjects/Lead/{made.body['id']}")).body
    assert (lead["Name"], lead["Status"], lead["IsConverted"]) == ("Vera Ward", "Open", False)
    assert lead["CreatedDate"] == lead["SystemModstamp"] == "2026-11-20T09:00:00.000+0000"
    assert lead["attributes"] == {"type": "Lead", "url": f"/services/data/v60.0/sobjects/Lead/{made.body['id']}"}


@pytest.mark.parametrize(
    ("source", "body", "code", "fields"),
    [
        ("Lead", NEW | {"Nonsense": 1}, "INVALID_FIELD", None),
        ("Lead", NEW | {"SystemModstamp": "2026-11-20"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["SystemModstamp"]),
        ("Lead", NEW | {"Id": "00QHl0000000001AAA"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Id"]),
        ("Lead", {"FirstName": "Vera"}, "REQUIRED_FIELD_MISSING", ["LastName", "Company"]),
        ("Lead", NEW | {"Email": "nobody"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ("Lead", NEW | {"Status": "Asleep"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Status"]),
        ("Lead", NEW | {"City": "x" * 41}, "STRING_TOO_LONG", ["City"]),
        ("Lead", NEW | {"Score__c": "high"}, "JSON_PARSER_ERROR", ["Score__c"]),
        ("Lead", NEW | {"Score__c": True}, "JSON_PARSER_ERROR", ["Score__c"]),
        ("Lead", NEW | {"NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", ["NumberOfEmployees"]),
        ("Lead", NEW | {"OwnerId": "ada"}, "MALFORMED_ID", ["OwnerId"]),
        ("Lead", NEW | {"OwnerId": "005Hl0000000777"}, "INVALID_CROSS_REFERENCE_KEY", ["OwnerId"]),
        ("Task", {"WhoId": "001Hl0000000001"}, "FIELD_INTEGRITY_EXCEPTION", ["WhoId"]),
        ("Lead", NEW | {"Harbourlight_Id__c": "lead-katya-075"}, "DUPLICATE_VALUE", ["Harbourlight_Id__c"]),
        ("Opportunity", {"Name": "x", "StageName": "Trial"}, "REQUIRED_FIELD_MISSING", ["CloseDate"]),
        ("Opportunity", {"Name": "x", "StageName": "Trial", "CloseDate": "soon"}, "JSON_PARSER_ERROR", ["CloseDate"]),
        ("Lead", {}, "JSON_PARSER_ERROR", None),
        ("Lead", [], "JSON_PARSER_ERROR", None),
    ],
)
async def test_what_cannot_be_is_refused_with_code_and_fields(force, source, body, code, fields):
    if "Harbourlight_Id__c" in body:
        (twin,) = await force.find("SELECT Harbourlight_Id__c FROM Lead WHERE Name = 'Katya Marlow'")
        body = body | twin

    reply = await force("POST", f"/sobjects/{source}", body)

    assert (reply.status, reply.code, reply.body[0].get("fields")) == (400, code, fields)
    assert [entry.effect for entry in force.standin.ledger.entries] == [False]


@pytest.mark.parametrize("path", ["/sobjects/Nothing", "/sobjects/User", "/sobjects/lead"])
async def test_only_known_objects_are_written(force, path):
    assert (await force("POST", path, NEW)).code == "NOT_FOUND"


async def test_an_update_answers_nothing_and_moves_the_stamps(force, watch):
    lead = await force.id_of("Katya Marlow")
    watch.advance(minutes=5)

    reply = await force("PATCH", f"/sobjects/Lead/{lead[:15]}", {"Score__c": 74, "Rating": "Hot"})

    assert (reply.status, reply.body) == (204, None)
    now = force.standin.record(lead)
    assert (now["Score__c"], now["Rating"], now["SystemModstamp"]) == (74.0, "Hot", "2026-11-20T09:05:00.000+0000")
    (write,) = force.standin.writes(lead)
    assert (write.before["Score__c"], write.after["Score__c"]) == (None, 74.0)


async def test_two_writes_in_one_moment_have_two_stamps(force):
    lead = await force.id_of("Katya Marlow")
    for score in (1, 2):
        await force("PATCH", f"/sobjects/Lead/{lead}", {"Score__c": score})

    first, second = (write.after["SystemModstamp"] for write in force.standin.writes(lead))
    assert first < second


async def test_what_must_be_there_cannot_be_emptied(force):
    lead = await force.id_of("Katya Marlow")

    for nothing in (None, "", "  "):
        reply = await force("PATCH", f"/sobjects/Lead/{lead}", {"Company": nothing})
        assert reply.code == "REQUIRED_FIELD_MISSING", nothing


async def test_a_converted_lead_is_over(force):
    lead = await force.id_of("Nora Lindgren")

    assert (await force("PATCH", f"/sobjects/Lead/{lead}", {"Score__c": 1})).code == "CANNOT_UPDATE_CONVERTED_LEAD"


async def test_a_stage_brings_its_probability_and_its_end(force):
    deal = await force.id_of("Fjordline Kayaks: seasonal price", "Opportunity")
    await force("PATCH", f"/sobjects/Opportunity/{deal}", {"StageName": "Closed Won"})

    now = force.standin.record(deal)
    assert (now["Probability"], now["IsClosed"], now["IsWon"]) == (100.0, True, True)


async def test_only_what_is_asked_for_is_read(force):
    lead = await force.id_of("Maeve Donnelly")

    reply = await force("GET", f"/sobjects/Lead/{lead}", fields="Company,LastActivityDate")

    assert set(reply.body) == {"attributes", "Id", "Company", "LastActivityDate"}
    assert reply.body["LastActivityDate"] == "2026-11-03"
    assert (await force("GET", f"/sobjects/Lead/{lead}", fields="Company,Nonsense")).code == "INVALID_FIELD"


@pytest.mark.parametrize("name", ["00QHl0000000999", "003Hl0000000001", "00QHl0000000001XXX", "none"])
async def test_what_is_not_there_is_not_found(force, name):
    for method, body in (("GET", None), ("PATCH", {"Score__c": 1})):
        reply = await force(method, f"/sobjects/Lead/{name}", body)
        assert (reply.status, reply.code) == (404, "NOT_FOUND")


async def test_an_external_id_makes_a_record_once(force):
    path = "/sobjects/Lead/Harbourlight_Id__c/web%2F77"

    first, second = [await force("PATCH", path, NEW | {"City": city}) for city in ("Hull", "Goole")]

    assert (first.status, first.body["created"], second.status, second.body["created"]) == (201, True, 200, False)
    assert first.body["id"] == second.body["id"]
    assert await force.find("SELECT City FROM Lead WHERE Harbourlight_Id__c = 'web/77'") == [{"City": "Goole"}]


async def test_an_upsert_needs_an_external_id_that_is_not_in_the_body(force):
    assert (await force("PATCH", "/sobjects/Lead/Email/a@b.example", NEW)).code == "NOT_FOUND"
    twice = NEW | {"Harbourlight_Id__c": "7"}
    assert (await force("PATCH", "/sobjects/Lead/Harbourlight_Id__c/7", twice)).code == "INVALID_FIELD"


async def test_the_weak_guard_knows_whole_seconds(force, watch):
    lead = await force.id_of("Katya Marlow")
    path, seen = f"/sobjects/Lead/{lead}", {"If-Unmodified-Since": format_datetime(watch(), usegmt=True)}

    await force.standin.edit(lead, {"City": "Henley"})  # within the very second
    assert (await force("PATCH", path, {"Score__c": 1}, headers=seen)).status == 204
    watch.advance(seconds=1)
    await force.standin.edit(lead, {"City": "Marlow"})
    stale = await force("PATCH", path, {"Score__c": 2}, headers=seen)
    assert (stale.status, stale.code) == (412, "PRECONDITION_FAILED")
    assert force.standin.record(lead)["Score__c"] == 1
    assert (await force("PATCH", path, {"Score__c": 3}, headers={"If-Unmodified-Since": "yesterday"})).status == 400


async def test_an_automation_moves_the_systems_stamp_and_no_guard_of_dates(force, watch):
    lead = await force.id_of("Katya Marlow")
    before = force.standin.record(lead)
    seen = {"If-Unmodified-Since": format_datetime(watch(), usegmt=True)}
    watch.advance(seconds=5)

    after = await force.standin.edit(lead, {"Rating": "Warm", "author": "automation"})

    assert after["SystemModstamp"] > before["SystemModstamp"]
    assert after["LastModifiedDate"] == before["LastModifiedDate"]
    assert (await force("PATCH", f"/sobjects/Lead/{lead}", {"Score__c": 1}, headers=seen)).status == 204


async def test_entity_tags_are_for_accounts_only(force):
    account, lead = await force.id_of("Otter Punts", "Account"), await force.id_of("Katya Marlow")
    tag = (await force("GET", f"/sobjects/Account/{account}")).headers["ETag"]

    assert (await force("GET", f"/sobjects/Account/{account}", headers={"If-None-Match": tag})).status == 304
    await force.standin.edit(account, {"Phone": "1"})
    assert (await force("PATCH", f"/sobjects/Account/{account}", {"Phone": "2"}, headers={"If-Match": tag})).status == 412
    assert "ETag" not in (await force("GET", f"/sobjects/Lead/{lead}")).headers
    assert (await force("PATCH", f"/sobjects/Lead/{lead}", {"City": "x"}, headers={"If-Match": '"y"'})).status == 204


async def test_a_reader_that_is_up_to_date_gets_nothing(force, watch):
    lead = await force.id_of("Katya Marlow")
    seen = {"If-Modified-Since": format_datetime(watch(), usegmt=True)}

    assert (await force("GET", f"/sobjects/Lead/{lead}", headers=seen)).status == 304
    watch.advance(seconds=1)
    await force.standin.edit(lead, {"City": "x"})
    assert (await force("GET", f"/sobjects/Lead/{lead}", headers=seen)).status == 200


async def test_an_object_describes_itself(force):
    reply = await force("GET", "/sobjects/Lead/describe")

    fields = {one["name"]: one for one in reply.body["fields"]}
    assert fields["Email"] | {"type": "email", "length": 80, "nillable": True, "updateable": True} == fields["Email"]
    assert (
        fields["LastName"]["nillable"] is fields["SystemModstamp"]["updateable"] is fields["Description"]["filterable"] is False
    )
    assert [one["value"] for one in fields["Rating"]["picklistValues"]] == ["Hot", "Warm", "Cold"]
    assert (fields["Score__c"]["custom"], fields["OwnerId"]["referenceTo"]) == (True, ["User"])


@pytest.mark.parametrize(
    ("fields", "words"), [({"Nonsense": 1}, "No such column"), ({"author": "zoe"}, "Nobody is called"), ({"Email": "x"}, "EMAIL")]
)
async def test_a_click_that_makes_no_sense_is_refused(force, fields, words):
    with pytest.raises(ValueError, match=words):
        await force.standin.edit(await force.id_of("Katya Marlow"), fields)


async def test_a_link_shows_the_record(force):
    lead = await force.id_of("Katya Marlow")
    async with force.session.get(f"{force.standin.url}/lightning/r/Lead/{lead}/view") as page:
        assert "Marlow Marina" in await page.text()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
async def test_a_number_that_is_none_is_refused(force, number):
    lead = await force.id_of("Katya Marlow")
    for field in ("Score__c", "NumberOfEmployees"):
        where, raw = f"{force.standin.url}/services/data/v60.0/sobjects/Lead/{lead}", f'{{"{field}": {number}}}'
        sent = {"Authorization": f"Bearer {force.token}", "Content-Type": "application/json"}
        async with force.session.patch(where, data=raw, headers=sent) as answer:
            assert (answer.status, json.loads(await answer.text())[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
