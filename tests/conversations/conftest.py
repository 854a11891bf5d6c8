"""Scenarios, each played on a stage."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from conversations.stages import PEOPLE
from conversations.steps import Scenario
from conversations.town import town

Played = Callable[[Scenario, str], Any]


@pytest.fixture
def played(tmp_path_factory, wait_until, fresh_state) -> Played:
    """Play a scenario on a stage; what everybody read there. On the other stages nobody reads anything."""

    async def play(scenario: Scenario, stage: str) -> Mapping[str, Sequence[str]]:
        state = fresh_state(tmp_path_factory.mktemp("town") / "state.db")
        async with town(state, scenario.rules, wait_until, scenario.says) as place:
            found = await place.player(stage).play(scenario)
            others = [each for name, each in place.stages.items() if name != stage]
            assert [await other.seen(person) for other in others for person in PEOPLE if await other.seen(person)] == []
        return found

    return play


@pytest.fixture
async def town_of_three(tmp_path, fresh_state, wait_until):
    """The bot on all three platforms."""
    async with town(fresh_state(tmp_path / "state.db"), {}, wait_until) as place:
        yield place
