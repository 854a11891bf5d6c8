"""Comments in Markdown: nobody who reads the page sees them, so the knowledge base does not either."""

import re

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)", re.MULTILINE)
_OPEN, _CLOSE = "<!--", "-->"


def without_comments(text: str) -> str:
    """`text` without its HTML comments. What stands in a code block stays; an unclosed comment is taken as text."""
    kept: list[str] = []
    fence = ""
    place = 0
    start = text.find(_OPEN)
    while start >= 0:
        fence = _fence_at(text, place, start, fence)
        close = text.find(_CLOSE, start + len(_OPEN))
        if close < 0:
            break
        if fence:
            close = start + len(_OPEN)
            kept.append(text[place:close])
            place = close
        else:
            kept.append(text[place:start])
            place = close + len(_CLOSE)
        start = text.find(_OPEN, place)
    return "".join(kept) + text[place:]


def _fence_at(text: str, place: int, end: int, fence: str) -> str:
    """The code block that is open at `end`, when `fence` was open at `place`."""
    for mark in _FENCE.finditer(text, place, end):
        if not fence:
            fence = mark[1]
        elif mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not mark[2].strip():
            fence = ""  # ends with a bare line of at least as many of the same marks
    return fence
