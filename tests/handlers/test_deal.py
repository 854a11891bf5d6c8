"""The risks of a deal: each rule at its border, and what is done about the most pressing one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.deal import NextAction, risks_of, ruled
from handlers.models import Record

TODAY = date(2026, 11, 20)
NORA = Record("hubspot", "contact", "717", "v", "Nora", "", {"name": "Nora Tamblyn"})


def deal(**fields):
    return Record("hubspot", "deal", "deal/911", "v", "Fleet plan", "", {"next_step": "Call her.", "stage": "trial", **fields})


def ago(days):
    return str(TODAY - timedelta(days=days))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"close": ago(1)}, "the close date 2026-11-19 has passed"),
        ({"active": ago(22)}, "nothing has happened since 2026-10-29 (22 days)"),
        ({"staged": ago(31), "active": ago(1)}, "it has been in stage trial since 2026-10-20 (31 days)"),
        ({"history": (f"{ago(31)} trial",), "active": ago(1)}, "it has been in stage trial since 2026-10-20 (31 days)"),
        ({"amounts": ("2026-10-01 9600", "2026-11-01 7200")}, "the amount fell from 9600 to 7200 on 2026-11-01"),
        ({"close": ago(-14), "next_step": ""}, "it should close on 2026-12-04 and no next step is written down"),
    ],
)
def test_what_speaks_against_a_deal(fields, reason):
    assert [risk.reason for risk in risks_of(deal(**fields), [NORA], today=TODAY)] == [reason]


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"close": ago(0)}, {"active": ago(21)}, {"staged": ago(30), "active": ago(1)}, {"amounts": ("2026-10-01 7200", "2026-11-01 9600")},
        {"amounts": ("2026-10-01 much", "2026-11-01 7200")}, {"close": ago(-15), "next_step": ""}, {"close": "soon"},
        {"active": ago(40), "history": (f"{ago(3)} trial",)},
    ],
)  # fmt: skip
def test_what_says_nothing_against_it(fields):
    assert risks_of(deal(**fields), [NORA], today=TODAY) == ()


def test_nobody_on_a_deal_is_a_risk_and_the_first_risk_is_dealt_with_first():
    risks = risks_of(deal(close=ago(3)), [], today=TODAY)

    assert [risk.reason for risk in risks] == ["the close date 2026-11-17 has passed", "nobody is named on the deal"]
    assert ruled(deal(), risks) == "Agree on a new close date with the customer, or close the deal as lost."
    assert ruled(deal(), ()) == "Go on with the next step that is planned: Call her."
    assert ruled(deal(next_step=" "), ()) == "Agree on the next step and write it down."
    assert NextAction.__dataclass_params__.frozen


words = st.text(max_size=8) | st.dates().map(str)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("close", "active", "staged", "created", "next_step", "stage"), words)),
       st.lists(words, max_size=3), st.dates(), st.integers(0, 400))  # fmt: skip
def test_waiting_takes_no_risk_away_but_that_of_a_missing_step(fields, amounts, today, days):
    found = deal(**fields, amounts=tuple(amounts))
    try:
        later = today + timedelta(days=days)
    except OverflowError:
        later = today
    rules = [
        {risk.action for risk in risks_of(found, [NORA], today=on) if "no next step" not in risk.reason} for on in (today, later)
    ]

    assert rules[0] <= rules[1]
