# ruff: noqa: T201 - what a run came to is part of it
"""kill -9 at every named place on the way of a change, at every vendor: whatever was done before it counts once."""

import pytest
from chaos.drive import Lane
from chaos.knobs import LIMIT, LONG, REPEATS
from chaos.script import Round
from chaos.storm import verdict
from chaos.vendors import VENDORS

from bot.watch.failpoint import NAMES

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
NEAR = ("before_send", "after_send")
"""Around the write: all that the short form looks at where a vendor shares its workflow's way with another one."""
TURNS = 4
"""Changes in which an armed place must have been passed."""


def armed(place):
    """Taking a change back reads the record too, before anybody has approved it: the second pass is the one before the write."""
    return f"{place}:2" if place == "after_reread" else place


@pytest.mark.parametrize("vendor", VENDORS)
async def test_killed_at_every_place(alone, log, vendor):
    lane = Lane(alone.target, alone.desk, log, vendor=vendor, number=1)
    await lane.turn(Round())
    [member] = alone.fleet.members
    there = NAMES if LONG or vendor in ("jira", "zendesk") else NEAR
    places = [place for _ in range(REPEATS) for place in there]  # one after the other: a job has only so many attempts
    await alone.fleet.kill(member, *map(armed, places))

    for _ in range(TURNS * len(places)):
        if not member.places and alone.fleet.kills > len(places):
            break
        await lane.turn(Round(copies=2))

    result = await alone.judged()
    print(vendor, result.summary)
    assert result.kills == len(places) + 1
    assert not result.found, verdict(result, log.path)
    assert set(result.ends) <= {"written"}, verdict(result, log.path)
