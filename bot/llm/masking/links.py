"""Where web addresses run in a text. A token never stands inside one: not when text is masked, and nothing is put back into one."""

import re

ANCHOR = re.compile(r"//|www\.|\.[^\W\d_][\w-]{1,23}(?::\d{1,5})?[/?#]", re.IGNORECASE)
"""What makes a run of characters an address, with a scheme or without: chat programs make links of both."""
AHEAD = frozenset("+.-:_")
REST = re.compile(r"[^\s<>\"]*")
"""An address ends at white space, an angle bracket or a quotation mark. Everything else can be part of one."""


def links(text: str) -> list[tuple[int, int]]:
    """The runs, in order. Between two of them stands at least one character that is part of neither."""
    found: list[tuple[int, int]] = []
    place = 0
    while anchor := ANCHOR.search(text, place):
        start = anchor.start()
        while start > place and (text[start - 1].isalnum() or text[start - 1] in AHEAD):
            start -= 1
        rest = REST.match(text, anchor.end())
        place = rest.end() if rest else anchor.end()
        found.append((start, place))
    return found
