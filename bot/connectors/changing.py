"""A connector as somebody sees it who asks it now and then what has changed."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol, Self, TypeVar, runtime_checkable

from bot.connectors.event import Event


class Mark(Protocol):
    """How far somebody has looked: a checkpoint."""

    @classmethod
    def now(cls, moment: datetime) -> Self:
        """Where the first look begins."""
        ...

    @classmethod
    def of(cls, text: str) -> Self:
        """Out of what was stored. Raises Invalid."""
        ...

    @property
    def text(self) -> str:
        """As it is stored."""
        ...


Place = TypeVar("Place", bound=Mark)


@runtime_checkable
class Changing(Protocol[Place]):
    """The side of a connector that can be asked what has changed. `watched` are the kinds of records that it looks through."""

    @property
    def watched(self) -> tuple[str, ...]:
        """The middle words of the names of its events."""
        ...

    @property
    def checkpoint(self) -> type[Place]:
        """What kind of checkpoint it keeps."""
        ...

    def changes(self, kind: str, since: Place, /) -> AsyncIterator[tuple[Event | None, Place]]:
        """What changed, oldest first, each with the checkpoint to keep once it has been dealt with; None where there is only that.

        Who stops anywhere and begins again at the last checkpoint that was kept misses nothing; some of it is told again, under the
        same ids. Raises Invalid, Unavailable.
        """
        ...
