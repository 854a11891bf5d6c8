"""run and check: the long-running owner of a data directory, and the doctor."""

import asyncio
import signal
import socket
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.app import House
from bot.cli.out import Failure, Out
from bot.cli.owner import Command, receiving
from bot.http.routes import application
from bot.sandbox.company import HANDBOOK, NAME, TO_TRY
from bot.watch import log
from handlers.models import EVERYONE

Arguments = Mapping[str, Any]
GRACE = 10.0
"""Seconds that jobs under way get to finish after Ctrl-C; the ledger has the rest."""
logger = log.get("run")


def listen(host: str, port: int) -> socket.socket:
    """The socket, bound before anything slow is done. Raises Failure when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(128)
    except OSError as taken:
        found.close()
        hint = "Stop the program that uses it, or choose another one with PORT or --port."
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
    if arguments["sandbox"]:
        await house.ingest([HANDBOOK], audience=frozenset({EVERYONE}), source="handbook", progress=out.progress)
    shows_page = house.settings.playground == "on" or (arguments["sandbox"] and house.settings.playground != "off")
    page = await house.playground(tries=TO_TRY if arguments["sandbox"] else ()) if shows_page else None
    app = application(floor.health, page.routes() if page else ())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, door).start()
    try:
        async with receiving(house.settings.data_dir, command), house.working(floor.runner, grace=GRACE):
            greet(out, door, house, time.monotonic() - started, page=bool(page), sandbox=arguments["sandbox"])
            await stop.wait()
            out.note("Stopping: what is under way is finished, the rest stays in the ledger.")
            if page:
                page.close()
    finally:
        await runner.cleanup()
    return 0


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
        out.line(f"You are in the sandbox: {NAME}, a made-up company with a Jira, a Zendesk and a handbook. Try:")
        for number, what in enumerate(TO_TRY, 1):
            out.line(f"  {number}. {what}")
        out.line("Ask as Ada, then switch to Bo and approve. Ctrl-C stops; the next start has everything as it was.")
    elif not page:
        out.line("No platform is connected yet, so only the command line can talk to it. PLAYGROUND=on opens the page.")
    out.line(f"Data: {house.settings.data_dir.resolve()}")


async def check(house: House, _arguments: Arguments, out: Out) -> int:
    """One line a part; exit code 1 when something is wrong."""
    store, floor = await house.store(), await house.floor()
    out.line(f"settings: ok (data in {house.settings.data_dir.resolve()})")
    out.line(f"database: ok ({'SQLite' if store.database.is_sqlite else 'PostgreSQL'}, migrated)")
    stats = await (await house.knowledge()).stats()
    out.line(f"knowledge: ok ({stats.documents} documents, {stats.chunks} passages, {stats.model})")
    wrong = await floor.health.reasons()
    for name in ("jira", "zendesk"):
        out.line(f"{name}: {'connected' if name in floor.connectors else 'not connected'}")
    for name, reason in wrong.items():
        out.line(f"{name}: {reason}")
    return 1 if wrong else 0
