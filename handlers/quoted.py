"""Words of a record that somebody else is shown: one line, no address to follow, no mark that would format it. Pure."""

import re
from collections.abc import Iterator

from handlers.material import REMOVED
from knowledge.sentences import sentences

LONGEST = 300
"""Characters of one quotation."""
ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>()\[\]]+|\b(?:mailto|javascript|data|tel):[^\s<>()\[\]]+|\bwww\.[^\s<>()\[\]]+",
    re.IGNORECASE,
)
MARKS = re.compile(r"[\[\]<>`*]|(?<!\w)[@!](?=[\w\[])")
"""What Markdown, Jira and chat programs read as a link, a mention or a format."""


def quotable(text: str) -> str:
    """The text as it may stand in a sentence of ours. An address leaves a note that it was there; long words are cut."""
    line = " ".join(MARKS.sub(" ", ADDRESS.sub(REMOVED, text)).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rpartition(' ')[0] or line[: LONGEST - 1]}…"


def said(text: str) -> Iterator[str]:
    """The sentences of a text, each as it may be quoted; a line ends one, too."""
    for line in text.split("\n"):
        for start, end in sentences(line):
            if (found := quotable(line[start:end])) and any(letter.isalnum() for letter in found):
                yield found
