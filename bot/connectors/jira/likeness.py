"""The query for issues that have telling words in common with another one. Pure."""

import re
from collections.abc import Sequence

from bot.connectors.jira.jql import Condition, Either, Where, Words
from handlers.models import Record

WORD = re.compile(r"[^\W\d_]{4,40}")
MOST = 8
"""Words that are searched for: more of them find nearly everything."""
READ = 2000
"""Characters of a text in which words are looked for."""


def telling(record: Record) -> Sequence[str]:
    """The words that say most about it: those of the title before those of the text, long ones first."""
    titled, said = (list(dict.fromkeys(WORD.findall(text.casefold()))) for text in (record.title, record.text[:READ]))
    ordered = (*sorted(titled, key=lambda word: -len(word)), *sorted(said, key=lambda word: -len(word)))
    return list(dict.fromkeys(ordered))[:MOST]


def wording(record: Record) -> Where | None:
    """Any of these words in a text; None where the record has no word."""
    parts = tuple(Condition("text", "~", Words(word)) for word in telling(record))
    return Either(parts) if parts else None
