"""Makes foreign text safe to look at: nothing invisible, nothing that turns the line around, links only to the web."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from bot.cards.views import Piece

KEPT = "\n\t"
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters of their category that show nothing: fillers and the empty Braille cell."""
HIDDEN = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that a reader cannot see: controls, format (bidi, zero width), lone surrogates."""
TAGS = range(0xE0000, 0xE1000)
"""Tags and variation selectors that can carry hidden bytes behind a visible character."""
NO_HOST = frozenset('<>^|%\\`{}"')
"""Signs that no browser takes in a host (URL Standard, forbidden domain code points, and what it quotes)."""
IMITATES = re.compile(r"[.:/@]")
"""What makes a label look like an address."""
SPECIAL = re.compile(
    r"(?P<link>https?://[^\s<>\"'`\\^{}|\[\]]+)|\[(?P<mark>\d{1,2})\]|\*\*(?P<strong>[^*\n]{1,200})\*\*|`(?P<code>[^`\n]{1,200})`",
    re.IGNORECASE,
)
"""What a text may hold besides words: addresses, citation marks, and two marks of Markdown that handbooks are full of."""
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
    is_web = parts.scheme in ("http", "https") and host and "@" not in parts.netloc
    return url if is_web and not NO_HOST & set(host or "") else ""


def in_ascii(url: str) -> str:
    """A web address with its host as the network spells it, so that a look-alike letter shows; empty where it has no such spelling."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        return url if parts.netloc.isascii() else parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()
    except ValueError:  # UnicodeError is one, too
        return ""


def target(url: str, label: str = "") -> tuple[str, str]:
    """An address that may be followed, quoted, and the words to show for it; both empty where no browser may be sent there.

    Without a label of our own, or with one that could be taken for an address, that is the host it leads to.
    """
    found = in_ascii(web_link(url))
    safe = quote(found, safe="%/:=&?~#+!$,;'@()*[]")
    shown = label if label and not IMITATES.search(label) else urlsplit(found).hostname or ""
    return safe, shown if safe else ""


def pieces(text: str, *, citations: int = 0) -> tuple[Piece, ...]:
    """Text as runs: plain, links, strong or code, and `[n]` marks for as many citations as there are.

    For answers and quotes only: what is going to be written is always shown letter by letter.
    """
    whole, done = clean(text), 0
    found: list[Piece] = []
    for hit in SPECIAL.finditer(whole):
        piece, end = special(hit, citations)
        if piece is None:
            continue
        if hit.start() > done:
            found.append(Piece(whole[done : hit.start()]))
        found.append(piece)
        done = end
    return (*found, Piece(whole[done:])) if done < len(whole) else tuple(found)


def special(hit: re.Match[str], citations: int) -> tuple[Piece | None, int]:
    """The run that a match makes and where it ends; None where it is nothing but words."""
    if hit["link"]:
        shown = hit[0].rstrip(TRAILING)
        url = web_link(shown)
        return (Piece(shown, url) if url else None), hit.start() + len(shown)
    if hit["mark"]:
        number = int(hit["mark"])
        return (Piece(hit[0], mark=number) if 1 <= number <= citations else None), hit.end()
    style = "strong" if hit["strong"] else "code"
    return Piece(hit[style], style=style), hit.end()
