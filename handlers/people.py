"""Who acts and where: people as the platforms verified them, and the places where something is said. Re-exported by `handlers.models`."""

from dataclasses import dataclass

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, as the platform's verified envelope says. `id` is `slack:T1/U1`, `teams:29:...`, `playground:ada`.

    `is_outside` is true of a guest and of somebody of another company, as the platform says: what they write is text from outside.
    """

    id: str
    name: str
    email: str = ""
    groups: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    is_outside: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Every name this person goes by: here, by e-mail, on the other platforms and in the connected systems."""
        return frozenset(name.casefold() for name in (self.id, self.email, *self.accounts) if name)

    @property
    def audience(self) -> frozenset[str]:
        """What this person may read: what everyone may, and what the person's groups may."""
        return frozenset({EVERYONE}) | self.groups


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a channel or a direct message, perhaps a thread of it.

    `audience` is what may be shown there: in a channel what all of its members may read.
    """

    platform: str
    channel: str
    thread: str = ""
    audience: frozenset[str] = frozenset({EVERYONE})

    @property
    def key(self) -> str:
        """The name under which `bot.toml` knows the channel."""
        return f"{self.platform}:{self.channel}"
