"""A system that answers again: its dead letters are tried again by themselves, once for each time its breaker closes, in their order."""

import asyncio
import itertools
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import update

from bot.net.breaker import Breakers, Rule
from bot.net.http import Http
from bot.store.ledger.replays import REVIVALS, Replays
from bot.store.tables import jobs
from bot.work import revival
from bot.work.replaying import Replaying
from bot.work.revival import Bell, Revival
from bot.work.runner import Kind, Runner

CALLS = 4
"""Failures after which the breaker opens."""


@dataclass
class Vendor:
    """A system that is away until it is well; it never answers for what is broken, and keeps what it was asked for."""

    url: str = ""
    well: bool = False
    broken: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    async def answer(self, request):
        name = request.match_info["name"]
        self.asked.append(name)
        return web.json_response({}, status=200 if self.well and name not in self.broken else 503)


@pytest.fixture
async def vendor():
    found, app = Vendor(), web.Application()
    app.router.add_post("/{name}", found.answer)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/"))
        yield found


@pytest.fixture
def working(stores, vendor):
    """A worker whose jobs ask the vendor for a record, during the block."""

    @asynccontextmanager
    async def begin(calls=CALLS):
        bell = Bell(stores.database, stores.jobs, grace=0.0)
        async with (
            Breakers(rule=Rule(calls=calls, rest=0.1), closed=bell) as breakers,
            Http(breakers=breakers, read_total=2) as http,
        ):

            async def read(payload):
                await http.form("Vendor", f"{vendor.url}{payload['record']}", {})

            replaying = Replaying(stores.jobs, stores.drafts, Replays(stores.database, stores.jobs, stores.audit))
            revived = Revival(replaying, spacing=0.02)
            runner = Runner(
                stores.database, stores.jobs, {**dict.fromkeys(("hook", "call", "card"), Kind(read)), **revived.kinds()}, slots=1
            )
            task = asyncio.create_task(runner.run())
            yield
            runner.stop()
            await task

    return begin


@pytest.fixture
def put(stores):
    """Jobs that were made one after the other, a second apart."""
    made = itertools.count(-1000)

    async def enqueue(*names, kind="hook", **more):
        async with stores.database.write() as tx:
            for name in names:
                payload, key = {"record": name, **more}, f"{kind}:{name}"
                await stores.jobs.enqueue(tx, kind, key=key, payload=payload, attempts=1, record_key=f"r:{kind}")
                await tx.execute(update(jobs).where(jobs.c.key == key).values(created=jobs.c.created + next(made)))

    return enqueue


@pytest.fixture
def states(stores):
    async def found():
        return {job.key.partition(":")[2]: (job.state, job.away) for job in await stores.jobs.list() if job.kind != revival.KIND}

    return found


@pytest.fixture
def reach(states, wait_until):
    async def until(**wanted):
        async def probe():
            found = await states()
            return all(found.get(name, ("",))[0] == state for name, state in wanted.items())

        await wait_until(probe)

    return until


@pytest.fixture
def trail(stores):
    async def found():
        return [(row["actor"], row["action"], row["detail"]) async for row in stores.audit.export()]

    return found


async def test_what_died_of_a_system_is_tried_again_in_order_when_it_answers(working, put, reach, vendor, trail):
    async with working():
        await put("a", "b", "c")
        await put("said", kind="call", person="playground:ada")
        await put("card", kind="card", draft="d1")
        await reach(a="dead", b="dead", c="dead", said="dead", card="dead")
        vendor.asked.clear()
        vendor.well = True
        await put("probe")
        await reach(a="done", b="done", c="done", card="done", said="dead", probe="done")

    assert [name for name in vendor.asked if name in "abc"] == ["a", "b", "c"]
    assert await trail() == [("countersign", "replayed", {"because": "vendor answers again"})] * 4


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_one_that_brings_its_system_down_waits_for_a_person_after_some_times(working, put, reach, vendor, stores):
    vendor.broken = frozenset({"bad"})
    vendor.well = True
    async with working(calls=1):
        await put("bad")
        await reach(bad="dead")
        for number in range(REVIVALS + 1):
            await put(f"probe{number}")
            await reach(**{f"probe{number}": "done", "bad": "dead"})
    revivals = [job for job in await stores.jobs.list() if job.kind == revival.KIND]

    assert len([row async for row in stores.audit.export()]) == REVIVALS
    assert len(revivals) >= REVIVALS


async def test_the_system_that_was_away_stands_in_the_ledger_and_no_other(working, put, reach, states):
    async with working():
        await put("a")
        await reach(a="dead")
    assert (await states())["a"] == ("dead", "vendor")
