"""What a vendor says of a change may quote the change: its reason is told, the words that were written are not."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from html import escape

from handlers.errors import Trouble
from handlers.models import Draft

SHORTEST = 6
"""Letters of a text that is looked for; a shorter one stands in every other word."""
PIECE = 16
"""Signs in a row that stand in a text, too, and so are taken for a quote of it that was cut off."""
MASK = "***"


@contextmanager
def veiled(draft: Draft) -> Iterator[None]:
    """What is raised in the block says nothing that the draft would write: its sentence goes into the ledger and the audit trail."""
    try:
        yield
    except Trouble as trouble:
        trouble.args = (without(str(trouble), draft),)
        raise


def without(sentence: str, draft: Draft) -> str:
    """The sentence without the free texts of a draft, line by line, whole or cut off, and as JSON and HTML spell them."""
    spelled = {form for line in lines(draft) for form in (line, json.dumps(line)[1:-1], escape(line))}
    for form in sorted(spelled, key=len, reverse=True):
        sentence = sentence.replace(form, MASK)
    return without_pieces(sentence, spelled)


def without_pieces(sentence: str, forms: Collection[str]) -> str:
    """The sentence without pieces of these texts: vendors shorten what they quote, and their complaints are shortened here."""
    told: list[str] = []
    start = 0
    while start < len(sentence):
        size = max((shared(sentence[start:], form) for form in forms), default=0)
        told.append(MASK if size else sentence[start])
        start += size or 1
    return "".join(told)


def shared(rest: str, form: str) -> int:
    """How many signs at the beginning of `rest` stand in a text in the same order; 0 where they are too few to be a quote."""
    size = PIECE
    if len(rest) < size or rest[:size] not in form:
        return 0
    while size < len(rest) and rest[: size + 1] in form:
        size += 1
    return size


def lines(draft: Draft) -> Iterator[str]:
    """Every line of the texts before and after the change. What is picked from a list says nothing of anybody."""
    for change in draft.changes:
        for value in (change.before, change.after, change.saw):
            if isinstance(value, str) and value not in change.choices:
                yield from (line.strip() for line in value.splitlines() if is_free(line.strip()))


def is_free(line: str) -> bool:
    """Whether a text can be somebody's own: several words, an address, or a number that is long enough to call."""
    return len(line) >= SHORTEST and (" " in line or "@" in line or sum(sign.isdecimal() for sign in line) >= SHORTEST)
