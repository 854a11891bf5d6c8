"""Whom an e-mail is to and what for, in which language it is, and what a language model may not write into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.claims import Claim
from handlers.email import LONGEST, Letter, Occasion, asked, founded, read_by_model
from handlers.errors import Invalid, NoModel
from handlers.language import FORMS, greeted, language_of
from handlers.models import Record
from knowledge.models import Answer

ADA = Record("hubspot", "contact", "717", "v", "Ada", "", {"name": "Ada Novak"})
GROUNDS = {"purpose": "confirm the winter pause", "mail 1": "We can pause from 1 November."}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("717 confirm  the pause", ("717", "confirm the pause")),
        ('"Nora Tamblyn" say hello', ("Nora Tamblyn", "say hello")),
        ("“Nora Tamblyn” say hello", ("Nora Tamblyn", "say hello")),
        ("nora@brackwater.example danke", ("nora@brackwater.example", "danke")),
    ],
)
def test_whom_and_what_for(words, found):
    assert asked(words) == found


@pytest.mark.parametrize("words", ["", "717", "717  ", '"Nora Tamblyn"'])
def test_without_a_purpose_it_is_said_what_to_type(words):
    with pytest.raises(Invalid, match="Type for example: /email 717"):
        asked(words)


@given(st.text(max_size=60))
def test_any_words_are_understood_or_refused(words):
    try:
        whom, purpose = asked(words)
    except Invalid:
        return
    assert whom
    assert purpose == " ".join(purpose.split()) != ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir können den Vertrag nicht vor dem Winter ändern.", "de"), ("Nous vous envoyons le contrat avec les prix.", "fr"),
        ("Gracias por el contrato, los precios no están en la oferta.", "es"), ("Grazie per il contratto, non sono nel sistema.", "it"),
        ("Wij hebben het contract niet van u.", "nl"), ("Thank you for the contract.", "en"), ("", None), ("1234 !?", None),
    ],
)  # fmt: skip
def test_in_which_language_a_text_is(text, language):
    assert language_of(text) == language


@given(st.text())
def test_every_text_has_a_language_with_a_letter(text):
    assert (language_of(text) or "en") in FORMS


def test_a_letter_that_stands_in_what_it_names_is_taken():
    said = Letter("Your  pause", "en", (Claim("It begins on 1 November.", ("mail 1",)),))

    assert founded(said, GROUNDS) == ("Your pause", (Claim("It begins on 1 November.", ("mail 1",)),))


@pytest.mark.parametrize(
    "said",
    [
        Letter("Pause", "en", ()), Letter("", "en", (Claim("Hello.", ("purpose",)),)),
        Letter("35 % off", "en", (Claim("Hello.", ("purpose",)),)), Letter("Pause", "en", (Claim("35 % off.", ("mail 1",)),)),
        Letter("Pause", "en", (Claim("Hello.", ("deal",)),)), Letter("Pause", "en", (Claim("Hello.", ("purpose",)),) * 6),
    ],
)  # fmt: skip
def test_a_letter_that_says_more_is_none(said):
    with pytest.raises(NoModel):
        founded(said, GROUNDS)


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Nora Tamblyn", "Hello Nora,"), ("Jean-Luc", "Hello Jean-Luc,"), ("Dr. Müller", "Hello Dr.,"), ("", "Hello,"),
        ("https://evil.example/win Nora", "Hello,"), ("evil.example", "Hello,"), ("<!channel>", "Hello,"), ("@here", "Hello,"), ("[x](//e.example)", "Hello,"),
        ("nora@brackwater.example", "Hello,"),
    ],
)  # fmt: skip
def test_nobody_brings_an_address_into_a_letter_by_a_name(name, greeting):
    assert greeted(FORMS["en"].greeting, name) == greeting


@given(st.text(max_size=40), st.sampled_from(list(FORMS)))
def test_a_greeting_holds_no_address(name, language):
    said = greeted(FORMS[language].greeting, name)

    assert not set("/@<>[]") & set(said)
    assert "." not in said[:-2].rstrip(".")


def test_of_a_long_mail_a_model_reads_the_beginning():
    mail = Record("hubspot", "email", "email/1", "v", "Offer", "word " * 200_000, {})
    occasion = Occasion("thank her", ADA, ADA, (mail, mail), Answer("", 0.0, True, (), ()))

    assert sum(len(one.text) for one in read_by_model(occasion)) < 3 * LONGEST


@pytest.mark.parametrize("outside", [True, False])
def test_a_purpose_in_the_words_of_somebody_else_is_text_from_outside_for_a_model(outside):
    occasion = Occasion("thank her", ADA, ADA, (), Answer("", 0.0, True, (), ()), outside)

    assert [one.outside for one in read_by_model(occasion) if one.label == "purpose"] == [outside]
