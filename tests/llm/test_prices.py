"""What an answer costs: never less than it may, whatever the model is called."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.prices import Prices, listed
from bot.llm.provider import Usage
from bot.settings.tables import PriceTable

COUNTS = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4-0613", "gpt-4"),
        ("gpt-5-latest", "gpt-5"),
        ("text-embedding-3-small", "text-embedding-3-small"),
    ],
)
def test_a_model_of_some_day_costs_what_the_model_costs(model, name):
    assert Prices().of(model) == listed().models[name]


@pytest.mark.parametrize(
    "model", ["", "gpt", "gpt-5-pro", "gpt-5.1", "gpt-4o-audio-preview", "gpt-4-32k", "openai/gpt-4o", "llama3.1:8b", "my-deployment", "GPT-4o"]
)  # fmt: skip
def test_another_model_is_not_taken_for_a_cheaper_one(model):
    assert Prices().of(model) is None
    assert Prices().cost(Usage(model, 10**6, 10**6)) == Decimal(90)


def test_a_bill_is_exact():
    assert Prices().cost(Usage("gpt-4o-mini", 1_234, 567)) == Decimal("0.0005253")
    assert Prices().cost(Usage("text-embedding-3-small", 1)) == Decimal("0.00000002")


def test_what_the_operator_says_comes_first():
    prices = Prices({"llama": PriceTable(asked=0, answered=0), "gpt-4o": PriceTable(asked="1.1", answered=2)})

    assert prices.cost(Usage("llama", 10**6, 10**6)) == 0
    assert prices.cost(Usage("gpt-4o", 10**6, 10**6)) == Decimal("3.1")
    assert prices.of("gpt-4o-2024-08-06") == listed().models["gpt-4o"]
    assert prices.of("llama-2") is None


@given(COUNTS, COUNTS, st.sampled_from(sorted(listed().models)))
def test_no_listed_model_costs_more_than_an_unknown_one_and_more_tokens_never_less(asked, answered, model):
    cost = Prices().cost

    assert 0 <= cost(Usage(model, asked, answered)) <= cost(Usage("unknown", asked, answered))
    assert cost(Usage(model, asked + 1, answered)) > cost(Usage(model, asked, answered))
