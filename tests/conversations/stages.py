"""Where a conversation can be held: what people do there, and what each of them reads. One implementation a platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PEOPLE = ("ada", "bo", "cy", "gus")
"""Who takes part, by their short names at Harbourlight."""


@dataclass(frozen=True)
class Card:
    """A card as it stood when somebody looked at it. `there` is the platform's own way to find it again."""

    draft: str
    buttons: tuple[str, ...]
    there: Any


@dataclass(frozen=True)
class Seen:
    """Something that a person reads. `private`: nobody else is shown it."""

    text: str
    private: bool = False
    card: Card | None = None


class Stage(Protocol):
    """One platform. People go by their short names. What is said, is said in the shared channel unless it says otherwise."""

    name: str

    async def ask(self, person: str, words: str) -> None:
        """Mention the bot and say something."""
        ...

    async def tell(self, person: str, words: str) -> None:
        """Say something in one's direct message with the bot."""
        ...

    async def send(self, person: str, words: str, name: str, content: bytes) -> None:
        """Say something in one's direct message with the bot, with a file."""
        ...

    async def chat(self, person: str, words: str) -> None:
        """Say something to the others. In Teams the app has the consent to read it."""
        ...

    async def follow_up(self, person: str, words: str) -> None:
        """Say something in the thread of the newest answer."""
        ...

    async def command(self, person: str, line: str) -> None:
        """Give a command, as it is typed: `/triage SUP-21`."""
        ...

    async def press(self, card: Card, verb: str, person: str, values: Mapping[str, str]) -> None:
        """Press a button of a card as it stood; with Edit, fill in the form that opens and send it."""
        ...

    async def choose(self, person: str, label: str) -> None:
        """Press the button under a reply that says so."""
        ...

    async def vote(self, person: str, verdict: str) -> None:
        """Say `up` or `down` about the newest answer."""
        ...

    async def share(self, person: str) -> None:
        """Press Share under the newest answer that only this person was shown."""
        ...

    async def seen(self, person: str) -> Sequence[Seen]:
        """Everything that the bot has said to this person, oldest first, as it reads now."""
        ...
