"""What rules find in a document: nothing is lost between passages, values are as they are written, flags have their reason."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.compliance import RULES
from handlers.findings import LONGEST_PASSAGE, LONGEST_QUOTE, Rule, data_points, flagged, flags, passages, telling

NAMES = {rule.name: rule for rule in RULES}


@given(st.text(st.characters(exclude_characters="#"), max_size=4000))
def test_no_word_is_lost_between_passages(text):
    found = passages(text)

    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text.replace("\r", ""))
    assert all(len(one) <= LONGEST_PASSAGE for one in found)


def test_a_heading_belongs_to_what_follows():
    assert passages("# Lease\n\n## Rent\n\nIt is high.\n\nVery.\n\n# End") == ["# Lease\n## Rent\nIt is high.", "Very.", "# End"]


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("dates", "from 1 May 2026 until 2027-06-03, signed 03/06/2025", {"1 May 2026", "2027-06-03", "03/06/2025"}),
        (
            "dates",
            "ab dem 1. März 2026 und le 3 juin 2027, el 4 de julio de 2026",
            {"1. März 2026", "3 juin 2027", "4 de julio de 2026"},
        ),
        ("amounts", "EUR 2,400 a month, 1.250,50 € once, $3m in all and 5 % of it", {"EUR 2,400", "1.250,50 €", "$3m", "5 %"}),
        ("periods", "within thirty (30) days, 3 months' notice, für zwei Jahre", {"thirty (30) days", "3 months", "zwei Jahre"}),
        ("parties", "between Harbourlight Ltd and Quay & Sons GmbH of Kiel", {"Harbourlight Ltd", "Quay & Sons GmbH"}),
    ],
)
def test_data_are_found_as_they_are_written(kind, text, values):
    assert {point.value for point in data_points([text]) if point.kind == kind} == values


@given(st.lists(st.text("1234567890.,€ EURMay2026-Ltd AB", max_size=80), max_size=6))
def test_every_value_stands_in_each_of_its_passages(found):
    for point in data_points(found):
        assert all(point.value in " ".join(found[number - 1].split()) for number in point.passages)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("automatic renewal", "It renews\nautomatically for a year."), ("automatic renewal", "Er verlängert sich automatisch."),
        ("unlimited liability", "The lessee accepts unlimited liability."), ("penalty", "Es gilt eine Vertragsstrafe."),
        ("personal data", "We keep the DATE OF BIRTH of guests."), ("account or card number", "Pay to DE89 3704 0044 0532 0130 00."),
        ("account or card number", "Card 4111 1111 1111 1111."), ("confidential", "Strictly private and confidential."),
    ],
)  # fmt: skip
def test_a_rule_points_at_its_sentence(name, text):
    flag = flagged(["Nothing here.", text], NAMES[name])

    assert flag is not None
    assert (flag.passage, flag.quote) == (2, " ".join(text.split()))


def test_what_is_missing_is_pointed_out_and_what_is_there_is_not():
    assert [flag.rule.name for flag in flags(["Hello."], RULES)] == ["no governing law"]
    assert flags(["This contract is governed by the laws of Sweden."], RULES) == ()


@given(st.lists(st.text(max_size=300), max_size=5), st.text(min_size=1, max_size=20))
def test_words_are_taken_as_they_are(found, word):
    flag = flagged(found, Rule("x", (word,), "", "y"))

    assert flag is None or (word.split() and len(flag.quote) <= LONGEST_QUOTE)


def test_parts_of_words_are_none():
    assert flagged(["nonconfidentiality"], NAMES["confidential"]) is None


def test_the_most_telling_sentences_come_in_the_order_of_the_document():
    noise = ["Alpha.", "Bravo.", "Charlie.", "Delta.", "Echo.", "Foxtrot.", "Golf.", "Hotel."]
    found = [noise[0], "The ferry needs paint, and the paint needs a ferry.", *noise[1:], "Paint for the ferry is blue paint."]

    numbers = [number for _, number in telling(found)]

    assert {2, 10} <= set(numbers)
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("evil", ["A.A", "A ", "1 ", "1,", "Ltd ", "A&A ", "4 ", "DE89 ", "100 "])
def test_no_document_takes_long(evil):
    found = passages(evil * 30_000)
    started = time.process_time()
    data_points(found), flags(found, RULES), telling(found)

    assert time.process_time() - started < 8


def test_headings_without_end_take_no_time():
    started = time.process_time()
    found = passages("# a\n\n" * 100_000)

    assert "".join("".join(found).split()) == "#a" * 100_000
    assert time.process_time() - started < 1


def test_a_text_without_line_breaks_has_more_than_one_passage():
    found = passages("The mooring at pier 7 is fine. " * 200)

    assert len(found) > 3
    assert all(one.endswith(".") and len(one) <= LONGEST_PASSAGE for one in found)
