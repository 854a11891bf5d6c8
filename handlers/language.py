"""In which language a text is written, how a letter in it begins and ends, and what in it binds whoever sends it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "de", "fr", "es", "it", "nl"]
LANGUAGES: Mapping[Language, str] = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch",
}  # fmt: skip
COMMON: Mapping[Language, frozenset[str]] = {
    "en": frozenset(["the", "and", "you", "your", "is", "are", "we", "of", "for", "have", "has", "not", "with", "this", "it", "our", "i", "my", "do", "does", "how", "when", "that", "what", "on", "be", "in", "a", "to"]),
    "de": frozenset(["der", "die", "das", "und", "ist", "sind", "wir", "sie", "nicht", "mit", "ein", "eine", "ich", "für", "auf", "zu", "den", "dem", "im", "von", "was", "wie", "bitte", "haben", "uns", "seit", "alle"]),
    "fr": frozenset(["le", "la", "les", "et", "est", "sont", "nous", "vous", "ne", "pas", "avec", "un", "une", "je", "pour", "sur", "des", "du", "que", "qui", "dans", "mon", "notre", "bonjour", "merci"]),
    "es": frozenset(["el", "los", "las", "y", "es", "son", "no", "con", "un", "una", "para", "por", "que", "en", "mi", "nuestro", "se", "del", "al", "hola", "gracias", "como", "pero", "usted", "está"]),
    "it": frozenset(["il", "lo", "gli", "e", "è", "sono", "non", "con", "un", "una", "per", "che", "di", "del", "nel", "mio", "nostro", "ciao", "grazie", "come", "ma", "si", "questo", "posso", "alla"]),
    "nl": frozenset(["de", "het", "en", "is", "zijn", "wij", "niet", "met", "een", "ik", "voor", "op", "te", "van", "dat", "wat", "hoe", "onze", "mijn", "jullie", "graag", "bedankt", "kan", "naar", "aan"]),
}  # fmt: skip
"""Words that hardly a sentence does without."""
FEWEST = 3
"""Common words below which nobody can tell."""
LETTERS: Mapping[Language, tuple[str, str, str]] = {
    "en": ("Hello", "thank you for your message.", "Kind regards,\nyour support team"),
    "de": ("Guten Tag", "vielen Dank für Ihre Nachricht.", "Mit freundlichen Grüßen\nIhr Support-Team"),
    "fr": ("Bonjour", "merci pour votre message.", "Cordialement,\nvotre équipe d'assistance"),
    "es": ("Hola", "gracias por su mensaje.", "Saludos cordiales,\nsu equipo de soporte"),
    "it": ("Buongiorno", "grazie per il suo messaggio.", "Cordiali saluti,\nil team di assistenza"),
    "nl": ("Hallo", "bedankt voor uw bericht.", "Met vriendelijke groet,\nhet supportteam"),
}
"""Greeting, thanks and close of an answer to a customer."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a letter of our own begins with, says first and ends with."""

    greeting: str
    about: str
    close: str


FORMS: Mapping[Language, Form] = {
    "en": Form("Hello {name},", "I am writing to you about this: {purpose}.", "Kind regards,"),
    "de": Form("Guten Tag {name},", "ich schreibe Ihnen aus diesem Anlass: {purpose}.", "Mit freundlichen Grüßen"),
    "fr": Form("Bonjour {name},", "je vous écris à ce sujet : {purpose}.", "Cordialement,"),
    "es": Form("Hola {name}:", "Le escribo por este motivo: {purpose}.", "Un saludo,"),
    "it": Form("Buongiorno {name},", "Le scrivo per questo motivo: {purpose}.", "Cordiali saluti,"),
    "nl": Form("Beste {name},", "ik schrijf u hierover: {purpose}.", "Met vriendelijke groet,"),
}
"""Of an e-mail that nobody has asked for."""
NAME = re.compile(r"[^\W\d_]{1,40}(?:[-'\u2019][^\W\d_]{1,40}){0,3}\.?")
"""A word of a name."""
WORD = re.compile(r"[^\W\d_]+")
BINDING: Sequence[str] = (
    "monday montag lundi lunes lunedì maandag", "tuesday dienstag mardi martes martedì dinsdag",
    "wednesday mittwoch mercredi miércoles mercoledì woensdag", "thursday donnerstag jeudi jueves giovedì donderdag",
    "friday freitag vendredi viernes venerdì vrijdag", "saturday samstag samedi sábado sabato zaterdag",
    "sunday sonntag dimanche domingo domenica zondag", "today heute hoy oggi vandaag", "tonight",
    "tomorrow morgen demain mañana domani", "january januar janvier enero gennaio januari",
    "february februar février febrero febbraio februari", "march märz mars marzo maart", "april avril abril aprile",
    "june juni juin junio giugno", "july juli juillet julio luglio", "august août agosto augustus", "september septembre settembre",
    "october oktober octobre octubre ottobre", "november novembre noviembre", "december dezember décembre diciembre dicembre",
    "immediately sofort immédiatement inmediatamente subito", "guarantee guarantees guaranteed garantieren garantie garantiert garantía garanzia",
    "promise promises promised versprechen versprochen", "free kostenlos gratis gratuit gratuito gratuitement", "discount discounts rabatt remise descuento sconto korting",
    "compensation entschädigung compensación risarcimento", "voucher vouchers gutschein gutschrift bon vale buono", "credited credit credits",
    "refunded refund refunds erstattung erstatten erstattet remboursement reembolso rimborso terugbetaling",
    "waive waives waived erlassen", "liable liability haftung haften",
)  # fmt: skip
"""What a company can be held to, a line a meaning: times and gifts. "May" is left out: it is mostly no month."""
MEANINGS: Mapping[str, int] = {word: number for number, line in enumerate(BINDING) for word in line.split()}


def language_of(text: str) -> Language | None:
    """The language of a text; None where it is too short to tell, or is none of these."""
    words = [hit[0].casefold() for hit in WORD.finditer(text[:4000])]
    counts = {language: sum(word in common for word in words) for language, common in COMMON.items()}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    return best if counts[best] >= FEWEST and counts[best] > counts[second] else None


def called(name: str) -> str:
    """How a letter addresses somebody: by the first word of the name, or not at all where that is no name. People type what they like
    into forms, and a letter of ours must not carry an address of theirs.
    """
    first = (name.split() or [""])[0]
    return first if NAME.fullmatch(first) else ""


def greeted(greeting: str, name: str) -> str:
    """A greeting with a name in it, or without one."""
    return greeting.format(name=called(name)).replace(" ,", ",").replace(" :", ":")


def letter(body: str, name: str, language: Language) -> str:
    """A text between a greeting and a close. `name` is what the customer is called, or empty."""
    greeting, thanks, close = LETTERS[language]
    return f"{greeted(f'{greeting} {{name}},', name)}\n\n{thanks}\n\n{body}\n\n{close}"


def binding(text: str) -> frozenset[int]:
    """The times and gifts that a text names, whatever the language."""
    return frozenset(MEANINGS[word] for hit in WORD.finditer(text) if (word := hit[0].casefold()) in MEANINGS)
