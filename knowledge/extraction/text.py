"""Bytes to characters, and characters to what a person would see of them."""

import codecs
import re
import unicodedata

from knowledge.extraction.contract import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")
_MOST_CONTROLS = 0.01
_FOREIGN = 0.25
_NO_TEXT = "The file is not text: save it as UTF-8 text, or give it the ending of the format that it is in."

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphens, fillers
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, direction
    "\ud800-\udfff\ufe00-\ufe0f\ufff0-\ufffb\ufffe\uffff"  # half characters, variants, annotations
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags and their neighbours
    "]+"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_GAP = re.compile(r"\n{4,}")


def decode(data: bytes) -> str:
    """The characters of a text file: by its mark, as UTF-8, by its alphabet, at last as Windows Western.

    A guess is made only where most of the letters are not ASCII: on a mostly ASCII text guessing is worse than assuming.
    Raises `Refused` for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(sample) and controls > 1:
        raise Refused(_NO_TEXT)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(_guess(sample), "replace")


def visible(text: str) -> str:
    r"""`text` without the characters that nobody sees: zero-width, direction, tags, controls, half surrogates.

    A single joiner inside a word of a script that needs it (Persian, Hindi) stays. Line ends become `\n`, runs of blank
    lines shrink, both ends are trimmed.
    """
    text = _BREAKS.sub("\n", text)
    text = _JOINERS.sub(_joiner, _UNSEEN.sub("", text))
    return _GAP.sub("\n\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _joiner(match: re.Match[str]) -> str:
    start, end = match.span()
    joins = end - start == 1 and start > 0 and end < len(match.string)
    if joins and all(_shapes(match.string[place]) for place in (start - 1, end)):
        return match[0]
    return ""


def _shapes(character: str) -> bool:
    return unicodedata.category(character) in {"Lo", "Mn", "Mc"}


def _guess(sample: bytes) -> str:
    letters = sample.translate(None, b" \t\r\n")
    foreign = sum(byte > 127 for byte in letters)  # noqa: PLR2004 - where ASCII ends
    if foreign > _FOREIGN * len(letters):
        from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed, slow to load

        best = from_bytes(sample).best()
        if best is not None:
            return best.encoding
    return "cp1252"
