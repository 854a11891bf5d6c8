"""Who has lost the lease writes nothing, neither at a vendor nor in the ledger."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import web

from bot.net.http import WRITE_TOTAL, Http
from bot.work.hold import AT_HAND, MARGIN, Hold, LeaseLostError, before_write, now
from bot.work.runner import LEASE
from handlers.errors import Invalid, Unavailable

ROOT = Path(__file__).resolve().parents[2]
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Vendor:
    """A record that can be slow to read, and the writes that reached it."""

    def __init__(self) -> None:
        self.reads = 0
        self.writes = 0
        self.go = asyncio.Event()

    async def read(self, _request):
        self.reads += 1
        await self.go.wait()
        return web.json_response({})

    async def write(self, _request):
        self.writes += 1
        return web.json_response({})


class Output:
    """A process and what it has said so far."""

    def __init__(self, process) -> None:
        self.process = process
        self.heard = ""

    async def read(self) -> None:
        async for line in self.process.stdout:
            self.heard += line.decode()


@pytest.fixture
async def vendor():
    found = Vendor()
    app = web.Application()
    app.add_routes([web.get("/record", found.read), web.put("/record", found.write)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield found
    found.go.set()
    await runner.cleanup()


@pytest.fixture
def lose(stores):
    """Somebody else takes the running job over."""

    async def now_theirs():
        await stores.jobs.take_over()
        [job] = [job.id for job in await stores.jobs.list(state="running")]
        return await stores.jobs.claim(job, lease=60)

    return now_theirs


@pytest.fixture
async def slow_worker(stores, vendor):
    """A worker process with a lease of one second."""
    url = stores.database._engine.url.render_as_string(hide_password=False)
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("COV")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("slow_worker.py")), url, vendor.url, "1.0",
        cwd=ROOT, env=keep | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    found = Output(process)
    reading = asyncio.create_task(found.read())
    yield found
    process.send_signal(signal.SIGCONT)
    process.kill()
    await reading
    await process.wait()


@pytest.fixture
def reading(vendor, enqueue, wait_until):
    """A job that has got as far as reading its record."""

    async def begin():
        await enqueue()
        await wait_until(lambda: vendor.reads)
        return vendor, wait_until

    return begin


@pytest.fixture
def refusing(desk, start, enqueue, wait_until):
    """A job that is being run and will end in a refusal, once `desk.go`."""

    async def begin(*, lease):
        desk.go.clear()
        desk.script = [Invalid("no")]
        runner, _ = start(lease=lease)
        await enqueue()
        await wait_until(lambda: desk.runs)
        return runner

    return begin


def test_a_write_is_over_before_its_lease_is():
    assert WRITE_TOTAL < MARGIN < LEASE


async def test_a_process_that_slept_past_its_lease_does_not_send_its_write(reading, slow_worker, start, desk, ends):
    vendor, wait_until = await reading()
    slow_worker.process.send_signal(signal.SIGSTOP)
    start(lease=30)
    assert (await ends("done")).attempts == 2
    vendor.go.set()
    slow_worker.process.send_signal(signal.SIGCONT)

    await wait_until(lambda: "lease lost" in slow_worker.heard)

    assert vendor.writes == 0
    assert desk.runs == [{"words": "secret k"}]
    assert (await ends("done")).attempts == 2


@pytest.fixture
async def hold(stores, enqueue):
    """A running job of ours, with all of its lease ahead or none."""

    async def take(*, lease):
        await enqueue()
        since = now()
        claim = await stores.jobs.claim((await stores.jobs.due(1))[0], lease=30)
        return Hold(stores.jobs, claim, lease=lease, since=since)

    return take


async def test_a_write_is_not_sent_without_the_lease(hold, lose, vendor):
    AT_HAND.set(await hold(lease=0))
    await lose()
    async with Http(before_write=before_write) as http:
        with pytest.raises(LeaseLostError):
            await http.write("Vendor", "PUT", f"{vendor.url}/record", auth="", body={})

    assert vendor.writes == 0


async def test_a_short_rest_of_a_lease_is_renewed_before_a_write(hold, vendor, stores):
    held = await hold(lease=60)
    held._ends = now() + 1
    AT_HAND.set(held)
    async with Http(before_write=before_write) as http:
        await http.write("Vendor", "PUT", f"{vendor.url}/record", auth="", body={})

    [job] = await stores.jobs.list()
    assert vendor.writes == 1
    assert job.lease - job.updated > 50


@sqlite
async def test_the_ledger_is_not_asked_while_the_lease_is_certain(hold, away):
    held = await hold(lease=60)
    await away(gone=True)

    await held.check(30)
    with pytest.raises(Unavailable):
        await held.check(90)
    await away(gone=False)


async def test_a_job_that_was_taken_over_is_stopped_and_has_no_say_in_its_end(desk, refusing, lose, wait_until, job):
    runner = await refusing(lease=0.6)

    await lose()
    await wait_until(lambda: not runner._running)

    assert desk.told == []
    assert ((await job()).state, (await job()).attempts) == ("running", 2)


async def test_the_last_word_is_the_owners(desk, refusing, lose, wait_until, job):
    runner = await refusing(lease=30)  # no heartbeat falls into this test

    await lose()
    desk.go.set()
    await wait_until(lambda: not runner._running)

    assert desk.told == []
    assert (await job()).state == "running"
