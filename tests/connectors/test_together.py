"""What events ask for at one time is read together: as fresh, as exact and as separate as if each had been read alone."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from hubspots import draft_of
from vendor_contract import SPECS, contract

from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.client import HubSpot
from bot.connectors.together import ENOUGH, MOST, Together, for_events
from bot.net.auth import Bearer
from bot.net.away import noting
from bot.net.http import Http, Rejected
from bot.sandbox import Fault
from bot.sandbox.hubspot.vendor import HubSpot as Account
from bot.sandbox.models import utc_now
from bot.sandbox.server import Standin
from handlers.errors import Invalid, NotFound, Trouble, Unavailable
from handlers.models import Change, Ref

CONTACTS = [str(number) for number in range(701, 731)]
MANY = "/crm/v3/objects/contacts/batch/read"


@dataclass
class Line:
    """HubSpot with everything that is asked of it, and the connector alone and as events read it."""

    standin: Standin
    crm: HubSpot
    events: Any
    asked: list[str] = field(default_factory=list)

    async def all(self, *names):
        return await asyncio.gather(*(self.events.read(name) for name in names), return_exceptions=True)


@pytest.fixture
async def line():
    asked, broken = [], []

    @web.middleware
    async def note(request, handler):
        asked.append(f"{request.method} {request.path}")
        return await handler(request)

    checks = [contract("hubspot", broken)] if SPECS.is_dir() else []
    standin = Standin(Account(utc_now), folder=None, clock=utc_now, middlewares=[note, *checks])
    await standin.start()
    async with Http(read_total=5) as http:
        crm = HubSpot(Api(http, standin.url, Bearer(standin.token)))
        yield Line(standin, crm, Together("hubspot", crm, crm, pause=0.05), asked)
    await standin.stop()
    assert [one for one in broken if one.startswith("request") and "/account-info/" not in one] == []


async def test_thirty_records_are_read_by_a_few_requests_and_are_what_each_is_alone(line):
    alone = [await line.crm.read(name) for name in CONTACTS]
    line.asked.clear()
    found = await line.all(*CONTACTS)

    assert found == alone
    assert len(line.asked) <= 4


@pytest.mark.parametrize(
    "names", [("deal/901", "deal/911", "deal/905"), ("company/801", "company/808"), ("701", "contact/702", "deal/901")]
)
async def test_every_kind_is_what_it_is_alone(line, names):
    alone = [await line.crm.read(name) for name in names]

    assert await line.all(*names) == alone


async def test_what_is_missing_or_no_id_is_so_for_itself_only(line):
    found = await line.all("701", "9999", "no id", "911", "deal/901", "702")

    assert [type(one) for one in found] == [type(found[0]), NotFound, Invalid, NotFound, type(found[0]), type(found[0])]
    assert "HubSpot has no contact 9999" in str(found[1])
    assert [found[place].id for place in (0, 4, 5)] == ["701", "deal/901", "702"]


async def test_one_alone_is_read_as_ever_and_a_name_that_two_ask_for_is_asked_for_once(line):
    found = await line.all("701", "701")

    assert found[0] == found[1]
    assert "GET /crm/v3/objects/contacts/701" in line.asked
    assert not [one for one in line.asked if MANY in one]


async def test_a_hundred_at_most_are_one_reading(line):
    record, sizes = await line.crm.read("701"), []

    class Counted:
        async def several(self, names):
            sizes.append(len(names))
            return dict.fromkeys(names, record)

    together = Together("hubspot", line.crm, Counted(), pause=0.05)
    await asyncio.gather(*(together.read(str(number)) for number in range(MOST + 20)))

    assert sizes == [MOST, 20]


@pytest.mark.parametrize(("status", "kind"), [(503, Unavailable), (403, Rejected), (401, Rejected)])
async def test_what_is_wrong_with_the_system_is_so_for_all_and_stands_behind_their_jobs(line, status, kind):
    await line.all(*CONTACTS[:2])
    line.standin.faults.add(Fault("status", path=MANY, status=status, body={"message": "no"}, count=None))
    with noting() as away:
        found = await line.all(*CONTACTS)

    assert {type(one) for one in found} == {kind}
    assert away.system == ("hubspot" if kind is Unavailable else "")
    assert not [one for one in line.asked if one.startswith("GET /crm/v3/objects/contacts/")]


async def test_where_a_batch_is_refused_for_what_is_in_it_each_is_asked_for_by_itself(line):
    line.standin.faults.add(Fault("status", path=MANY, status=400, body={"message": "no"}, count=None))
    found = await line.all("701", "9999", "702")

    assert (found[0].id, type(found[1]), found[2].id) == ("701", NotFound, "702")


async def test_a_record_that_was_merged_is_found_under_its_old_number(line):
    line.standin.faults.add(Fault("status", "POST", MANY, status=207, body={"results": []}))
    found = await line.all("701", "702")

    assert [one.id for one in found] == ["701", "702"]


async def test_who_asks_after_a_change_is_never_given_what_was_read_before_it(line, wait_until):
    await line.events.read("701")
    line.standin.faults.add(Fault("delay", path=MANY, seconds=0.4, after=True))
    first = asyncio.gather(*(line.events.read(name) for name in ("701", "702", "703", "704")))
    await wait_until(lambda: f"POST {MANY}" in line.asked)
    await line.standin.edit("701", {"country": "Norway"})
    later = await line.events.read("701")
    await first

    assert later.fields["country"] == "Norway"


async def test_one_that_is_given_up_takes_nothing_from_the_others(line):
    line.standin.faults.add(Fault("delay", path="/crm/v3/objects/contacts/.*", seconds=0.2, count=None))
    tasks = [asyncio.create_task(line.events.read(name)) for name in ("701", "701", "702")]
    await asyncio.sleep(0)
    tasks[0].cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)

    assert (type(ended[0]), ended[1].id, ended[2].id) == (asyncio.CancelledError, "701", "702")


async def test_a_change_is_checked_by_a_reading_of_its_own(line):
    """The check before a write never shares an answer, however many events are read at that moment."""
    draft = draft_of(Change("country", None, "Norway"), record=await line.crm.read("701"))
    line.asked.clear()
    await asyncio.gather(line.all(*CONTACTS), line.crm.reread(draft), line.crm.write(draft))
    own = [one for one in line.asked if re.fullmatch(r"GET /crm/v3/objects/contacts/701", one)]

    assert len(own) >= 2  # the one that was asked for, and the one right before the change


async def test_a_bug_is_told_to_whoever_waits(line):
    class Broken:
        async def several(self, names):
            raise ZeroDivisionError(len(names))

    together = Together("hubspot", line.crm, Broken())

    assert [type(one) for one in await asyncio.gather(*(together.read(name) for name in "ab"), return_exceptions=True)] == [
        ZeroDivisionError, ZeroDivisionError,
    ]  # fmt: skip


async def test_a_system_that_leaves_one_out_is_no_success(line):
    class Forgetful:
        async def several(self, _names):
            return {}

    with pytest.raises(Trouble, match="something else came"):
        await Together("hubspot", line.crm, Forgetful()).read("701")


async def test_only_a_system_that_gives_many_is_read_together(connectors):
    found = for_events(connectors)

    assert {name for name, one in found.items() if isinstance(one, Together)} == {"hubspot"}
    assert found["jira"] is connectors["jira"]
    assert ENOUGH < MOST


async def test_the_past_is_read_as_ever(line):
    like = await line.crm.read("701")

    assert await line.events.past(like, limit=3) == await line.crm.past(like, limit=3)
    assert like.fields["owner"] is None or isinstance(like.fields["owner"], Ref)
