"""What the words of a record tell: signs that stand beside a value speak for it, chance does not."""

import math

from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Record
from handlers.votes import WORDS
from handlers.wording import Care, evidence, manner, words

SIGNS = ["refund", "login", "export", "slow"]
signs = st.frozensets(st.sampled_from(SIGNS))
cases = st.lists(st.tuples(signs, st.sampled_from([("a",), ("b",), ("c",)])), max_size=30)
cares = st.builds(Care, weight=st.floats(0, 1), smoothing=st.floats(0.5, 8), telling=st.floats(0, 3))


@given(signs, cases, cares)
def test_a_sign_speaks_for_the_value_beside_which_it_is_more_usual_than_among_all(mine, past, care):
    found = evidence(mine, past, care)

    for value in {value for _, (value,) in past}:
        holders = [has for has, (held,) in past if held == value]
        assert found.times(value) > 0
        for sign, much in found.said[value].items():
            rate = sum(sign in has for has, _ in past) / len(past)
            mean = sum(sign in has for has in holders) / len(holders)
            assert sign in mine
            assert abs(mean - rate) < 1e-9 or (much > 0) == (mean > rate)
        assert set(found.signs(value)) <= mine


@given(signs, cases)
def test_what_all_records_have_or_only_one_tells_nothing(mine, past):
    told = {sign for row in evidence(mine, past, Care(1, 1, 0)).said.values() for sign in row}

    assert told <= {sign for sign in mine if 1 < sum(sign in has for has, _ in past) < len(past)}


def test_what_chance_makes_is_no_word_that_tells():
    past = [(frozenset({"refund"} if n % 2 else {"login"}), ("a" if n % 4 < 2 else "b",)) for n in range(20)]

    assert evidence({"refund", "login"}, past, WORDS).times("a") == 1


def test_a_word_that_stands_only_beside_one_value_makes_it_likelier_and_the_other_less_likely():
    past = [(frozenset({"refund"}), ("billing",))] * 6 + [(frozenset({"login"}), ("technical",))] * 6
    found = evidence({"refund"}, past, WORDS)

    assert found.signs("billing") == ("refund",)
    assert found.times("billing") > 1 > found.times("technical")
    assert math.isclose(evidence({"other"}, past, WORDS).times("billing"), 1)


@given(st.text(max_size=60), st.text(max_size=200))
def test_words_are_of_the_text_and_the_commonest_are_left_out(title, text):
    record = Record("jira", "issue", "SUP-1", "v", title, text, {})
    found = words(record)

    assert all(word in f"{title}\n{text}" and word.casefold()[:5] == stem for stem, word in found.items())
    assert not {"the", "nicht"} & {word.casefold() for word in found.values()}
    assert manner(record) <= {"asks", "is down", "fails", "wishes"}
