# ruff: noqa: T201 - what a run came to is part of it
"""The vendor has written and its answer never comes: every such write is found again, none is made twice."""

import asyncio
from itertools import repeat

import pytest
from chaos.knobs import CUTS, LANES, LIMIT
from chaos.script import CUT, Round
from chaos.storm import verdict

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]


async def test_an_answer_that_is_lost_after_the_write(alone, log):
    lanes = alone.lanes(LANES)

    def go_on():
        return sum(len(lane.ended) for lane in lanes) < CUTS

    await asyncio.gather(*(lane.play(repeat(Round(fault=dict(CUT))), go_on) for lane in lanes))

    result = await alone.judged()
    print(result.summary)
    assert result.faults["reset, after the write"] >= CUTS
    assert not result.found, verdict(result, log.path)
    assert not result.unshown, verdict(result, log.path)
    assert set(result.ends) <= {"written", "unknown"}, verdict(result, log.path)
