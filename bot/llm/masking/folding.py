"""One spelling for detection: widths, accents, dashes, spaces, digits of other scripts and invisible characters are evened out."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

ACCENTS = range(0x300, 0x370)
"""Combining marks of Latin, Greek and Cyrillic; those of other scripts are letters."""
SELECTORS = range(0xFE00, 0xFE10)
"""Marks that choose how a sign is drawn."""
EVEN = dict(zip("\u2212\u2043\u2018\u2019\u02bc\x85\u2028\u2029", "--'''\x85\u2028\u2029", strict=True))
"""Dashes and apostrophes that are none by their category, and line ends, which stay."""


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
    if kind == "Cf" or (kind in ("Mn", "Me") and (ord(letter) in ACCENTS or ord(letter) in SELECTORS)):
        return ""
    if letter in EVEN:
        return EVEN[letter]
    if kind in ("Pd", "Zs"):
        return "-" if kind == "Pd" else " "
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    whole = unicodedata.normalize("NFKC", letter)
    apart = unicodedata.normalize("NFD", whole)
    return apart[0] if len(apart) > 1 and all(ord(mark) in ACCENTS for mark in apart[1:]) else whole
