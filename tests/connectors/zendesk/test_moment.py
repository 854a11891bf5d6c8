"""A ticket that changes while it is read: it is never shown as of a version that is newer than its words."""

import asyncio
from contextlib import suppress

import pytest
from aiohttp import web
from clocks import Watch

from bot.connectors.zendesk.client import Zendesk
from bot.net.http import Http
from bot.sandbox.server import Standin
from bot.sandbox.zendesk.vendor import Zendesk as Company
from handlers.errors import Stale
from handlers.models import Call, Change, Draft, Person, Place

TICKET, THREAD = "/api/v2/tickets/153", "/api/v2/tickets/153/comments"
AGAIN = "Please do not refund it: we have found the other booking."
LATEST = 0.3
"""Seconds for which the ticket waits for its comments to be read first, as it is when both are asked for at once."""


@pytest.fixture
async def desk():
    """The stand-in and the connector; the customer writes right after `standin.cue`, a path, has been answered."""
    watch, cued, read = Watch(), [], asyncio.Event()

    @web.middleware
    async def customer(request, handler):
        if request.method == "GET" and request.path == TICKET and cued == [THREAD]:
            with suppress(TimeoutError):
                await asyncio.wait_for(read.wait(), LATEST)
        answer = await handler(request)
        if request.method == "GET" and request.path in cued:
            cued.remove(request.path)
            watch.advance(seconds=5)
            await standin.edit("153", {"comment": AGAIN, "author": "mira"})
            read.set()
        return answer

    standin = Standin(Company(watch), folder=None, clock=watch, middlewares=[customer])
    await standin.start()
    async with Http(read_total=5, write_total=2) as http:
        yield Zendesk(http, url=standin.url, email=standin.email, token=standin.token), standin, cued
    await standin.stop()


@pytest.mark.parametrize("path", [TICKET, THREAD])
async def test_a_version_is_never_newer_than_the_words_that_stand_with_it(desk, path):
    zendesk, _, cued = desk
    cued.append(path)

    found = await zendesk.read("153")
    now = await zendesk.read("153")

    assert AGAIN in now.text
    assert cued == []
    assert found.version != now.version
    assert (AGAIN in found.text) is (path == TICKET)


@pytest.mark.parametrize("path", [TICKET, THREAD])
async def test_what_was_drawn_up_from_it_is_stale(desk, path):
    zendesk, standin, cued = desk
    cued.append(path)
    record = await zendesk.read("153")
    call = Call("c", "reply", "153", Person("p:a", "A"), Place("p", "c"))
    draft = Draft.of("reply", record, (Change("note", None, "Refund it."),), call=call)

    assert (await zendesk.reread(draft)).version != record.version
    with pytest.raises(Stale):
        await zendesk.write(draft)
    assert [one for one in standin.ledger.entries if one.method == "PUT" and one.effect] == []
