from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_a_sentence_ends_at_its_mark_and_keeps_closing_quotes() -> None:
    assert pieces('He said "go!" Then he left. Why? Nobody knows') == ['He said "go!"', "Then he left.", "Why?", "Nobody knows"]


def test_short_forms_initials_and_numbers_do_not_end_one() -> None:
    assert pieces("Ask Dr. Who, e.g. at 3.14 p.m. on Monday. J. Doe agrees.") == [
        "Ask Dr. Who, e.g. at 3.14 p.m. on Monday.",
        "J. Doe agrees.",
    ]


def test_scripts_without_spaces_are_split_at_their_own_marks() -> None:
    assert pieces("返品できます。三十日以内です。") == ["返品できます。", "三十日以内です。"]


def test_only_the_given_slice_is_read() -> None:
    text = "One. Two. Three."
    assert [text[start:end] for start, end in sentences(text, 5, 9)] == ["Two."]


@given(st.text())
def test_no_word_is_lost_and_spans_are_in_order(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
