"""As whom a request speaks: what stands in its Authorization header."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.net.answer import Answer, Rejected


class Auth(Protocol):
    """Credentials that may change over time."""

    async def header(self) -> str:
        """What to send now. Raises Invalid where an operator has to sign the bot in again, Unavailable."""
        ...

    def drop(self, header: str) -> None:
        """The system refused this one: do not give it out again. What was renewed meanwhile is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that never changes."""

    token: str = field(repr=False)

    async def header(self) -> str:
        """The token."""
        return f"Bearer {self.token}"

    def drop(self, header: str) -> None:
        """There is no other one."""


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password that never change."""

    name: str
    password: str = field(repr=False)

    async def header(self) -> str:
        """Both, as RFC 7617 has it."""
        return "Basic " + base64.b64encode(f"{self.name}:{self.password}".encode()).decode()

    def drop(self, header: str) -> None:
        """There is no other one."""


async def header_of(auth: str | Auth) -> str:
    """What to send now: a text is a header already."""
    return auth if isinstance(auth, str) else await auth.header()


async def signed(auth: str | Auth, ask: Callable[[str], Awaitable[Answer]]) -> Answer:
    """Ask with credentials; once more when they were refused, for a 401 has no effect, and if there are others by then."""
    header = await header_of(auth)
    try:
        return await ask(header)
    except Rejected as refused:
        if isinstance(auth, str) or refused.status != 401:  # noqa: PLR2004 - HTTP's own
            raise
        auth.drop(header)
        if (fresh := await auth.header()) == header:
            raise
    return await ask(fresh)
