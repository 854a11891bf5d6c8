"""The votes on a history that none of their constants was chosen on: what holds there is said to hold."""

import pytest
from histories import LEVELS, second

from bot.llm.nearest import Nearest
from handlers.backtest import backtest
from handlers.models import shown
from knowledge.embed import MiniLM

SEED, SIZE = 105, 90
FIELDS = ("type", "priority", "assignee")


@pytest.fixture
async def measured(models):
    embedder = MiniLM(models)
    await embedder.load()
    found = await backtest([second(SEED, SIZE)], fields=FIELDS, similar=Nearest(embedder), told=lambda *_: None)
    await embedder.close()
    return {one.field: one for one in found.fields}


async def test_type_and_assignee_are_clearly_above_the_most_usual_value(measured):
    assert measured["type"].gain[0] > 0
    assert measured["assignee"].gain[0] > 0.2


async def test_the_priority_is_not_below_it_and_its_confidence_is_meant(measured):
    priority = measured["priority"]

    assert priority.gain[1] >= 0
    assert priority.accuracy >= priority.baseline - 0.03
    assert priority.calibration_error < 0.15


def test_a_history_is_the_same_for_a_seed_and_has_every_priority():
    assert second(1, 40) == second(1, 40) != second(2, 40)
    assert {shown(one.fields["priority"]) for one in second(3, 150)} == set(LEVELS)
