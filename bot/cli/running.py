"""run, web, worker: the long-running owners of a data directory."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.app import House
from bot.app.hooks import hook_routes
from bot.app.platforms import Platforms
from bot.cli.out import Failure, Out
from bot.cli.owner import Command, receiving
from bot.http.routes import Read, application, figures_only
from bot.sandbox.company import HANDBOOK, NAME, TO_TRY
from bot.store.figures.counts import Counts
from bot.watch import log
from bot.work.queue import beside
from bot.work.schedule import Schedule
from handlers.errors import Trouble
from handlers.models import EVERYONE
from knowledge.errors import KnowledgeError

Arguments = Mapping[str, Any]
GRACE = 10.0
"""Seconds that jobs under way get to finish after Ctrl-C; the ledger has the rest."""
logger = log.get("run")


def listen(host: str, port: int, *, setting: str = "PORT or --port") -> socket.socket:
    """The socket, bound before anything slow is done. Raises Failure when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(128)
    except OSError as taken:
        found.close()
        hint = f"Stop the program that uses it, or choose another one with {setting}."
        raise Failure(f"Port {port} on {host} cannot be used: {taken.strerror or taken}. {hint}") from taken
    return found


async def run(house: House, door: socket.socket, arguments: Arguments, out: Out, command: Command) -> int:
    """Serve until SIGINT or SIGTERM. The caller owns the data directory."""
    started = time.monotonic()
    stop = stop_signal()
    store = await house.store()
    if store.database.is_sqlite and (resumed := await store.jobs.take_over()):
        logger.info("jobs taken over", jobs=resumed)
    floor = await house.floor()
    if house.role != "web":
        await floor.clock.begin()
    if arguments["sandbox"]:
        await house.ingest([HANDBOOK], audience=frozenset({EVERYONE}), source="handbook", progress=out.progress)
    page = await house.playground(tries=TO_TRY if arguments["sandbox"] else ()) if house.shows_page else None
    standing = Counts(store.database).standing
    own_bind = house.settings.metrics_port is not None
    doors = floor.platforms.routes(floor.work, house.configuration) if house.role != "worker" else ()
    hooks = hook_routes(floor.hooks, store.inbound) if house.role != "worker" else ()
    app = application(floor.health, [*(page.routes() if page else ()), *doors, *hooks], standing=None if own_bind else standing)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, door).start()
    try:
        async with (
            figures(house, standing),
            receiving(house.settings.data_dir, command),
            beside(floor.queue, floor.runner),
            house.working(floor.runner, grace=GRACE),
            hearing(house, floor.platforms),
            warming(house),
            on_time(house, floor.clock.schedule),
        ):
            greet(out, door, house, time.monotonic() - started, page=bool(page), sandbox=arguments["sandbox"])
            await stop.wait()
            out.note("Stopping: what is under way is finished, the rest stays in the ledger.")
            if page:
                page.close()
    finally:
        await runner.cleanup()
    return 0


@asynccontextmanager
async def figures(house: House, standing: Read) -> AsyncIterator[None]:
    """Answer scrapes on METRICS_PORT during the block, where it is set. Raises Failure when the port is taken."""
    if house.settings.metrics_port is None:
        yield
        return
    door = listen(house.settings.host, house.settings.metrics_port, setting="METRICS_PORT")
    runner = web.AppRunner(figures_only(standing), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, door).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def hearing(house: House, platforms: Platforms) -> AsyncIterator[None]:
    """Keep the platforms' sockets open during the block, where there are any and this process takes things in."""
    if house.role == "worker":
        yield
        return
    async with platforms.listening():
        yield


@asynccontextmanager
async def warming(house: House) -> AsyncIterator[None]:
    """Load during the block what the first command would wait for, in threads; `web` answers nothing and needs none of it."""
    task = asyncio.create_task(warm(house), name="warming") if house.role != "web" else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.wait([task])


@asynccontextmanager
async def on_time(house: House, schedule: Schedule) -> AsyncIterator[None]:
    """See during the block that each timetable has its next firing, where this process works."""
    task = asyncio.create_task(schedule.keep(), name="timetables") if house.role != "web" else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.wait([task])


async def warm(house: House) -> None:
    """The embedding model, the SDK of a language model where one is configured, and then what may be quoted of the knowledge base.

    Whoever needs what failed here is told why.
    """
    try:
        knowledge = await house.knowledge()
        await knowledge.load()
        if house.settings.has_model:
            await (await house.gate()).load()
        await knowledge.prepare()
    except (Trouble, KnowledgeError) as trouble:
        logger.warning("not loaded beforehand", reason=str(trouble))


def stop_signal() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def greet(out: Out, door: socket.socket, house: House, seconds: float, *, page: bool, sandbox: bool) -> None:
    """Where it is, and what to try."""
    host, port = door.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    out.line(
        f"Countersign is ready after {seconds:.1f} s: {address}/"
        if page
        else f"Countersign is ready after {seconds:.1f} s on {address}"
    )
    if sandbox:
        out.line(f"You are in the sandbox: {NAME}, a made-up company with its help desk, its CRM and a handbook. Try:")
        for number, what in enumerate(TO_TRY, 1):
            out.line(f"  {number}. {what}")
        out.line("Ask as Ada, then switch to Bo and approve. Ctrl-C stops; the next start has everything as it was.")
    elif house.role == "worker":
        out.line("This is a worker: it does what `web` takes in.")
    elif house.platforms:
        named = " and ".join(name.title() for name in house.platforms)
        out.line(f"{named} {'is' if len(house.platforms) == 1 else 'are'} connected.")
    elif not page:
        out.line("No platform is connected yet, so only the command line can talk to it. PLAYGROUND=on opens the page.")
    out.line(f"Data: {house.settings.data_dir.resolve()}")
