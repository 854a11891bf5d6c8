"""The table of conversations on every stage, and the same words on all of them."""

import pytest
from conversations.scenarios import SCENARIOS

EVERY = [(scenario, stage) for scenario in SCENARIOS for stage in scenario.stages]


@pytest.mark.parametrize(("scenario", "stage"), EVERY, ids=lambda value: getattr(value, "name", value))
async def test_a_conversation(played, scenario, stage):
    """Each step waits for what its person reads; in the end exactly the expected writes stand in the vendors' ledgers."""
    assert await played(scenario, stage)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_people_read_the_same_on_every_platform(played, scenario):
    first, *others = [await played(scenario, stage) for stage in scenario.stages]

    for other in others:
        assert other == first
