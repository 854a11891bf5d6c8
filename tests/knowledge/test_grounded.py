"""What was written from passages stands in them, or it is not said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import NotWritten
from knowledge.grounded import MOST, Grounds, numbers_of
from knowledge.models import Passage, Written

STOP = {"the", "a", "is", "of", "to", "in", "and", "you", "may"}
TEXTS = (
    "Renters may cancel for free up to 48 hours before pick-up. After that the fee is 1,250 euros.",
    "Damage has to be reported within three days.\n\n| Plan | Price |\n| --- | --- |\n| Pro | 99 |",
)
PASSAGES = [Passage(f"doc{n}", f"c{n}", "Rules", "", text, "", 1.0) for n, text in enumerate(TEXTS)]


def stems(text):
    return [word for word in dict.fromkeys("".join(c if c.isalnum() else " " for c in text.lower()).split()) if word not in STOP]


GROUNDS = Grounds(PASSAGES, stems=stems, weights=lambda terms: dict.fromkeys(terms, 1.0))


def test_what_stands_there_may_be_said_in_other_words():
    found = GROUNDS.checked(
        [
            Written("You may cancel for free 48 hours before pick-up [1].", (1, 1)),
            Written("The fee is 1250 euros after that.", (1,)),
        ]
    )

    assert found == [
        Written("You may cancel for free 48 hours before pick-up.", (1,)),
        Written("The fee is 1250 euros after that.", (1,)),
    ]


@pytest.mark.parametrize(
    "one",
    [
        Written("Cancel for free up to 24 hours before pick-up.", (1,)), Written("Cancel for free 48 hours before pick-up.", ()), Written("Cancel for free 48 hours before pick-up.", (3,)),
        Written("Cancel for free 48 hours before pick-up.", (0,)), Written("Report damage within 48 hours.", (2,)), Written("Report damage within five days.", (2,)), Written("", (1,)),
        Written("Our lawyers love bananas, mangoes and hours.", (1,)), Written("cancel " * 200, (1,)),
    ],
)  # fmt: skip
def test_what_does_not_stand_there_is_not_said_nor_anything_beside_it(one):
    good = Written("Damage has to be reported within 3 days.", (2,))

    assert GROUNDS.checked([good]) == [good]
    with pytest.raises(NotWritten, match="does not stand in the documents"):
        GROUNDS.checked([good, one])


def test_nothing_and_too_much_are_no_answer():
    with pytest.raises(NotWritten, match="found no answer"):
        GROUNDS.checked([])
    with pytest.raises(NotWritten, match="does not stand"):
        GROUNDS.checked([Written("Damage has to be reported within 3 days.", (2,))] * (MOST + 1))


def test_the_quote_is_the_piece_that_shares_most_and_verbatim():
    assert GROUNDS.quote(Written("The fee is 1250 euros.", (1,)), 1).quote == "After that the fee is 1,250 euros."
    assert GROUNDS.quote(Written("Pro costs 99.", (2,)), 2).quote in TEXTS[1]


@given(st.text(), st.integers(0, 10**9))
def test_a_number_is_found_however_it_is_grouped(around, number):
    assert str(number) in numbers_of(f"{around} {number:,} x")
    assert numbers_of(around) <= numbers_of(f"{around} {number}")
