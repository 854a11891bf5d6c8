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


LIABLE = (
    "Liability", "The lessee's liability", "The liability of the lessee for damage to boats", "Any and all liability under this lease", "The parties' liabilities",
)  # fmt: skip
CAPS = (
    "{is} unlimited",
    "{is} in all cases unlimited",
    "{is} without any limit",
    "{is} uncapped",
    "{is} not capped",
    "{is} subject to no cap",
)
VERBS = ("is", "are", "shall be", "will be", "remains")
NO_CAP = (
    "Unlimited is the liability of the lessee.", "It bears unlimited joint liability.", "Die Haftung des Mieters ist der Höhe nach unbegrenzt.",
    "Der Mieter haftet für Schäden unbeschränkt.", "Es besteht eine unbegrenzte Haftung.", "La responsabilité du locataire est illimitée.",
    "La responsabilidad del arrendatario será ilimitada.", "La responsabilità è illimitata.", "De aansprakelijkheid is onbeperkt.",
)  # fmt: skip
CAPPED = (
    "Liability is not unlimited.", "Liability is limited to EUR 5,000.", "No liability is unlimited.", "The liability of the lessee is never unlimited.",
    "Use of the mooring is unlimited. Liability is capped.", "Liability is capped. Mooring is unlimited.", "Liability is not limited to direct damage.",
    "The lessee has unlimited access and limited liability.", "Liability insurance is due in May; access is unlimited.", "Die Haftung ist nicht unbegrenzt.",
    "It has unlimited access and liability insurance.", "Liability insurance is due in May and access is unlimited.", "Liability insurance is unlimited.",
    "Der Mieter haftet nicht unbeschränkt.", "La responsabilité du locataire n'est pas illimitée.", "Company with limited liability.", "The liability of the lessee is limited.",
)  # fmt: skip


@given(st.sampled_from(LIABLE), st.sampled_from(VERBS), st.sampled_from(CAPS), st.sampled_from([" ", "\n", "  "]), st.booleans())
def test_liability_without_a_ceiling_is_pointed_out_however_it_is_said(who, verb, cap, gap, loud):
    sentence = f"{who} {cap.format(**{'is': verb})}.".replace(" ", gap)

    assert flagged(["The boats are blue.", sentence.upper() if loud else sentence], NAMES["unlimited liability"]) is not None


@pytest.mark.parametrize("sentence", NO_CAP)
def test_so_is_one_in_another_order_or_language(sentence):
    assert flagged([sentence], NAMES["unlimited liability"]) is not None


@given(st.lists(st.sampled_from(CAPPED), min_size=1, max_size=4))
def test_liability_with_a_ceiling_is_not(sentences):
    assert flagged([" ".join(sentences)], NAMES["unlimited liability"]) is None


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


@pytest.mark.parametrize("evil", ["A.A", "A ", "1 ", "1,", "Ltd ", "A&A ", "4 ", "DE89 ", "100 ", "liability is ", "Haftung a "])
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
