"""A ticket as a conversation: what was said on it, by whom, for whom, and what still waits for an answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.models import Record, Ref

FIRST, LAST = 1, 11
"""Messages that a model is shown: how it began and how it stands."""
LONGEST = 2000
"""Characters of a message that a model is shown; what stands behind them is mostly quoted mail."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said on a ticket: `is_public` where the customer, or everybody on an issue, reads it, `outside_text` where nobody of the company wrote it."""

    id: str
    author: Ref | None
    text: str
    at: datetime
    is_public: bool
    outside_text: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a ticket holds. `asked` is all that people from outside said, `waiting` what of it we have not answered yet.

    `public` is what the customer reads, oldest first; `notes` counts what only colleagues read, which never comes near a reply.
    `unanswered` counts the messages from outside behind our last public words.
    """

    asked: str
    waiting: str
    public: tuple[Comment, ...]
    notes: int
    unanswered: int

    @property
    def told(self) -> tuple[Comment, ...]:
        """The messages that a model is shown."""
        return self.public if len(self.public) <= FIRST + LAST else (*self.public[:FIRST], *self.public[-LAST:])


def conversation(ticket: Record, comments: Sequence[Comment]) -> Conversation:
    """The conversation of a ticket out of its comments, oldest first. The text of the record belongs to it in any case."""
    public = tuple(one for one in comments if one.is_public)
    later = [one.text for one in public if one.outside_text and one.text.strip() not in ticket.text]
    asked = "\n\n".join(filter(None, (ticket.text, *later)))
    ours = max((place for place, one in enumerate(public) if not one.outside_text), default=-1)
    behind = [one.text for one in public[ours + 1 :]]
    waiting = "\n\n".join(behind) if ours >= 0 and behind else asked
    return Conversation(asked, waiting, public, len(comments) - len(public), len(behind))
