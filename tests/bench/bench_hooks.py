# ruff: noqa: T201 - what it prints is what it is for
"""A thousand webhooks a minute: how long each waits for its 202, how long it takes until its alert is judged, and whether memory grows.

    python tests/bench/bench_hooks.py [--seconds 120] [--rate 1000] [--hubspot 0.1] [--most 100] [--short]

The whole program on SQLite (synchronous=FULL) and the stand-ins of the vendors in a process of their own. A tenth is from HubSpot (`--hubspot`), which
answers a hundred requests in ten seconds as on its smallest plan (`--most`), the others are from Jira and Zendesk, all signed; every event is named by `[alerts]`, so its record is read again over HTTP and its sight is kept. A webhook counts as
processed when that is done.
"""

import argparse
import asyncio
import contextlib
import hashlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

import aiohttp  # noqa: E402 - the path has to be set first
from contract.signatures import PUBLIC, SECRETS, VENDORS  # noqa: E402
from programs import Process  # noqa: E402
from sqlalchemy import select  # noqa: E402

from bot.store.database import Database  # noqa: E402
from bot.store.tables import jobs  # noqa: E402

GOALS = {"recorded p99, ms": 100.0, "processed p95, s": 1.5, "memory, MiB more from a quarter of the run to its end": 16.0}
RULES = """
[alerts]
"jira.issue.updated" = { when = "priority == 'Highest'", channel = "playground:general" }
"zendesk.ticket.updated" = { when = "priority == 'urgent'", channel = "playground:general" }
"hubspot.contact.updated" = { when = "stage == 'customer'", channel = "playground:general" }
[reconcile]
every = "off"
"""
RECORDS = {
    "jira": [f"SUP-{n}" for n in range(1, 25)],
    "zendesk": [str(n) for n in range(101, 140)],
    "hubspot": [str(n) for n in range(701, 735)],
}


@dataclass
class Run:
    """What was seen from outside. Times of sending are in seconds since 1970, by the key of the job that judges the event; `busy` is in seconds."""

    sent: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    busy: float = 0.0


def system_of(number: int, share: float) -> str:
    """Who sends a webhook: HubSpot this share of them, evenly spread; Jira and Zendesk the others."""
    before, after = int(number * share), int((number + 1) * share)
    return "hubspot" if after > before else ("jira", "zendesk")[(number - before) % 2]


def posts(number: int, share: float) -> tuple[str, bytes, dict[str, str], str]:
    """System, body, headers and the id of the event of one webhook."""
    system = system_of(number, share)
    vendor, record = VENDORS[system], RECORDS[system][number * 7 % len(RECORDS[system])]
    body, more = vendor.body(number), {}
    if system == "jira":
        body["issue"], more, known = {"key": record}, {"X-Atlassian-Webhook-Identifier": f"w-{number}"}, f"w-{number}"
    elif system == "zendesk":
        body |= {"subject": f"zen:ticket:{record}", "detail": {"id": record}}
        known = body["id"]
    else:
        row = body[0]
        row["objectId"] = int(record)
        known = ":".join(str(row[name]) for name in ("portalId", "subscriptionId", "eventId", "occurredAt", "objectId"))
    raw = json.dumps(body).encode()
    return system, raw, vendor.sign(raw) | more, f"event:{system}:{hashlib.sha256(known.encode()).hexdigest()}:alert"


async def once(http: aiohttp.ClientSession, url: str, number: int, run: Run, share: float) -> None:
    system, raw, headers, key = posts(number, share)
    run.sent[key], began = time.time(), time.perf_counter()
    status = 0
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        async with http.post(f"{url}/hooks/{system}", data=raw, headers=headers) as answer:
            await answer.read()
            status = answer.status
    run.statuses[status] += 1
    run.took.append((time.perf_counter() - began) * 1000)


async def stream(http: aiohttp.ClientSession, url: str, run: Run, given: argparse.Namespace) -> None:
    """Send at the rate, whether earlier requests were answered or not."""
    began, step = time.perf_counter(), 60 / given.rate
    async with asyncio.TaskGroup() as group:
        for number in itertools.count():
            at = began + number * step
            if at > began + given.seconds:
                break
            if (wait := at - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(once(http, url, number, run, given.hubspot))


async def watch(process: int, run: Run) -> None:
    """The resident memory of a process, in MiB, each second."""
    while True:
        run.memory.append(resident(process))
        await asyncio.sleep(1)


def resident(process: int) -> float:
    [line] = [one for one in Path(f"/proc/{process}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def worked(process: int) -> float:
    """Seconds of a processor that a process has had."""
    found = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(found[11]) + int(found[12])) / os.sysconf("SC_CLK_TCK")


async def processed(folder: Path, run: Run) -> tuple[list[float], Counter[str]]:
    """Seconds from sending to the end of the alert's job, sorted; and the states of all jobs. Waits until none is open."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'data' / 'countersign.db'}")
    query = select(jobs.c.key, jobs.c.kind, jobs.c.state, jobs.c.updated)
    end = time.monotonic() + 60
    while True:
        async with database.read() as tx:
            rows = (await tx.execute(query)).all()
        if (
            not [row for row in rows if row.kind in ("hook", "alert") and row.state in ("pending", "running")]
            or time.monotonic() > end
        ):
            break
        await asyncio.sleep(0.5)
    await database.close()
    done = {row.key: row.updated for row in rows if row.kind == "alert" and row.state == "done"}
    states = Counter(f"{row.kind} {row.state}" for row in rows)
    found = {key: done[key] - at for key, at in run.sent.items() if key in done}
    for system in RECORDS:
        own = sorted(took for key, took in found.items() if f":{system}:" in key)
        print(f"processed, {system:<8} p50 {at_share(own, 0.5):5.2f}  p95 {at_share(own, 0.95):5.2f} s")
    return sorted(found.values()), states


async def start(stack: contextlib.AsyncExitStack, *arguments: str, ready: str, **environment: str) -> Process:
    process = await Process(*arguments, environment=environment).start()
    stack.push_async_callback(process.end, 15)
    end = time.monotonic() + 90
    while not process.said(ready):
        assert time.monotonic() < end, process.output
        await asyncio.sleep(0.05)
    return process


async def measured(folder: Path, given: argparse.Namespace, models: str) -> tuple[Run, list[float], Counter[str]]:
    run, rules = Run(), folder / "bot.toml"
    rules.write_text(RULES)
    async with contextlib.AsyncExitStack() as stack:
        limit = ("--hubspot-most", str(given.most))
        vendors = await start(stack, "bot.sandbox", *limit, ready="SALESFORCE_CLIENT_SECRET")
        found = dict(line.split("=", 1) for line in vendors.lines if "=" in line)
        secrets = dict.fromkeys(("JIRA_WEBHOOK_SECRET", "ZENDESK_WEBHOOK_SECRET", "HUBSPOT_CLIENT_SECRET"), ",".join(SECRETS))
        own = {
            "CONFIG_FILE": str(rules),
            "DATA_DIR": str(folder / "data"),
            "MODEL_DIR": models,
            "PORT": "0",
            "PUBLIC_URL": PUBLIC,
        }
        bot = await start(stack, "bot", "run", ready="is ready after", **found, **secrets, **own, LOG_LEVEL="warning")
        url = bot.said("is ready after").rsplit(" ", 1)[1].rstrip("/")
        before = worked(bot.process.pid)
        watching = asyncio.create_task(watch(bot.process.pid, run))
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            await stream(http, url, run, given)
        took, states = await processed(folder, run)
        run.busy = worked(bot.process.pid) - before
        watching.cancel()
    return run, took, states


def at_share(found: Sequence[float], share: float) -> float:
    return found[min(int(len(found) * share), len(found) - 1)] if found else float("inf")


def rows(run: Run, took: list[float], states: Counter[str]) -> Iterator[str]:
    recorded = sorted(run.took)
    yield f"{len(recorded)} webhooks, answered {dict(run.statuses)}; jobs: {dict(sorted(states.items()))}"
    yield "           p50      p95      p99      max"
    yield f"recorded {at_share(recorded, 0.5):6.1f}   {at_share(recorded, 0.95):6.1f}   {at_share(recorded, 0.99):6.1f}   {recorded[-1]:6.1f}  ms"
    yield f"processed {at_share(took, 0.5):5.2f}    {at_share(took, 0.95):5.2f}    {at_share(took, 0.99):5.2f}    {at_share(took, 1.0):5.2f}  s"
    yield f"processor time of the bot: {run.busy / max(len(recorded), 1) * 1000:.1f} ms a webhook, with all that follows from it"
    yield f"memory, MiB: {', '.join(f'{at_share(run.memory, share):.0f}' for share in (0.0, 0.25, 0.5, 0.75, 1.0))} (at each quarter)"


def report(run: Run, took: list[float], states: Counter[str]) -> bool:
    for row in rows(run, took, states):
        print(row)
    grown = at_share(run.memory, 1.0) - at_share(run.memory, 0.25)
    reached = dict(zip(GOALS, (at_share(sorted(run.took), 0.99), at_share(took, 0.95), grown), strict=True))
    for name, most in GOALS.items():
        print(f"{'met   ' if reached[name] <= most else 'MISSED'} {name}: {reached[name]:.2f}, goal {most:g}")
    is_whole = set(run.statuses) == {202} and len(took) == len(run.sent)
    print(
        f"{'met   ' if is_whole else 'MISSED'} every webhook was answered 202 and came to its end: {len(took)} of {len(run.sent)}"
    )
    return is_whole and all(reached[name] <= most for name, most in GOALS.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=1000, help="webhooks a minute")
    parser.add_argument("--hubspot", type=float, default=0.1, help="share of HubSpot's")
    parser.add_argument("--most", type=int, default=100, help="requests that HubSpot answers in ten seconds")
    parser.add_argument("--short", action="store_true", help="15 seconds")
    given = parser.parse_args()
    given.seconds = 15 if given.short else given.seconds
    print(
        f"{given.rate:g} webhooks a minute for {given.seconds:g} s, {given.hubspot:.0%} from HubSpot; load at the start {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(Path(folder), given, os.environ.get("MODEL_DIR") or str(ROOT / "data" / "models")))
    met = report(*found)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
