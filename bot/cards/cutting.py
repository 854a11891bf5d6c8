"""Long text in pieces, cut where a reader would cut it: no word, no letter and no code block is torn. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Two of these make a flag."""
OPENS, SHUTS = re.compile(r"```[^`\n]*"), re.compile(r"```+[ \t]*")
"""A line that begins code, and one that ends it."""
FENCE = "```"


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of up to `limit` characters, cut after a paragraph, a line, a sentence or a word, whichever comes first."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = next((place for sign in ("\n\n", "\n", ". ", " ") if (place := rest.rfind(sign, limit // 2, limit)) > 0), 0)
        cut = cut + 1 if cut else whole_letter(rest, limit)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest] if rest else pieces or [""]


def whole_letter(text: str, limit: int) -> int:
    """A place up to `limit` that does not part a letter from its accents, from what joins it to the next, or a flag in two."""
    place = limit
    while place > max(limit // 2, 1) and (joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    halves = len(text[:place]) - len(text[:place].rstrip(FLAGS))
    return place - 1 if halves % 2 and place > 1 and text[place] in FLAGS else place


def joins(letter: str) -> bool:
    """Whether a character belongs to the one before it: accents, vowel signs, selectors of a look, tones of skin."""
    return letter == "\u200d" or unicodedata.category(letter)[0] == "M" or "\U0001f3fb" <= letter <= "\U0001f3ff"


def fenced(pieces: Sequence[str]) -> Iterator[str]:
    """The same pieces, a code fence that is open at the end of one closed there and opened again in the next."""
    is_open = False
    for piece in pieces:
        text = f"{FENCE}\n{piece}" if is_open else piece
        is_open = leaves_open(text)
        yield f"{text}\n{FENCE}" if is_open else text


def leaves_open(text: str) -> bool:
    """Whether a text ends within a code fence."""
    is_open = False
    for line in text.split("\n"):
        if (SHUTS if is_open else OPENS).fullmatch(line):
            is_open = not is_open
    return is_open
