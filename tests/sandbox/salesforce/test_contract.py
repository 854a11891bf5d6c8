"""Requests and answers of the stand-in against our reading of the vendor's interface, where that lies at hand."""

import aiohttp
import pytest
from vendor_contract import SPECS, contract

from bot.sandbox.salesforce.vendor import Salesforce
from bot.sandbox.server import Standin

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(not SPECS.is_dir(), reason="vendor specs not found beside the checkout: contract checks are skipped"),
]
LEAD, ACCOUNT = "/sobjects/Lead/00QHl0000000021", "/sobjects/Account/001Hl0000000001"
NEW = {"LastName": "Ward", "Company": "Ward Boats"}
SINCE = {"If-Unmodified-Since": "Fri, 20 Nov 2020 09:00:00 GMT"}
UPDATE = {"method": "PATCH", "url": f"/services/data/v60.0{LEAD}", "referenceId": "lead", "body": {"Score__c": 5}}
READ = {"method": "GET", "url": f"/services/data/v60.0{LEAD}", "referenceId": "read"}
SCENARIO = [
    ("GET", "/limits", None, {}, 200),
    ("GET", "/query?q=SELECT Id, Name, Owner.Name FROM Lead ORDER BY Name", None, {}, 200),
    ("GET", "/query?q=SELECT Id FROM Task", None, {"Sforce-Query-Options": "batchSize=200"}, 200),
    ("GET", "/query?q=SELECT nonsense", None, {}, 400),
    ("GET", "/query/01gHl0000000001AAA-200", None, {}, 400),
    ("POST", "/sobjects/Lead", NEW, {}, 201),
    ("POST", "/sobjects/Lead", {"FirstName": "Vera"}, {}, 400),
    ("GET", "/sobjects/Lead/describe", None, {}, 200),
    ("GET", LEAD, None, {}, 200),
    ("GET", f"{LEAD}?fields=Name,Email", None, {}, 200),
    ("GET", ACCOUNT, None, {}, 200),
    ("GET", "/sobjects/Lead/00QHl0000000999", None, {}, 404),
    ("PATCH", LEAD, {"Score__c": 50}, {}, 204),
    ("PATCH", LEAD, {"Nonsense": 50}, {}, 400),
    ("PATCH", LEAD, {"Score__c": 50}, SINCE, 412),
    ("PATCH", "/sobjects/Lead/Harbourlight_Id__c/web-1", NEW, {}, 201),
    ("PATCH", "/sobjects/Lead/Harbourlight_Id__c/web-1", NEW, {}, 200),
    ("POST", "/composite", {"allOrNone": True, "compositeRequest": [UPDATE, READ]}, {}, 200),
    ("POST", "/composite", {"allOrNone": True, "compositeRequest": [UPDATE | {"httpHeaders": SINCE}, READ]}, {}, 200),
]


async def signed_in(standin, session):
    form = {"grant_type": "client_credentials", "client_id": standin.email, "client_secret": standin.token}
    async with session.post(f"{standin.url}/services/oauth2/token", data=form) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


async def test_requests_and_answers_keep_to_the_document(watch):
    broken: list[str] = []
    standin = Standin(Salesforce(watch), folder=None, clock=watch, middlewares=[contract("salesforce", broken)])
    await standin.start()
    seen = []
    async with aiohttp.ClientSession() as session:
        signed = await signed_in(standin, session)
        for method, path, body, headers, _ in SCENARIO:
            where = f"{standin.url}/services/data/v60.0{path}"
            async with session.request(method, where, json=body, headers=signed | headers) as answer:
                seen.append((method, path, answer.status))
        async with session.post(f"{standin.url}/services/oauth2/token", data={"grant_type": "refresh_token"}) as answer:
            assert answer.status == 400
    await standin.stop()

    assert seen == [(method, path, status) for method, path, _, _, status in SCENARIO]
    assert broken == []


async def test_the_contract_notices_a_malformed_request(watch):
    broken: list[str] = []
    standin = Standin(Salesforce(watch), folder=None, clock=watch, middlewares=[contract("salesforce", broken)])
    await standin.start()
    async with aiohttp.ClientSession() as session:
        where = f"{standin.url}/services/data/v60.0/sobjects/Lead"
        signed = await signed_in(standin, session)
        async with session.post(where, json={"Id": "00QHl0000000021"}, headers=signed) as answer:
            assert answer.status == 400
    await standin.stop()

    assert len(broken) == 1
