"""Where sentences begin and end: pure, for any language that marks them with punctuation."""

import re
from pathlib import Path

Span = tuple[int, int]
"""Start and end of a slice of a text."""

SHORT_FORMS = frozenset(Path(__file__).with_name("short_forms.txt").read_text(encoding="utf-8").split())
"""Words whose full stop does not end a sentence (compared in lower case, without the last dot)."""

_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]*_]*(?=\s)|[\u3002\uff01\uff1f]+[\u300d\u300f\uff09]*")
_WORD_BEFORE = re.compile(r"([^\s(\[\"'\u201c]+)$")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences in `text[start:end]`, without the white space around them, in order and without gaps of words."""
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if not _goes_on(text, match, end):
            spans.append((begin, match.end()))
            begin = match.end()
    spans.append((begin, end))
    return [trimmed for span in spans if (trimmed := trim(text, span))[0] < trimmed[1]]


def trim(text: str, span: Span) -> Span:
    """The span without white space at both ends; an empty one when there is nothing else."""
    begin, end = span
    piece = text[begin:end]
    begin += len(piece) - len(piece.lstrip())
    return begin, max(begin, end - (len(piece) - len(piece.rstrip())))


def _goes_on(text: str, match: re.Match[str], end: int) -> bool:
    """Whether the full stop at `match` belongs to a short form, an initial or a number, so that the sentence continues."""
    if match[0] != ".":
        return False
    following = text[match.end() : min(end, match.end() + 40)].lstrip()
    if following[:1].islower():
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 40), match.start())
    word = before[1].lower() if before else ""
    return word in SHORT_FORMS or (len(word) == 1 and word.isalpha() and word != "i")
