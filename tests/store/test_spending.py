"""Money for models: added up by day and scope, never over a limit, whoever adds at the same time."""

import asyncio

import pytest

from bot.store.database import Database
from bot.store.figures.spending import Spending

DAY = "2026-11-27"


@pytest.fixture
def spending(database):
    return Spending(database)


async def test_what_is_taken_counts_for_every_scope_of_its_day(spending):
    assert await spending.take(DAY, 30, {"all": 100, "workflow:ask": None}) == ""
    assert await spending.take(DAY, 20, {"all": 100, "workflow:reply": 50}) == ""
    assert await spending.take("2026-11-28", 100, {"all": 100}) == ""

    assert await spending.of(DAY) == {"all": 50, "workflow:ask": 30, "workflow:reply": 20}


async def test_nothing_is_added_anywhere_where_one_scope_is_full(spending):
    await spending.take(DAY, 30, {"all": 100, "workflow:ask": 40})

    assert await spending.take(DAY, 11, {"all": 100, "workflow:ask": 40}) == "workflow:ask"
    assert await spending.take(DAY, 71, {"all": 100, "person:x": 1000}) == "all"
    assert await spending.of(DAY) == {"all": 30, "workflow:ask": 30}


async def test_the_first_amount_of_a_day_is_held_against_the_limit_too(spending):
    assert await spending.take(DAY, 101, {"all": 100}) == "all"
    assert await spending.take(DAY, 100, {"all": 100}) == ""
    assert await spending.take(DAY, 0, {"all": 100}) == ""
    assert await spending.take(DAY, 1, {"all": 100}) == "all"


async def test_a_correction_takes_back_and_adds_without_a_limit(spending):
    await spending.take(DAY, 90, {"all": 100})
    await spending.correct(DAY, -60, ["all"])
    assert await spending.take(DAY, 60, {"all": 100}) == ""
    await spending.correct(DAY, 60, ["all", "workflow:ask"])

    assert await spending.of(DAY) == {"all": 150, "workflow:ask": 60}


async def test_two_doors_to_one_database_share_a_limit_and_what_was_spent_survives(database):
    url = database._engine.url.render_as_string(hide_password=False)
    other = Database(url)
    spendings = [Spending(database), Spending(other)]
    outcomes = await asyncio.gather(*(spendings[n % 2].take(DAY, 10, {"all": 95, f"person:{n}": None}) for n in range(24)))
    await spendings[1].correct(DAY, 0, ["all"])  # a refused amount does not wait for the batch that it was part of
    await other.close()

    assert outcomes.count("") == 9
    assert (await Spending(database).of(DAY))["all"] == 90
