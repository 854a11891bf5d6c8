"""What the listeners of a platform need of the bot behind them: each method is what one kind of job does."""

from collections.abc import Mapping
from typing import Protocol

from handlers.models import Draft


class Desk(Protocol):
    """What the bot does with what it hears, whatever the platform."""

    async def call(self, payload: Mapping[str, object]) -> None:
        """Answer what somebody said."""
        ...

    async def decide(self, payload: Mapping[str, object]) -> Draft:
        """Apply what somebody pressed, now; the draft as it is then. Raises Refused, NotFound, Invalid, Unavailable."""
        ...

    async def decision(self, payload: Mapping[str, object]) -> None:
        """Apply what somebody pressed, or tell them why not."""
        ...

    async def vote(self, payload: Mapping[str, object]) -> None:
        """Remember what somebody thinks of an answer."""
        ...

    async def offer(self, payload: Mapping[str, object]) -> None:
        """Do what a button under a reply asks for."""
        ...

    async def share(self, payload: Mapping[str, object]) -> None:
        """Say in public what was answered in private, if everybody there may read it."""
        ...
