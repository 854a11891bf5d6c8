"""Statements of a model against the records that they rest on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.advice import FOREIGN, advised
from handlers.claims import Claim, checked
from handlers.errors import NoModel
from handlers.material import REMOVED

GROUNDS = {"SUP-1": "Opened 3 days ago, waits for 1,200 rows.", "SUP-2": "Done."}


@pytest.mark.parametrize(
    "claim",
    [
        Claim("It waits since 3 days.", ("SUP-1",)),
        Claim("SUP-2 is done", ("SUP-2", "SUP-1")),
        Claim("1200 rows  are\nmissing", ("SUP-1",)),
    ],
)
def test_what_stands_in_its_records_is_kept(claim):
    [kept] = checked([claim], GROUNDS)

    assert kept.text == " ".join(claim.text.split())


@pytest.mark.parametrize(
    "claim",
    [
        Claim("It waits since 4 days.", ("SUP-1",)),
        Claim("It waits since 3 days.", ("SUP-2",)),
        Claim("Fine.", ()),
        Claim("Fine.", ("SUP-3",)),
        Claim("  ", ("SUP-1",)),
        Claim("x" * 601, ("SUP-1",)),
    ],
)
def test_one_that_does_not_fails_them_all(claim):
    with pytest.raises(NoModel, match="does not stand in the records"):
        checked([Claim("Fine.", ("SUP-1",)), claim], GROUNDS)


@given(st.integers(min_value=21), st.text(alphabet="abc ", max_size=20))
def test_a_number_that_was_not_given_is_never_kept(number, words):
    with pytest.raises(NoModel):
        checked([Claim(f"{words}x {number}", ("a",))], {"a": words})


@pytest.mark.parametrize(
    ("answer", "found"), [("fine", ("fine", "")), (f"see {REMOVED}", (None, FOREIGN)), (None, (None, "why"))]
)
async def test_advice_is_an_answer_or_a_reason(answer, found):
    async def model(*_told, **_more):
        if answer is None:
            raise NoModel("why")
        return answer

    assert await advised(model, "triage", str, material=[], audience={"everyone"}) == found
