"""Whom HubSpot takes the bot for, also where it tells little of itself, and what is found out before anything is written."""

import pytest

from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.client import HubSpot
from bot.net.auth import Bearer
from bot.net.http import Http, Rejected
from bot.sandbox import Fault
from handlers.errors import Invalid
from handlers.models import Ref


@pytest.fixture
def hubspot(connectors):
    return connectors["hubspot"]


async def test_whom_it_takes_the_bot_for(hubspot):
    account = await hubspot.account()

    assert account.name == "portal 4815162"
    assert account.clock is not None


@pytest.mark.parametrize("status", [403, 404])
async def test_an_account_that_does_not_tell_its_number_is_read_all_the_same(hubspot, sandbox, status):
    sandbox.hubspot.faults.add(Fault("status", path="/account-info", status=status, body={"message": "no"}, count=None))

    assert (await hubspot.read("721")).url == f"{sandbox.hubspot.url}/contacts/record/0-1/721"


async def test_an_account_that_says_nothing_of_itself_is_known_by_its_owners(hubspot, sandbox):
    sandbox.hubspot.faults.add(Fault("status", path="/account-info", status=404, body={"message": "no"}, count=None))

    assert (await hubspot.account()).name == "an account without a number"


@pytest.mark.parametrize(("name", "hint"), [("no_such_property", "has no contact property"), ("hubspotscore", "nobody write")])
async def test_a_score_that_has_no_place_is_told_before_anything_is_written(sandbox, name, hint):
    async with Http(read_total=10) as http:
        with pytest.raises(Invalid, match=hint):
            await HubSpot(Api(http, sandbox.hubspot.url, Bearer(sandbox.hubspot.token)), score=name).account()


async def test_an_account_that_does_not_describe_its_properties_is_used_as_it_is(sandbox):
    sandbox.hubspot.faults.add(Fault("status", path="/crm/v3/properties", status=404, body={"message": "no"}, count=None))
    async with Http(read_total=10) as http:
        found = HubSpot(Api(http, sandbox.hubspot.url, Bearer(sandbox.hubspot.token)), score="any_name", unique="any_key")

        assert (await found.account()).name == "portal 4815162"


@pytest.mark.parametrize("status", [403, 404])
async def test_where_nobody_may_see_who_owns_things_the_numbers_are_told(hubspot, sandbox, status):
    sandbox.hubspot.faults.add(Fault("status", path="/crm/v3/owners", status=status, body={"message": "no"}, count=None))

    assert (await hubspot.read("717")).fields["owner"] == Ref("60002", "owner 60002")


async def test_who_is_taken_for_nobody_reads_nothing(hubspot, sandbox):
    sandbox.hubspot.faults.add(Fault("status", path="/crm/v3/owners", status=401, body={"message": "no"}, count=None))

    with pytest.raises(Rejected, match="refuses the bot's credentials"):
        await hubspot.read("717")
