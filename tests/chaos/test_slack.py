# ruff: noqa: T201 - what a run came to is part of it
"""Slack delivers everything one to five times, its answers get lost, processes are killed: one effect each, and nothing is lost."""

import asyncio
import json
import signal
import time
from collections import Counter

import pytest
from chaos import slack_oracle
from chaos.books import Books
from chaos.conftest import KEYS
from chaos.knobs import LANES, LIMIT, SEED, SLACK_EVENTS, SLACK_KILLS
from chaos.oracle import violations
from chaos.program import ALONE, HALVES, Fleet
from chaos.script import blows
from chaos.slack import Person, Workspace, scene
from chaos.storm import Run
from programs import RULES, Process
from sqlalchemy import select

from bot.sandbox.company import HANDBOOK
from bot.store.tables import jobs

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
PLACES = ("after_record", "after_claim", "after_say", "after_decide", "before_send", "after_send", "before_amend", "after_amend")
CHANNELS = 40
"""Slack lets one message a second into each."""


@pytest.fixture
async def workspace(http, wait_until):
    process = await Process("bot.sandbox.slack", "--channels", str(CHANNELS), environment={}, measured=False).start()
    await wait_until(lambda: process.said("SLACK_BOT_TOKEN"))
    yield Workspace(http, dict(line.split("=", 1) for line in process.lines if "=" in line), CHANNELS)
    await process.end(signal.SIGTERM)


@pytest.fixture
def settings(environment, vendors, workspace):
    return {
        **environment, **vendors.settings, **workspace.settings, **KEYS,
        "PLAYGROUND": "on", "CONFIG_FILE": str(RULES), "CHAOS_LEASE": "13",
    }  # fmt: skip


@pytest.fixture
async def start(http, tmp_path, workspace, desk, log):
    """Starts a deployment that knows the handbook, with Slack aimed at it."""
    stack = []

    async def started(settings, roles, books, redis=None):
        fleet = Fleet(http, settings, tmp_path, roles)
        await fleet.start()
        stack.append((fleet, books))
        code, output = await fleet.command("ingest", str(HANDBOOK))
        assert code == 0, output
        await workspace.post("events-url", url=f"{fleet.url}/slack/events")
        return Run(fleet, books, desk, log, seed=SEED, redis=redis)

    yield started
    for fleet, books in stack:
        await books.close()
        await fleet.end()


async def stormed(run, workspace, *, events, kills):
    """Play, calm down, and what the oracles say."""
    began = time.monotonic()
    plan = blows(
        SEED, events=int(events * 0.6), places=PLACES, kill=kills
    )  # the last lease that a kill leaves has to run out, too
    people = [Person(workspace, run.books, run.desk, run.log, seed=SEED, number=n) for n in range(LANES)]
    async with asyncio.TaskGroup() as group:
        group.create_task(run.strike(plan, 0.0))
        for person in people:
            group.create_task(person.live(events))
    played = time.monotonic() - began
    await workspace.mend()
    await run.calm()
    code, output = await run.fleet.command("audit", "verify")
    evidence = await run.books.evidence((), run.desk, trail="" if code == 0 else output)
    seen = await scene(workspace, run.books)
    found = [*slack_oracle.faults(seen), *violations(evidence)]
    kinds = Counter(told.kind for told in seen.told)
    summary = {
        "events": len(run.log.events), "kills": run.fleet.kills, "faults": sum(person.troubles for person in people),
        "waited in vain": sum(person.vain for person in people), **kinds, "deliveries": len(seen.told), "copies": seen.copies, "seconds": [round(played), round(time.monotonic() - began)],
        "messages": len(seen.shown), "writes": len(evidence.writes),
        "drafts": dict(Counter(draft.state for draft in evidence.drafts)), "violations": dict(Counter(v.kind for v in found)),
    }  # fmt: skip
    print(f"CHAOS_SEED={SEED} {json.dumps(summary)}")
    for job in await run.books.rows(select(jobs).where(jobs.c.state.in_(("dead", "unknown")))):
        print(f"{job.kind} {job.key} {job.state} after {job.attempts} attempts, {job.fence} claims: {job.error}")
    return seen, found


def explained(found, log):
    return "\n".join([f"CHAOS_SEED={SEED}", *(f"{each.kind}: {each.what}" for each in found[:30]), f"events: {log.path}"])


@pytest.fixture
def shared(postgres_url, redis, chroma):
    """What the processes share."""
    return {"DATABASE_URL": postgres_url, "REDIS_URL": redis.url, "CHROMA_URL": chroma}, redis


async def test_web_and_two_workers(start, settings, workspace, log, shared):
    urls, redis = shared
    run = await start(settings | urls, HALVES, Books(urls["DATABASE_URL"]), redis)

    seen, found = await stormed(run, workspace, events=SLACK_EVENTS, kills=SLACK_KILLS)

    assert not found, explained(found, log)
    assert len(seen.told) >= SLACK_EVENTS
    assert run.fleet.kills >= SLACK_KILLS // 2


async def test_one_process_on_sqlite(start, settings, workspace, log, tmp_path):
    books = Books(f"sqlite+aiosqlite:///{tmp_path / 'member0' / 'countersign.db'}")
    run = await start(settings, ALONE, books)

    seen, found = await stormed(run, workspace, events=SLACK_EVENTS // 3, kills=SLACK_KILLS // 2)

    assert not found, explained(found, log)
    assert len(seen.told) >= SLACK_EVENTS // 3
