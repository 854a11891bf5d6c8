"""About how many tokens a text costs, where nobody has counted: a planning figure, no bill."""

from collections.abc import Sequence

BYTES = 4
"""Of UTF-8 in a token, roughly, in the tokenisers of today: four letters of English, a character or two of other scripts."""


def estimated(text: str) -> int:
    """Tokens of one text."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES)


def estimated_all(texts: Sequence[str]) -> int:
    """Tokens of several texts."""
    return sum(map(estimated, texts))
