"""Which language a text is in, of those in which the bot has a letter, and what begins and ends one. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["English", "German", "French", "Spanish", "Italian", "Dutch"]
WORD = re.compile(r"[^\W\d_]+")
COMMON: Mapping[Language, frozenset[str]] = {
    "English": frozenset(
        [
            "the",
            "and",
            "of",
            "to",
            "is",
            "in",
            "we",
            "you",
            "for",
            "with",
            "that",
            "this",
            "are",
            "have",
            "from",
            "your",
            "our",
            "not",
            "can",
            "will",
        ]
    ),
    "German": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "ist",
            "wir",
            "sie",
            "nicht",
            "mit",
            "für",
            "von",
            "auf",
            "ein",
            "eine",
            "den",
            "dem",
            "zu",
            "im",
            "haben",
            "können",
        ]
    ),
    "French": frozenset(
        [
            "le",
            "la",
            "les",
            "et",
            "est",
            "nous",
            "vous",
            "pour",
            "avec",
            "dans",
            "des",
            "une",
            "un",
            "pas",
            "que",
            "sur",
            "votre",
            "notre",
            "du",
            "merci",
        ]
    ),
    "Spanish": frozenset(
        [
            "el",
            "los",
            "las",
            "y",
            "es",
            "para",
            "con",
            "que",
            "una",
            "en",
            "por",
            "su",
            "nuestro",
            "gracias",
            "del",
            "no",
            "usted",
            "más",
            "está",
            "como",
        ]
    ),
    "Italian": frozenset(
        [
            "il",
            "gli",
            "e",
            "è",
            "per",
            "con",
            "che",
            "una",
            "di",
            "della",
            "non",
            "sono",
            "grazie",
            "nel",
            "vostro",
            "nostro",
            "come",
            "si",
            "del",
            "più",
        ]
    ),
    "Dutch": frozenset(
        [
            "de",
            "het",
            "een",
            "en",
            "is",
            "wij",
            "u",
            "niet",
            "met",
            "voor",
            "van",
            "op",
            "dat",
            "zijn",
            "hebben",
            "kunnen",
            "bij",
            "ook",
            "te",
            "uw",
        ]
    ),
}
"""Words that stand in almost every letter of a language."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a letter begins with, says first and ends with."""

    greeting: str
    about: str
    close: str


LETTERS: Mapping[Language, Form] = {
    "English": Form("Hello {name},", "I am writing to you about this: {purpose}.", "Kind regards,"),
    "German": Form("Guten Tag {name},", "ich schreibe Ihnen aus diesem Anlass: {purpose}.", "Mit freundlichen Grüßen"),
    "French": Form("Bonjour {name},", "je vous écris à ce sujet : {purpose}.", "Cordialement,"),
    "Spanish": Form("Hola {name}:", "Le escribo por este motivo: {purpose}.", "Un saludo,"),
    "Italian": Form("Buongiorno {name},", "Le scrivo per questo motivo: {purpose}.", "Cordiali saluti,"),
    "Dutch": Form("Beste {name},", "ik schrijf u hierover: {purpose}.", "Met vriendelijke groet,"),
}


def language_of(text: str) -> Language:
    """The language whose common words a text has most of; English where none stands out."""
    words = [word.casefold() for word in WORD.findall(text)]
    counts = {language: sum(word in common for word in words) for language, common in COMMON.items()}
    return max(counts, key=lambda language: (counts[language], language == "English"))
