# ruff: noqa: T201 - what a run came to is part of it
"""Everything at once, on both shapes: people ask and press, vendors misbehave, processes and Redis are taken away."""

import pytest
from chaos.knobs import EVENTS, FLUSHES, KILLS, LANES, LIMIT, SEED, STOPS
from chaos.script import blows
from chaos.storm import verdict

from bot.watch.failpoint import NAMES

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
LEASE = 13
"""Seconds; frozen workers would make the run long with the usual ones."""


@pytest.fixture
def environment(environment):
    return environment | {"CHAOS_LEASE": str(LEASE)}


async def test_one_process_on_sqlite(alone, log):
    kills = blows(SEED, events=EVENTS // 2, places=NAMES, kill=KILLS // 3)

    await alone.play(events=EVENTS // 2, lanes=LANES, blows=kills, commands=0.02)

    result = await alone.judged()
    print(result.summary)
    assert not result.found, verdict(result, log.path)
    assert not result.unshown, verdict(result, log.path)


async def test_halves_on_postgresql_and_redis(halves, log):
    taken = {"kill": KILLS // 3, "flush": FLUSHES // 2, "restart": FLUSHES - FLUSHES // 2, "stop": STOPS}
    plan = blows(SEED, events=EVENTS // 2, places=NAMES, **taken)

    await halves.play(events=EVENTS // 2, lanes=LANES, blows=plan, freeze=LEASE + 1, commands=0.02)

    result = await halves.judged()
    print(result.summary)
    assert not result.found, verdict(result, log.path)
    assert not result.unshown, verdict(result, log.path)
