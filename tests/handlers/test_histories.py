"""The votes on a history that none of their constants was chosen on: what holds there is said to hold."""

import pytest
from histories import LEVELS, second, split

from bot.llm.lessons import Lessons
from bot.llm.nearest import Nearest
from handlers.backtest import backtest
from handlers.models import shown
from knowledge.embed import MiniLM

SEED, SIZE = 105, 70
FIELDS = ("type", "priority", "assignee")


@pytest.fixture
async def measured(models):
    embedder = MiniLM(models)
    await embedder.load()

    async def read():
        yield second(SEED, SIZE)

    found = await backtest(read(), fields=FIELDS, similar=Nearest(embedder), told=lambda *_: None)
    await embedder.close()
    return {one.field: one for one in found.fields}


async def test_what_holds_there(measured):
    """Who deals with it is clearly above the most usual value, and the type is above it. Votes alone say nothing of the priority."""
    low, high = measured["priority"].gain

    assert measured["assignee"].gain[0] > 0.1
    assert measured["type"].accuracy > measured["type"].baseline + 0.05
    assert low < 0 <= high
    assert measured["priority"].calibration_error < 0.15


@pytest.mark.parametrize("field", ["type", "priority", "assignee"])
async def test_who_learned_from_the_past_knows_more(models, field):
    """An earlier part of a history teaches, on the later one it is seen what that is worth; see docs/benchmarks.md for eight histories."""
    embedder = MiniLM(models)
    await embedder.load()
    similar = Nearest(embedder)
    taught, votes, usual = await split(second(402, 300), field, similar=similar, learn=Lessons(embedder, similar))
    await embedder.close()

    assert taught > votes + 0.03
    assert taught > usual + 0.02


def test_a_history_is_the_same_for_a_seed_and_has_every_priority():
    assert second(1, 40) == second(1, 40) != second(2, 40)
    assert {shown(one.fields["priority"]) for one in second(3, 150)} == set(LEVELS)
