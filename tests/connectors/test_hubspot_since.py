"""HubSpot: what has changed since the last look, though its search lags behind and ends after so many results; who is who."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.archive import Checkpoint
from bot.connectors.hubspot.client import HubSpot
from bot.connectors.hubspot.events import sighting
from bot.net.auth import Bearer
from bot.net.http import Http
from bot.sandbox import Fault, Sandbox
from handlers.errors import Invalid, Unavailable
from handlers.models import Ref

BEGIN = datetime(2026, 11, 20, 9, tzinfo=UTC)
WINDOW = 400


@pytest.fixture
def now():
    return [BEGIN]


@pytest.fixture
async def sandbox(now):
    async with Sandbox.start(None, clock=lambda: now[0]) as started:
        yield started


@pytest.fixture
async def hubspot(sandbox):
    sandbox.hubspot.vendor.index.deepest, sandbox.hubspot.vendor.pace.searches = WINDOW, 100
    async with Http(read_total=5, write_total=1.2) as http:
        yield HubSpot(Api(http, sandbox.hubspot.url, Bearer(sandbox.hubspot.token), deepest=WINDOW))


async def seen(hubspot, since, kind="contact"):
    found = [each async for each in hubspot.changes(kind, since)]
    told = [(event.name.rpartition(".")[2], event.record) for event, _ in found if event is not None]
    return told, (found[-1][1] if found else since)


def copies(sandbox, numbers, *, step):
    """Contacts that were changed one after the other, `step` apart, from a second after the beginning on."""
    like = sandbox.hubspot.record(721)
    for place, number in enumerate(numbers):
        stamp = f"{(BEGIN + timedelta(seconds=1) + place * step).isoformat(timespec='milliseconds')[:-6]}Z"
        values = like["values"] | {"hs_object_id": str(number), "lastmodifieddate": stamp, "email": f"{number}@x.example"}
        sandbox.hubspot.vendor.records[str(number)] = like | {"id": str(number), "updated": stamp, "values": values}


async def test_changes_come_once_and_oldest_first(hubspot, sandbox, now):
    start = Checkpoint.now(BEGIN)
    for number in (721, 702):
        now[0] += timedelta(seconds=5)
        await sandbox.hubspot.edit(number, {"phone": "1"})

    told, here = await seen(hubspot, start)

    assert told == [("updated", "721"), ("updated", "702")]
    assert await seen(hubspot, Checkpoint.of(here.text)) == ([], Checkpoint.of(here.text))
    now[0] += timedelta(hours=2)
    await sandbox.hubspot.edit(721, {"phone": "2"})
    assert (await seen(hubspot, here))[0] == [("updated", "721")]


@pytest.mark.parametrize(
    ("kind", "many", "field"), [("company", "companies", "city"), ("deal", "deals", "amount"), ("task", "tasks", "hs_task_body")]
)
async def test_every_kind_is_looked_at(hubspot, sandbox, kind, many, field):
    number = next(key for key, record in sandbox.hubspot.vendor.records.items() if record["kind"] == many)
    await sandbox.hubspot.edit(number, {field: "7"})

    assert (await seen(hubspot, Checkpoint.now(BEGIN), kind))[0] == [("updated", f"{kind}/{number}")]


async def test_what_a_search_does_not_see_yet_is_found_by_a_later_look(hubspot, sandbox, now):
    sandbox.hubspot.vendor.index.lag = timedelta(seconds=10)
    now[0] += timedelta(seconds=1)
    await sandbox.hubspot.edit(721, {"phone": "1"})
    told, here = await seen(hubspot, Checkpoint.now(BEGIN))
    assert told == []

    now[0] += timedelta(seconds=15)
    await sandbox.hubspot.edit(702, {"phone": "1"})
    first, here = await seen(hubspot, here)
    now[0] += timedelta(seconds=15)
    second, _ = await seen(hubspot, here)

    assert (first, second) == ([("updated", "721")], [("updated", "702")])


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(milliseconds=0)])
async def test_more_than_one_search_can_reach_is_seen_to_the_last(hubspot, sandbox, step):
    numbers = [*range(20_000, 20_000 + 2 * WINDOW + 150)]
    copies(sandbox, numbers, step=step)

    told, _ = await seen(hubspot, Checkpoint.now(BEGIN))

    assert sorted(int(record) for _, record in told) == numbers


async def test_a_look_that_is_cut_off_goes_on_where_it_was(hubspot, sandbox):
    copies(sandbox, range(20_000, 20_000 + WINDOW), step=timedelta(seconds=1))
    sandbox.hubspot.faults.add(Fault("status", path="/search$", nth=2, count=None))
    told, here = [], Checkpoint.now(BEGIN)

    async def looked():
        nonlocal told, here
        async for event, reached in hubspot.changes("contact", here):
            told, here = [*told, *([event.record] if event else [])], reached

    with pytest.raises(Unavailable):
        await looked()
    sandbox.hubspot.faults.clear()
    rest, _ = await seen(hubspot, here)

    assert 0 < len(told) < WINDOW
    assert told + [record for _, record in rest] == [str(number) for number in range(20_000, 20_000 + WINDOW)]


@pytest.mark.parametrize("missing", ["id", "updatedAt", "createdAt"])
def test_what_a_row_lacks_is_named(missing):
    row = {"id": "7", "updatedAt": "2026-11-20T09:00:00Z", "createdAt": "2026-11-20T09:00:00Z"}
    assert sighting("deal", row).id == "deal/7"

    with pytest.raises(Invalid, match=missing):
        sighting("deal", {name: value for name, value in row.items() if name != missing})


@pytest.mark.parametrize(
    ("kind", "words", "ids"),
    [
        ("company", "brackwater", ["company/808"]),
        ("company", "kestrelboats.example", ["company/801"]),
        ("deal", "no such deal", []),
    ],
)
async def test_companies_and_deals_are_found_by_name_or_domain(hubspot, kind, words, ids):
    assert [record.id for record in await hubspot.find(words, limit=5, kind=kind)] == ids


async def test_an_owner_is_found_by_the_address(hubspot):
    assert await hubspot.owner(" Bo@harbourlight.example ") == Ref("60002", "Bo Lindqvist")
    assert await hubspot.owner("nobody@harbourlight.example") is None
