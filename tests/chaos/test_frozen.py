# ruff: noqa: T201 - what a run came to is part of it
"""A worker frozen past its lease while another one does its job, then let go: it finds out before it sends anything."""

import asyncio
import signal
from pathlib import Path

import pytest
from chaos.drive import Lane
from chaos.knobs import LIMIT, LONG
from chaos.script import Round
from chaos.storm import verdict
from chaos.vendors import VENDORS

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
PLACES = (
    ("after_claim", "after_intent", "after_reread", "before_send", "after_send", "before_outcome") if LONG else ("before_send",)
)
LEASE = 13
"""Seconds, the shortest that there is."""


@pytest.fixture
def environment(environment):
    return environment | {"CHAOS_LEASE": str(LEASE)}


def is_frozen(member):
    """Whether the kernel has stopped the process."""
    status = Path(f"/proc/{member.process.process.pid}/stat")
    return status.read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.parametrize("vendor", VENDORS if LONG else ["jira"])
@pytest.mark.parametrize("place", PLACES)
async def test_a_frozen_worker_wakes_up_too_late(halves, log, wait_until, place, vendor):
    fleet, lane = halves.fleet, Lane(halves.target, halves.desk, log, vendor=vendor, number=1)
    await lane.turn(Round())
    for worker in fleet.workers:  # whichever of them gets the next write
        await fleet.kill(worker, f"{place}:{2 if place == 'after_reread' else 1}:stop")
    await wait_until(
        lambda: fleet.kills == len(fleet.workers) and all(w.is_up and not w.places for w in fleet.workers), within=60
    )
    turns = [
        asyncio.create_task(Lane(halves.target, halves.desk, log, vendor=vendor, number=n).turn(Round())) for n in range(2, 5)
    ]

    first = await wait_until(lambda: next(filter(is_frozen, fleet.workers), None), within=90)
    log.note("frozen", place=place)
    await asyncio.sleep(LEASE + 1)
    for worker in fleet.workers:  # the other one froze there as well, over the job that it took, or it goes on
        worker.process.process.send_signal(signal.SIGCONT)
    await asyncio.gather(*turns)

    result = await halves.judged()
    print(vendor, place, result.summary)
    assert first.is_up
    assert not result.found, verdict(result, log.path)
    assert set(result.ends) == {"written"}, verdict(result, log.path)
