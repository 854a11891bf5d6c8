import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from knowledge.chunk import HEADING_TOKENS, TEXT_TOKENS, TITLE_TOKENS, Count, chunks, cut
from knowledge.models import Chunk, Document
from knowledge.weights import published_weights

MODEL_READS = 254


@pytest.fixture(scope="module")
def count() -> Count:
    tokenizer = Tokenizer.from_file(str(published_weights() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def of(text: str, count: Count, title: str = "Title") -> list[Chunk]:
    return chunks(Document("d", title, text), count=count, model="m")


def test_each_section_is_a_chunk_with_its_heading_path(count: Count) -> None:
    found = of("Intro.\n\n# Leave\n\n## Vacation\n30 days.\n\n## Sick\nCall.", count)
    assert [(one.heading, one.text) for one in found] == [
        ("", "Intro."),
        ("Leave > Vacation", "30 days."),
        ("Leave > Sick", "Call."),
    ]
    assert [one.position for one in found] == [0, 1, 2]
    assert found[1].passage == "Title > Leave > Vacation\n30 days."


def test_long_text_is_cut_between_sentences_and_one_sentence_is_repeated(count: Count) -> None:
    sentences = [f"This is sentence number {number} of a rather long page." for number in range(60)]
    found = [one.text for one in of(" ".join(sentences), count)]
    assert len(found) > 1
    for text, following in pairwise(found):
        assert text.endswith("long page.")
        last = text[text.rindex("This is") :]
        assert following.startswith(last)
    assert all(count(text) <= TEXT_TOKENS for text in found)


def test_a_long_table_repeats_its_head(count: Count) -> None:
    rows = "\n".join(f"| product {number} | costs {number} euros |" for number in range(80))
    found = of(f"| Name | Price |\n|---|---|\n{rows}", count)
    assert len(found) > 1
    assert all(one.text.startswith("| Name | Price |\n|---|---|\n| product") for one in found)
    assert all(count(one.text) <= TEXT_TOKENS for one in found)
    assert sum(one.text.count("| product 7 |") for one in found) == 1


def test_a_heading_over_nothing_is_kept_as_text(count: Count) -> None:
    assert [one.text for one in of("# Contact: call 112\n# Other\nText.", count)] == ["# Contact: call 112", "Text."]


def test_a_heading_that_is_too_long_is_cut_in_the_header_and_kept_as_text(count: Count) -> None:
    heading = " ".join(f"word{number}" for number in range(40))
    found = of(f"# {heading}\nBody.", count)
    assert heading in found[0].text
    assert "Body." in found[0].text
    assert found[0].heading.endswith("…")
    assert count(found[0].heading) <= HEADING_TOKENS


def test_repeated_text_gets_ids_of_its_own_and_a_new_title_changes_them(count: Count) -> None:
    found = of("# A\nSame.\n\n# A\nSame.", count)
    assert len({one.id for one in found}) == 2
    assert {one.id for one in found}.isdisjoint(one.id for one in of("# A\nSame.\n\n# A\nSame.", count, title="Other"))


def test_cut_keeps_what_fits(count: Count) -> None:
    assert cut("short", 5, count) == "short"
    shortened = cut("one two three four five six seven", 4, count)
    assert shortened.startswith("one two")
    assert shortened.endswith("…")
    assert count(shortened) <= 4


def test_a_whole_book_is_cut_in_reasonable_time(count: Count) -> None:
    text = "x" * 50_000 + " " + "word " * 20_000
    assert all(count(one.passage) <= MODEL_READS for one in of(text, count))


WORDS = st.text(alphabet="abcdefgäß中.!?é_-/", min_size=1, max_size=12)
LINES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=60).map(" ".join),
    st.tuples(st.integers(1, 6), st.lists(WORDS, min_size=1, max_size=40).map(" ".join)).map(
        lambda pair: f"{'#' * pair[0]} {pair[1]}"
    ),
    st.sampled_from(["", "```", "- item one", "| a | b |", "|---|---|", "| 1 | 2 |", "---", "===", "~~~"]),
)
PAGES = st.lists(LINES, max_size=40).map("\n".join)


@settings(deadline=None, max_examples=60)
@given(text=PAGES, title=st.text(max_size=400))
def test_limits_hold_ids_differ_and_no_word_is_lost(count: Count, text: str, title: str) -> None:
    found = of(text, count, title)
    assert found == of(text, count, title)
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert count(one.text) <= TEXT_TOKENS
        assert count(one.title) <= TITLE_TOKENS
        assert count(one.passage) <= MODEL_READS
    everything = " ".join(f"{one.heading} {one.text}" for one in found)
    present = set(re.findall(r"\w+", everything))
    assert {word for word in re.findall(r"\w+", text) if len(word) <= 12} <= present


def test_the_published_tokenizer_is_there() -> None:
    assert isinstance(published_weights(), Path)
