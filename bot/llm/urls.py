"""What a model says, made fit to be shown: no address that does not stand in its material, no mention, nothing invisible. Pure.

A model that obeys what it read would carry something away with an address: in a link, a picture that a client loads by itself, a
reference that is defined elsewhere, a bare domain that a chat program makes a link of.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from handlers.material import REMOVED

ROUNDS = 8
"""Passes until nothing changes any more; a text that still changes then was made to."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that nobody sees: controls, bidi and zero width, lone surrogates, private and unassigned."""
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0000, 0xE1000))
"""Variation selectors and tags: they can carry bytes behind a visible character."""
FILES = frozenset(
    [
        "js",
        "mjs",
        "ts",
        "tsx",
        "jsx",
        "json",
        "jsonl",
        "toml",
        "yaml",
        "yml",
        "ini",
        "cfg",
        "conf",
        "csv",
        "tsv",
        "txt",
        "log",
        "html",
        "htm",
        "css",
        "xml",
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "exe",
        "dll",
        "sql",
        "java",
        "cpp",
        "hpp",
        "vtt",
        "ics",
        "eml",
        "db",
        "lock",
    ]
)
"""Ends of file names that are no top-level domain."""

DOT = r"(?:\.|[\u3002\uff0e\uff61\u2024\ufe52]|\[\.\]|\(\.\)|%2e|&period;|&\#0*46;|&\#x0*2e;)"
"""A dot as browsers, people and entities write it."""
LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
IMAGE = re.compile(r"!\[(?P<alt>[^\[\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
INLINE = re.compile(r"\[(?P<text>[^\[\]\n]*)\]\(\s*(?P<url><[^>\n]*>|[^)\s]*)[^)\n]*\)")
DEFINED = re.compile(r"(?m)^[ \t>]{0,8}\[[^\]\n]+\]:[ \t]*\S.*$")
ANGLED = re.compile(r"<(?P<inside>[!@#/A-Za-z][^<>\n]*)>")
CALLED = re.compile(r"(?<![\w.])[@\uff20\ufe6b](?=\w)")
AT_ALL = re.compile(r"<(?:!|@|#|/?at\b)[^<>\n]*>?", re.IGNORECASE)
ADDRESS = re.compile(
    rf"""
    (?:[a-z][a-z0-9+.-]{{1,20}}:|:)?//[^\s<>"]+                              # any scheme, or the page's own
    | \b(?:javascript|vbscript|data|mailto|tel|sms|file|blob|intent|ftp):[^\s<>"]+
    | (?:[\w.+-]{{1,64}}@)?{LABEL}(?:{DOT}{LABEL}){{0,8}}{DOT}(?P<last>[^\W\d_]{{2,24}}|xn--[a-z0-9-]+)(?![^\W_])(?:[:/?#][^\s<>"]*)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
TRAILING = ".,;:!?)*_'\"]}"
"""Punctuation that belongs to the sentence around an address."""
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?://)?|^//", re.IGNORECASE)


class Addresses:
    """The addresses that an answer may carry: those that stand in texts from inside."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = [spelled(hit[0]) for text in texts for hit in ADDRESS.finditer(visible(text))]
        self._known = frozenset(found)

    def allows(self, address: str) -> bool:
        """Whether this very address stands in the material."""
        return spelled(address) in self._known

    def kept(self, text: str) -> str:
        """The text as it may be shown. What is taken out leaves REMOVED; a text that hides more than can be taken out is REMOVED."""
        for _ in range(ROUNDS):
            if (done := self._once(visible(text))) == text:
                return done
            text = done
        return REMOVED

    def _once(self, text: str) -> str:
        text = IMAGE.sub(lambda hit: hit["alt"], text)
        text = INLINE.sub(self._link, text)
        text = DEFINED.sub("", text)
        text = ANGLED.sub(self._angled, AT_ALL.sub("", text))
        return ADDRESS.sub(self._address, CALLED.sub("", text))

    def _link(self, hit: re.Match[str]) -> str:
        url = hit["url"].strip("<>")
        return f"{hit['text']} {url}".strip() if self.allows(url) else f"{hit['text']} {REMOVED}".strip()

    def _angled(self, hit: re.Match[str]) -> str:
        url = hit["inside"].partition("|")[0]
        if ADDRESS.match(url):
            return url if self.allows(url) else REMOVED
        return ""

    def _address(self, hit: re.Match[str]) -> str:
        shown = hit[0].rstrip(TRAILING)
        rest = hit[0][len(shown) :]
        return hit[0] if self.allows(shown) or is_file(hit, shown) else f"{REMOVED}{rest}"


def is_file(hit: re.Match[str], shown: str) -> bool:
    """Whether a bare name is that of a file, by its end."""
    last = hit["last"]
    return last is not None and last.lower() in FILES and shown.lower().endswith(last.lower()) and "@" not in shown


def visible(text: str) -> str:
    """The text without anything that nobody sees; line ends become newlines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    unseen = {letter for letter in set(lines) if letter not in "\n\t" and not is_seen(letter)}
    return lines.translate(dict.fromkeys(map(ord, unseen))) if unseen else lines


def is_seen(letter: str) -> bool:
    """Whether a reader can see this character."""
    return (
        letter not in FILLERS
        and unicodedata.category(letter) not in HIDDEN
        and not any(ord(letter) in among for among in SELECTORS)
    )


def spelled(address: str) -> str:
    """An address in the one form in which two of them are compared: without its scheme, decoded, in small letters."""
    plain = unicodedata.normalize("NFKC", html.unescape(unquote(address.rstrip(TRAILING))))
    return SCHEME.sub("", plain).rstrip("/").casefold()
