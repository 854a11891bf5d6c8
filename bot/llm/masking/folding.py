"""One spelling for detection: widths, accents, dashes, spaces, digits of other scripts and invisible characters are evened out."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

ACCENTS = range(0x300, 0x370)
"""Combining marks of Latin, Greek and Cyrillic; those of other scripts are letters."""
BLANKS = frozenset("\n\r\t\x0b\x0c\x85\u2028\u2029")
"""Line ends and tabs keep what they are: they separate."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as rules read it, and the way back. `origin` holds the place of each character in the text as it came."""

    text: str
    lower: str
    origin: Sequence[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch stands in the text as it came, with the marks and invisible characters that belong to its end."""
        after = self.origin[end] if end < len(self.origin) else self.length
        return self.origin[start], max(after, self.origin[end - 1] + 1)


def fold(text: str) -> Folded:
    """Even out a text, character by character, so that equal words are equal in it wherever they stand."""
    if text.isascii():
        return Folded(text, text.lower(), range(len(text)), len(text))
    table = {ord(letter): spelled(letter) for letter in set(text) if letter >= "\x80"}
    if all(len(piece) == 1 for piece in table.values()):
        even = text.translate(table)
        lower = even.lower()
        return Folded(even, lower if len(lower) == len(even) else even, range(len(text)), len(text))
    pieces = [table.get(ord(letter), letter) for letter in text]
    origin = [place for place, piece in enumerate(pieces) for _ in piece]
    even = "".join(pieces)
    lower = even.lower()
    return Folded(even, lower if len(lower) == len(even) else even, origin, len(text))


@lru_cache(maxsize=8192)
def spelled(letter: str) -> str:
    """One character that is not ASCII as rules read it; nothing for what cannot be seen."""
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Mn", "Me") and (kind == "Cf" or ord(letter) in ACCENTS or 0xFE00 <= ord(letter) <= 0xFE0F):  # noqa: PLR2004
        return ""
    if letter in BLANKS:
        return letter
    if kind == "Pd" or letter in "\u2212\u2043":
        return "-"
    if kind == "Zs":
        return " "
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if letter in "\u2018\u2019\u02bc":
        return "'"
    whole = unicodedata.normalize("NFKC", letter)
    apart = unicodedata.normalize("NFD", whole)
    return apart[0] if len(apart) > 1 and all(ord(mark) in ACCENTS for mark in apart[1:]) else whole
