"""Everything at once, on both shapes: people ask and press, vendors misbehave, processes and Redis are taken away."""

import pytest
from chaos.knobs import EVENTS, FLUSHES, KILLS, LANES, SEED
from chaos.script import blows
from chaos.storm import verdict

from bot.watch.failpoint import NAMES

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(0)]


async def test_one_process_on_sqlite(alone, log):
    kills = blows(SEED, events=EVENTS // 2, places=NAMES, kill=KILLS // 3)

    await alone.play(events=EVENTS // 2, lanes=LANES, blows=kills, commands=0.02)

    result = await alone.judged()
    print(result.summary)
    assert not result.found, verdict(result, log.path)
    assert not result.unshown, verdict(result, log.path)


async def test_halves_on_postgresql_and_redis(halves, log):
    taken = {"kill": KILLS // 3, "flush": FLUSHES // 2, "restart": FLUSHES - FLUSHES // 2}

    await halves.play(events=EVENTS // 2, lanes=LANES, blows=blows(SEED, events=EVENTS // 2, places=NAMES, **taken), commands=0.02)

    result = await halves.judged()
    print(result.summary)
    assert not result.found, verdict(result, log.path)
    assert not result.unshown, verdict(result, log.path)
