"""Whether somebody may decide a draft, asked before they fill in a form. The decision itself asks again, and alone counts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from handlers.models import Draft, Person
from handlers.policy import refusal
from handlers.ports import Policies

PATIENCE = 1.0
"""Seconds to find out who somebody is, while a platform waits for the form."""
WhoIs = Callable[[str], Awaitable[Person]]
"""A person by the id of their platform."""


class MayDecide:
    """Asks the policy of a draft about a person as they are now."""

    def __init__(self, who_is: WhoIs, policies: Policies, *, patience: float = PATIENCE) -> None:
        self._who_is = who_is
        self._policies = policies
        self._patience = patience

    async def refusal(self, draft: Draft, name: str) -> str:
        """Why they may not; empty when they may, and when nobody can say in time."""
        try:
            async with asyncio.timeout(self._patience):
                person = await self._who_is(name)
        except TimeoutError:
            return ""
        return refusal(draft, person, self._policies(draft), datetime.now(UTC))
