"""One line of the table of commands, without knowing any of them."""

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, get_args

from handlers.models import Draft, Reply

Handler = Callable[..., Coroutine[Any, Any, Draft | Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the table: what a person types, what it needs, what comes back, who answers.

    `finds` is a pattern by which the argument is found in a longer text; without one all of the text is the argument. `many` says that
    the argument may be several words, of which the first is what `finds` finds.
    `reads` is true for one that may read a whole file, which takes longer than people wait for anything else.
    `rare` is left out where a platform has room for a dozen only; it can be typed all the same, and help names it.
    `shortcut` is for commands that stand in the menu of a message: what stands there, and a line that says what it does.
    """

    name: str
    argument: str
    help: str
    handler: Handler
    example: str
    needs: bool = True
    finds: str = ""
    many: bool = False
    reads: bool = False
    shortcut: tuple[str, str] | None = None
    rare: bool = False

    @property
    def usage(self) -> str:
        """As it stands in help and completion."""
        return f"/{self.name} {self.argument}".strip()

    @property
    def proposes(self) -> bool:
        """Whether it can draw up a change at all: its handler says so by what it returns."""
        found = inspect.signature(self.handler).return_annotation
        return Draft in (found, *get_args(found))
