"""Ids: fifteen characters with meaningful case, three that protect it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.salesforce.ids import following, made, suffix, whole

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.parametrize(
    ("short", "end"),
    [("000000000000000", "AAA"), ("AAAAA0000000000", "5AA"), ("A0000a0000A0000", "BAB"), ("0000A00000000AA", "QAY")],
)
def test_the_suffix_counts_the_capitals_of_each_five(short, end):
    assert suffix(short) == end


@given(st.text(ALNUM, min_size=15, max_size=15))
def test_the_long_form_tells_apart_what_differs_only_in_case(short):
    other = short.swapcase()

    assert whole(short) == whole(whole(short)) == short + suffix(short)
    assert (whole(short).casefold() == whole(other).casefold()) is (short == other)


@pytest.mark.parametrize("name", ["", "00Q", "00QHl000000000", "00QHl0000000001AAB", "00QHl000000000é", "00QHl0000000001AA"])
def test_what_is_no_id_is_refused(name):
    with pytest.raises(ValueError, match="no id"):
        whole(name)


def test_the_next_id_follows_the_last_of_its_object():
    taken = [made("00Q", 7), made("00Q", 12), made("003", 99)]

    assert following("00Q", taken) == made("00Q", 13)
    assert following("006", taken) == made("006", 1)
