"""A system tells of many records at once: they are read together, so that its own limit holds nobody up."""

import pytest
from aiohttp import web
from hooked import SIGNED, told

from bot.sandbox import Sandbox
from bot.settings import Configuration

RULES = Configuration.model_validate(
    {"alerts": {"hubspot.contact.updated": {"when": "stage == 'customer'", "channel": "playground:general"}}}
)
CONTACTS = range(701, 741)
TOLD = {"portalId": 77, "subscriptionId": 5, "occurredAt": 1763629200000, "subscriptionType": "contact.propertyChange"}


@pytest.fixture
def asked():
    """What HubSpot is asked, a line a request."""
    return []


@pytest.fixture
async def sandbox(asked):
    @web.middleware
    async def note(request, handler):
        asked.append(f"{request.method} {request.path}")
        return await handler(request)

    async with Sandbox.start(None, middlewares={"hubspot": [note]}) as started:
        yield started


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until):
    async with told(RULES, stores, connectors, sandbox, wait_until) as running:
        yield running


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_forty_contacts_of_one_webhook_are_judged_by_a_few_requests(town, sandbox, asked):
    """One by one they are a request each, and one more for each company."""
    rows = [TOLD | {"eventId": number, "objectId": number} for number in CONTACTS]
    status, _ = await town.tell("hubspot", *SIGNED["hubspot"](rows))
    await town.idle()
    judged = await town.jobs("alert")
    customers = [number for number in CONTACTS if sandbox.hubspot.record(number)["values"]["lifecyclestage"] == "customer"]

    assert status == 202
    assert [job.state for job in judged] == ["done"] * len(CONTACTS)
    assert {one.record for one in await town.alerts.standing()} == {f"hubspot:{number}" for number in customers}
    assert len(asked) < len(CONTACTS)
