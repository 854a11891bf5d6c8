"""Money for calls: what stands in the book is never less than what was spent, never over a limit, and right in the end."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.allowance import MICROS, SLICE, Allowance, Ceilings, micros, scopes
from bot.net.asking import Asking, asking
from handlers.errors import NoModel, Unavailable

NONE = Ceilings(20.0, {}, {})


class Book:
    """Spending as a database keeps it, without the database."""

    def __init__(self):
        self.spent = {}
        self.asked = 0
        self.down = False

    async def take(self, day, amount, limits):
        self.asked += 1
        if self.down:
            raise Unavailable("The database is down.")
        full = next(
            (name for name, limit in limits.items() if limit is not None and self.spent.get(name, 0) + amount > limit), ""
        )
        if not full:
            await self.correct(day, amount, limits)
        return full

    async def correct(self, _day, amount, names):
        for name in names:
            self.spent[name] = self.spent.get(name, 0) + amount


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 40_000), st.sampled_from(["", "ada", "bo"])), max_size=20),
    st.integers(0, 200_000),
)
async def test_the_book_is_right_in_the_end_and_never_over_a_limit_by_what_was_taken(calls, limit):
    book = Book()
    allowance = Allowance(book, Ceilings(limit / MICROS, {}, {}))
    cost = 0
    for wanted, real, person in calls:
        with asking(Asking("ask", person)):
            try:
                taken = await allowance.take(Decimal(wanted) / MICROS)
            except NoModel:
                assert cost + wanted + 3 * SLICE >= limit  # what lies idle
                continue
        assert cost + wanted <= limit
        allowance.settle(taken, Decimal(min(real, wanted)) / MICROS)
        cost += min(real, wanted)
        assert cost <= book.spent.get("all", 0) <= limit
    await allowance.close()

    assert book.spent.get("all", 0) == cost


async def test_most_calls_wait_for_no_commit():
    book = Book()
    allowance = Allowance(book, NONE)

    for _ in range(40):
        allowance.settle(await allowance.take(Decimal("0.002")), Decimal("0.0005"))

    assert book.asked == 1 + int(40 * Decimal("0.0005") * MICROS >= SLICE)


async def test_what_a_call_cost_beyond_its_guess_is_written_down():
    book = Book()
    allowance = Allowance(book, NONE)

    allowance.settle(await allowance.take(Decimal("0.01")), Decimal("0.05"))
    await allowance.close()

    assert book.spent == {"all": 50_000}


async def test_money_that_is_taken_while_more_is_fetched_is_taken_once():
    book = Book()
    allowance = Allowance(book, NONE)
    allowance.settle(await allowance.take(Decimal("0.001")), Decimal("0.001"))
    at_hand, arrive = asyncio.Event(), asyncio.Event()
    take = book.take

    async def slow(*given):
        at_hand.set()
        await arrive.wait()
        return await take(*given)

    book.take = slow
    large = asyncio.create_task(allowance.take(Decimal("0.03")))
    await at_hand.wait()
    small = await allowance.take(Decimal("0.015"))
    arrive.set()
    allowance.settle(await large, Decimal("0.03"))
    allowance.settle(small, Decimal("0.015"))
    await allowance.close()

    assert book.spent == {"all": 46_000}


async def test_another_day_is_another_purse():
    book, days = Book(), iter(["2026-11-27", "2026-11-28"])
    allowance = Allowance(book, NONE, day=lambda: next(days))

    assert {(await allowance.take(Decimal("0.001"))).day for _ in range(2)} == {"2026-11-27", "2026-11-28"}
    assert book.asked == 2


async def test_without_a_database_no_money_is_spent():
    book = Book()
    book.down = True

    with pytest.raises(NoModel, match="nobody can say"):
        await Allowance(book, NONE).take(Decimal("0.001"))


def test_the_strictest_of_a_persons_own_entries_holds_and_the_star_for_all_others():
    ceilings = Ceilings(9, {"ask": 3}, {"*": 1, "Ada@example.com": 5, "slack:T1/U1": 2})

    def of(*who):
        return list(scopes(ceilings, Asking(*who)).values())

    assert of("ask", "slack:T1/U1", frozenset({"ada@example.com"})) == [9_000_000, 3_000_000, 2_000_000]
    assert of("ask", "teams:7", frozenset({"ada@example.com"})) == [9_000_000, 3_000_000, 5_000_000]
    assert of("reply", "teams:8") == [9_000_000, None, 1_000_000]
    assert of() == [9_000_000]


@given(st.decimals(0, 1000, places=12))
def test_money_is_never_rounded_down(usd):
    assert usd * MICROS <= micros(usd) < usd * MICROS + 1
