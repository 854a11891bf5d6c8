"""Where sentences of what people wrote or said end, and long texts cut between them. Pure."""

import re
from collections.abc import Iterator

SENTENCE = re.compile(r"(?<=[!?…])\s+|(?<=\.)\s+(?=[^\W_a-zß-ÿ\d]|[¿¡\"“(])|(?<=[\u3002\uff01\uff1f])")
"""Between two sentences; behind a point, which also stands in dates and short words, only where no small letter or figure follows."""


def pieces(text: str, most: int) -> Iterator[str]:
    """A text in pieces of up to so many characters, cut between sentences; a longer sentence is cut where it has to be."""
    here = ""
    for sentence in SENTENCE.split(text):
        for start in range(0, len(sentence), most):
            part = sentence[start : start + most]
            if here and len(here) + len(part) + 1 > most:
                yield here
                here = ""
            here = f"{here} {part}".strip() if here else part
    if here:
        yield here
