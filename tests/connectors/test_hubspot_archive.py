"""HubSpot: what was deleted is found in the archive, a few pages a look, each at least once and under one id."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from clocks import Watch
from hypothesis import given
from hypothesis import strategies as st
from vendor_contract import SPECS, contract

from bot.connectors import checkpoint
from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.archive import PAGES, PAUSE, Checkpoint
from bot.connectors.hubspot.client import HubSpot
from bot.connectors.hubspot.events import gone
from bot.net.auth import Bearer
from bot.net.http import Http
from bot.sandbox.hubspot.vendor import HubSpot as Account
from bot.sandbox.server import Standin
from handlers.errors import Invalid, NotFound

LOOK = timedelta(minutes=5)
LIST = "GET /crm/v3/objects/contacts"


class Line:
    """HubSpot and the connector, with one clock; `here` is how far it has looked, `told` what it told."""

    def __init__(self, watch):
        self.watch, self.asked, self.told = watch, [], []
        self.here = Checkpoint.now(watch())

    async def look(self, kind="contact"):
        """One look as the reconciler has it, stored in between."""
        self.watch.advance(seconds=LOOK.total_seconds())
        async for event, reached in self.crm.changes(kind, Checkpoint.of(self.here.text)):
            self.here = reached
            self.told += [event] if event else []

    def names(self):
        return [(one.name, one.record) for one in self.told]


@pytest.fixture
async def line():
    watch = Watch()
    found = Line(watch)

    @web.middleware
    async def note(request, handler):
        found.asked.append(f"{request.method} {request.path}")
        return await handler(request)

    broken: list[str] = []
    checks = [contract("hubspot", broken)] if SPECS.is_dir() else []
    found.standin = Standin(Account(watch), folder=None, clock=watch, middlewares=[note, *checks])
    await found.standin.start()
    async with Http(read_total=5) as http:
        found.crm = HubSpot(Api(http, found.standin.url, Bearer(found.standin.token)), clock=watch)
        yield found
    await found.standin.stop()
    assert [one for one in broken if "/account-info/" not in one] == []


@pytest.mark.parametrize(("kind", "record"), [("contact", "721"), ("deal", "deal/911"), ("company", "company/808")])
async def test_what_was_deleted_is_told_as_such(line, kind, record):
    await line.standin.edit(record.rpartition("/")[2], {"archived": True})
    await line.look(kind)

    assert line.names() == [(f"hubspot.{kind}.deleted", record)]
    with pytest.raises(NotFound):
        await line.crm.read(record)
    found = await line.crm.several([record, "702"])
    assert (type(found[record]), found["702"].id) == (NotFound, "702")


async def test_again_it_is_told_under_the_same_id_and_after_a_while_no_more(line):
    await line.standin.edit("721", {"archived": True})
    for _ in range(8):
        await line.look()
    before = len(line.told)
    for _ in range(4):
        await line.look()

    assert len({one.id for one in line.told}) == 1
    assert len(line.told) == before <= 4


async def test_what_was_deleted_before_the_first_look_is_no_news(line):
    await line.standin.edit("721", {"archived": True})
    line.watch.advance(hours=1)
    line.here = Checkpoint.now(line.watch())
    await line.look()

    assert line.told == []


async def test_a_large_archive_is_gone_through_bit_by_bit_and_again(line):
    like, old = line.standin.record("721"), "2026-10-01T09:00:00.000Z"
    for number in range(20_000, 20_450):
        line.standin.vendor.records[str(number)] = like | {"id": str(number), "archived": old}
    await line.standin.edit("721", {"archived": True})  # it stands on the first page
    for _ in range(2):
        await line.look()
    await line.standin.edit("702", {"archived": True})  # and so does this one, which is behind us
    first = line.names()
    for _ in range(4):
        line.asked.clear()
        await line.look()
        assert line.asked.count(LIST) <= PAGES

    assert first == [("hubspot.contact.deleted", "721")]
    assert set(line.names()) == {("hubspot.contact.deleted", "721"), ("hubspot.contact.deleted", "702")}


async def test_a_look_that_asks_on_does_not_go_through_the_archive_faster(line):
    await line.look()
    line.asked.clear()
    async for _ in line.crm.changes("contact", line.here):
        pass

    assert LIST not in line.asked


def test_a_checkpoint_of_an_earlier_version_is_read():
    old = checkpoint.Checkpoint.now(datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert Checkpoint.of(old.text) == Checkpoint.now(old.at)


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"changes": 1}', json.dumps({"changes": "{}", "sweep": {}})])
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Invalid, match="cannot be read"):
        Checkpoint.of(text)


@pytest.mark.parametrize("row", [{"id": "7"}, {"archivedAt": "2026-11-20T09:00:00Z"}, {"id": "7", "archivedAt": "soon"}])
def test_what_a_row_lacks_is_named(row):
    with pytest.raises(Invalid, match=r"archivedAt|'id'|soon"):
        gone("deal", [row])


BEGIN = datetime(2026, 11, 20, 9, tzinfo=UTC)
minutes = st.integers(-60, 120).map(lambda n: BEGIN + timedelta(minutes=n))


@given(st.dictionaries(st.integers(1, 40), minutes, max_size=30), st.integers(1, 4))
def test_whatever_is_archived_whenever_is_told_and_nothing_old_is(deleted, size):
    """The list by its ids, in pages of this size, one page a look; it grows while it is gone through."""
    here, now, told = Checkpoint.now(BEGIN), BEGIN, set()
    while now < BEGIN + timedelta(hours=12):
        now += LOOK
        begun = here.sweep.begun(now)
        rest = sorted(n for n, at in deleted.items() if at <= now and n > int(begun.after or 0))
        here = Checkpoint(here.changes, begun)
        rows = [{"id": str(n), "archivedAt": deleted[n].isoformat()} for n in rest[:size]]
        told |= {event.record for event in gone("contact", rows) if here.is_news(event.at)}
        here = Checkpoint.of(Checkpoint(here.changes, begun.to(str(rest[size - 1]) if len(rest) > size else "", now)).text)
        assert not here.is_due(now + PAUSE / 2)

    assert told == {str(n) for n, at in deleted.items() if at >= BEGIN}
