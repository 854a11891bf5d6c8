# ruff: noqa: T201 - what a run came to is part of it
"""Every vendor answers everything with 429 for a while, and people go on as if nothing was: no draft is lost, none is written twice, nobody is left without a word."""

import asyncio
import time
import uuid
from collections import Counter

import pytest
from chaos.knobs import LIMIT, LONG, REFUSED, REFUSED_DRAFTS
from chaos.oracle import Event
from chaos.script import Round
from chaos.storm import verdict
from chaos.vendors import VENDORS

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
ABREAST, TRIES = 4, 3
QUESTIONS = (
    "/ask how do refunds work?",
    "/triage SUP-21",
    "/reply 153",
    "/lead 721",
    "/lead mira@kestrelboats.example",
    "/approvals",
)


async def drawn_up(lane, room):
    """A draft of a record of the lane's own; a question that a busy vendor did not answer is asked again."""
    async with room:
        lane.record = await lane.desk.open(lane.vendor, lane.number)
        for _ in range(TRIES):
            draft = await lane.ask(VENDORS[lane.vendor].command.format(lane.record))
            if draft is not None and draft.id:
                return draft
    raise AssertionError(f"nothing was proposed for {lane.vendor} {lane.record}")


async def questions(lane, until):
    """Somebody asks, every half second something else."""
    number = 0
    while time.monotonic() < until:
        event = Event(uuid.uuid4().hex, "say", "hana")
        form = {"person": "hana", "text": QUESTIONS[number % len(QUESTIONS)], "channel": "support", "thread": 0}
        await lane.insist("say", event, form, 1)
        number += 1
        await asyncio.sleep(0.5)


async def a_storm_loses_nothing(run, log):
    lanes = run.lanes(REFUSED_DRAFTS)
    room = asyncio.Semaphore(ABREAST)
    drafts = await asyncio.gather(*(drawn_up(lane, room) for lane in lanes))
    await run.desk.refuse_all()

    end = time.monotonic() + REFUSED
    asking = asyncio.create_task(questions(lanes[0], end))
    await asyncio.gather(*(lane.click(draft, Round()) for lane, draft in zip(lanes, drafts, strict=True)))
    await asking
    meanwhile = Counter([(await run.target.look(draft.id)).state for draft in drafts])
    await run.desk.mend()
    ends = [
        await lane.until(lambda draft=draft, lane=lane: lane._over(draft.id)) for lane, draft in zip(lanes, drafts, strict=True)
    ]

    result = await run.judged()
    print(f"{REFUSED:.0f} s of 429: {len(drafts)} drafts, meanwhile {dict(meanwhile)} | {result.summary}")
    assert set(meanwhile) <= {"approved", "writing"}
    assert [end and end.state for end in ends] == ["written"] * len(drafts)
    assert not result.found, verdict(result, log.path)


async def test_a_storm_of_refusals_over_one_process(alone, log):
    await a_storm_loses_nothing(alone, log)


if LONG:  # the same ledger and the same way out: every day once is enough

    async def test_a_storm_of_refusals_over_two_workers(halves, log):
        await a_storm_loses_nothing(halves, log)
