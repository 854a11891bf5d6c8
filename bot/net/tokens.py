"""Tokens of OAuth, and where those are kept that all processes share."""

from dataclasses import dataclass, field
from typing import Protocol

from handlers.errors import Unavailable

EARLY = 300.0
"""Seconds before its end that a token is renewed, or half of its life where that is shorter."""
LIVES = 900.0
"""Seconds for which a token counts as good where its answer names none."""


def early(life: float) -> float:
    """Seconds of life below which a token that had so many is renewed."""
    return min(EARLY, life / 2)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token endpoint gave. `lives` is in seconds; `refresh` is empty where it gave none.

    `identity` says whose token it is, where the answer does (Salesforce: the address of a user).
    """

    access: str = field(repr=False)
    lives: float = LIVES
    refresh: str = field(default="", repr=False)
    identity: str = ""

    @property
    def early(self) -> float:
        """Seconds of life below which it is renewed."""
        return early(self.lives)


@dataclass(frozen=True, slots=True)
class Kept:
    """Tokens as they are stored. `lives` are the seconds left of `life`; `broken` is why only an operator can help.

    `is_leased` says that somebody renews right now, `in_doubt` that a renewal was sent and nobody knows how it ended.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lives: float
    life: float
    fence: int
    is_leased: bool = False
    in_doubt: bool = False
    broken: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether it is too early to renew it."""
        return self.lives > early(self.life)


class TokenStore(Protocol):
    """Where the tokens of one system are kept, sealed, for all processes; times are by its own clock. All raise Unavailable."""

    async def read(self) -> Kept:
        """As it stands. Raises NotFound where nobody has signed the bot in."""
        ...

    async def lease(self, fence: int) -> int:
        """Take the right to renew what was read under this fence, and note that a renewal goes out.

        The new fence; 0 when somebody was first. A lease outlives the longest renewal and ends by itself.
        """
        ...

    async def keep(self, fence: int, token: Token) -> None:
        """Store what a renewal brought, if the fence still holds, and end lease and doubt."""
        ...

    async def settle(self, fence: int, *, broken: str = "") -> None:
        """End lease and doubt without new tokens; `broken` when the system refused for good."""
        ...


class TokenStores(Protocol):
    """A place for the tokens of every system."""

    def of(self, system: str, refresh: str) -> TokenStore:
        """The tokens of one system. `refresh` is the token that an operator set: it is where they begin, each value once."""
        ...


class NoStores:
    """Where there is no state of record: what is good once must not be used up by somebody who cannot keep what comes after it."""

    def of(self, system: str, refresh: str) -> TokenStore:  # noqa: ARG002 - the port's signature
        """A store that is never there."""
        return Nowhere(system)


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The store of a process without a state of record."""

    system: str

    async def read(self) -> Kept:
        """Raises Unavailable."""
        raise self._absent()

    async def lease(self, fence: int) -> int:  # noqa: ARG002 - the port's signature
        """Raises Unavailable."""
        raise self._absent()

    async def keep(self, fence: int, token: Token) -> None:  # noqa: ARG002 - the port's signature
        """Raises Unavailable."""
        raise self._absent()

    async def settle(self, fence: int, *, broken: str = "") -> None:  # noqa: ARG002 - the port's signature
        """Raises Unavailable."""
        raise self._absent()

    def _absent(self) -> Unavailable:
        return Unavailable(
            f"The bot's token for {self.system} is kept in the database, which is not open here. Start the bot first."
        )
