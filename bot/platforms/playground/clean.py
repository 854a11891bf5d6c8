"""Makes foreign text safe to look at: nothing invisible, nothing that turns the line around, links only to the web."""

import re
import unicodedata
from urllib.parse import urlsplit

from bot.platforms.playground.views import Piece

KEPT = "\n\t"
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters of their category that show nothing: fillers and the empty Braille cell."""
HIDDEN = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that a reader cannot see: controls, format (bidi, zero width), lone surrogates."""
TAGS = range(0xE0000, 0xE1000)
"""Tags and variation selectors that can carry hidden bytes behind a visible character."""
LINK_OR_MARK = re.compile(r"(?P<link>https?://[^\s<>\"'`\\^{}|\[\]]+)|\[(?P<mark>\d{1,2})\]", re.IGNORECASE)
TRAILING = ".,;:!?)*_"
"""Punctuation that belongs to the sentence around an address."""


def clean(text: str) -> str:
    """The text without characters that a reader cannot see; line ends become newlines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(letter for letter in lines if is_visible(letter))


def has_invisible(text: str) -> bool:
    """Whether cleaning takes anything away that is more than a line end."""
    return any(not is_visible(letter) for letter in text if letter not in "\r\u2028\u2029")


def is_visible(letter: str) -> bool:
    """Whether a reader can see this character, or needs it as a space or line end."""
    if letter in KEPT:
        return True
    if letter in BLANKS or ord(letter) in TAGS:
        return False
    return unicodedata.category(letter) not in HIDDEN


def web_link(url: str) -> str:
    """The address if a browser may be sent there; else an empty string. No user names in it: they imitate other hosts."""
    if url != clean(url) or any(letter.isspace() for letter in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host and "@" not in parts.netloc else ""


def pieces(text: str, *, citations: int = 0) -> tuple[Piece, ...]:
    """Text as runs: plain, links, and `[n]` marks for as many citations as there are."""
    whole, done = clean(text), 0
    found: list[Piece] = []
    for hit in LINK_OR_MARK.finditer(whole):
        shown = hit[0].rstrip(TRAILING) if hit["link"] else hit[0]
        piece = Piece(shown, web_link(shown)) if hit["link"] else Piece(shown, mark=int(hit["mark"]))
        if not piece.url and not 1 <= piece.mark <= citations:
            continue
        if hit.start() > done:
            found.append(Piece(whole[done : hit.start()]))
        found.append(piece)
        done = hit.start() + len(shown)
    return (*found, Piece(whole[done:])) if done < len(whole) else tuple(found)
