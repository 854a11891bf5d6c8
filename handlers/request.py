"""What somebody wants an issue of: a text, and perhaps the thread that it was said in. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.errors import Invalid
from handlers.models import Call

SHAPE = re.compile(r"(?:(?P<project>[A-Z][A-Z0-9_]{1,30}):\s*)?(?P<new>new:\s*)?(?P<text>.*)", re.DOTALL)
KEY = re.compile(r"\b([A-Z][A-Z0-9_]{1,30})-[0-9]{1,10}\b")
ADDRESSED = re.compile(r"([A-Z][A-Z0-9_]{1,30}|new):\s*")
ENDS = re.compile(r"(?<=[.!?])\s|\n")
LONGEST = 20_000
"""Characters of a text and its thread; Jira takes 32,767 in a description, and nobody reads that."""
TITLE = 120
"""Characters of a summary that is cut from a text."""


@dataclass(frozen=True, slots=True)
class Request:
    """`text` is what was said, `turns` the thread before it, oldest first; `is_new` that no existing issue will do.

    `outside` says that some of these words are not those of `who` asks, that nobody knows whose they are, or that `who` is no colleague. `authors` are the names of
    whose they are, where that is known.
    """

    project: str
    is_new: bool
    text: str
    turns: tuple[str, ...]
    who: str
    outside: bool = False
    authors: frozenset[str] = frozenset()

    @property
    def parts(self) -> dict[str, str]:
        """What there is to read, by label."""
        said = {"request": self.text} if self.text else {}
        return said | {f"turn {number}": turn for number, turn in enumerate(self.turns, 1)}

    @property
    def title(self) -> str:
        """The first sentence of what was said, cut at a word."""
        first = " ".join(ENDS.split(next(iter(self.parts.values())), maxsplit=1)[0].split())
        words = first.rstrip(".:,; ") or first
        return words if len(words) <= TITLE else f"{words[: TITLE - 1].rsplit(' ', 1)[0]}…"

    @property
    def description(self) -> str:
        """What was said, as it was said."""
        thread = "\n".join(f"- {' '.join(turn.split())}" for turn in self.turns)
        return "\n\n".join(filter(None, (self.text, f"From the thread:\n\n{thread}" if thread else "", self.footer)))

    @property
    def footer(self) -> str:
        """Who wanted it: in the system it is the bot's account that makes it."""
        return f"Asked for in chat by {self.who}."

    def unplaced(self) -> "Request":
        """The same where what stood in front is no project but a part of the text."""
        return replace(self, project="", text=f"{self.project}: {self.text}")


def unaddressed(text: str) -> str:
    """Words that somebody else said, so that nothing in front of them names a project or asks for a new issue."""
    found = ADDRESSED.match(text)
    return f"{found[1]} \N{EN DASH} {text[found.end() :]}" if found else text


def read(call: Call) -> Request:
    """What was typed, with the thread. Raises Invalid where there is nothing in it, or more than an issue should hold."""
    typed = call.argument.strip()
    found = SHAPE.fullmatch(unaddressed(typed) if call.outside else typed)
    given: Mapping[str, str] = {name: value or "" for name, value in (found.groupdict() if found else {}).items()}
    said = tuple(turn for turn in call.history if turn.words.strip())
    turns = tuple(turn.words.strip() for turn in said)
    text = given.get("text", "").strip()
    if not text and not turns:
        raise Invalid("An issue of what? Type for example: /issue the export of bookings hangs, or ask in a thread.")
    if (size := len(text) + sum(map(len, turns))) > LONGEST:
        raise Invalid(
            f"That is too long for an issue: {size:,} characters, and {LONGEST:,} fit. Type what matters in some sentences."
        )
    outside = call.outside or call.person.is_outside or any(not turn.authors & call.person.names for turn in said)
    authors = call.authors.union(*(turn.authors for turn in said))
    return Request(given.get("project", ""), bool(given.get("new")), text, turns, call.person.name, outside, authors)


def key_in(call: Call) -> str:
    """The project of the issue that was spoken of last; empty where none was."""
    found = [match[1] for said in (*(turn.words for turn in call.history), call.argument) for match in KEY.finditer(said)]
    return found[-1] if found else ""
