"""Stages of deals by the names that people know: looked up once an hour, and by their ids where nobody may see the names."""

import pytest
from clocks import Watch

from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.client import HubSpot
from bot.connectors.hubspot.stages import KEPT, labels
from bot.net.auth import Bearer
from bot.net.http import Http
from bot.sandbox import Fault
from handlers.errors import Invalid
from handlers.models import Ref, shown

SENT = Ref("contractsent", "Contract sent")


@pytest.fixture
async def account(sandbox):
    watch = Watch()
    async with Http(read_total=10) as http:
        yield HubSpot(Api(http, sandbox.hubspot.url, Bearer(sandbox.hubspot.token)), clock=watch), watch, sandbox.hubspot


async def test_a_deal_tells_its_stages_by_their_names(account):
    hubspot, _, _ = account
    found = await hubspot.read("deal/911")

    assert found.fields["stage"] == SENT
    assert [entry.partition(" ")[2] for entry in found.fields["history"]] == [
        "Appointment scheduled", "Presentation scheduled", "Contract sent",
    ]  # fmt: skip


async def test_the_names_are_kept_for_an_hour(account):
    hubspot, watch, vendor = account
    await hubspot.read("deal/911")
    other = {"results": [{"id": "default", "stages": [{"id": "contractsent", "label": "Signed"}]}]}
    vendor.faults.add(Fault("status", path="/crm/v3/pipelines/deals", status=200, body=other, count=None))

    seen = []
    for _ in range(2):
        seen.append(shown((await hubspot.read("deal/911")).fields["stage"]))
        watch.advance(seconds=KEPT.total_seconds() + 1)

    assert seen == ["Contract sent", "Signed"]


async def test_where_nobody_may_see_the_names_the_ids_are_told(account):
    hubspot, _, vendor = account
    vendor.faults.add(Fault("status", path="/crm/v3/pipelines/deals", status=403, body={"message": "no"}, count=None))

    assert (await hubspot.read("deal/911")).fields["stage"] == "contractsent"


@pytest.mark.parametrize("pipelines", [[{"id": "default"}], [{"stages": [{"id": "a"}]}], [{"stages": None}], [{"stages": ["x"]}]])
def test_what_is_no_pipeline_is_named(pipelines):
    with pytest.raises(Invalid, match="cannot read its pipelines"):
        labels(pipelines)
