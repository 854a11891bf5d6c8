"""Long text in pieces: nothing is lost, nothing is torn."""

import pytest
from hostile import LONG
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.cards.clean import clean
from bot.cards.cutting import fenced, leaves_open, split

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(LONG, st.integers(1, 300))
@slow
@example("e\u0301\u0301", 1)
@example("\u200d" * 5, 2)
def test_splitting_loses_nothing_and_keeps_to_the_limit(text, limit):
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(len(piece) <= limit for piece in pieces)
    assert all(pieces) or pieces == [""]


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("one\n\ntwo three", 10, ["one\n\ntwo ", "three"]),
        ("aaaa bbbb. cc", 11, ["aaaa bbbb.", " cc"]),
        ("aaaaaa bbbb", 8, ["aaaaaa ", "bbbb"]),
        ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
        ("aaae\u0301a", 4, ["aaa", "e\u0301a"]),
        ("", 4, [""]),
    ],
)
def test_a_text_is_cut_where_one_would_cut_it(text, limit, wanted):
    assert split(text, limit) == wanted


@given(LONG, st.integers(20, 300))
@slow
def test_every_piece_of_code_is_shut(text, limit):
    pieces = split(clean(text), limit)
    found = list(fenced(pieces))
    assert len(found) == len(pieces)
    assert not any(leaves_open(piece) for piece in found)
    for before, after in zip(pieces, found, strict=True):
        assert before in after


def test_code_goes_on_in_the_next_piece():
    assert list(fenced(["a\n```\nb", "c\n```\nd ``` e", "f"])) == ["a\n```\nb\n```", "```\nc\n```\nd ``` e", "f"]
