"""What is said and sent in a chat, besides the words of the bot: files, utterances, pictures, and what a button offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MOST_OFFERS = 10
"""Buttons under one reply: more than that nobody looks through."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. `size` in bytes as the platform says it; `reference` is the platform's own name of it, opaque."""

    name: str
    size: int
    reference: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that somebody said in a conversation or a meeting. `at` is when, as people read it: `10:02`, or the recording's `1:02:03`.

    `authors` are the names of who said it (see `Person.names`), as the platform vouches for them. None where it was the bot, or where
    nobody vouches, as in a file: such words are anybody's.
    """

    speaker: str
    at: str
    words: str
    files: tuple[Attachment, ...] = ()
    authors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A button under a reply. `line` is the command that whoever presses it gives; one press leads to a draft, the others see that.

    `outside` says that the line repeats what somebody said, so that whoever presses gives words that are not their own. `authors` are
    the names of who said it, where that is known; without `outside` the words are their own, and another's who presses.
    """

    label: str
    line: str
    outside: bool = False
    authors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with a reply. `png` is the file; `alt` says the same in words, for whoever cannot see it, and where it cannot be sent."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """How often something happened from `start` (with its time zone) to the start of the next one, by severity."""

    start: datetime
    counts: Mapping[str, int]
