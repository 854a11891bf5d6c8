"""What may be shown in a channel. Pure: it only ever takes away."""

from collections.abc import Iterable

from bot.settings import Configuration
from handlers.models import EVERYONE

NOBODY_SPECIAL = frozenset({EVERYONE})
"""What may be shown where nothing more is known."""


def shared(audiences: Iterable[frozenset[str]]) -> frozenset[str]:
    """What every one of these people may read; what everyone may where there is nobody."""
    found: frozenset[str] | None = None
    for audience in audiences:
        found = audience if found is None else found & audience
    return NOBODY_SPECIAL | (found or frozenset())


def combined(members: frozenset[str], configured: frozenset[str] | None) -> frozenset[str]:
    """What the members share, narrowed to what `bot.toml` says of the channel; None when it says nothing."""
    return NOBODY_SPECIAL | (members if configured is None else members & configured)


def said_of(configuration: Configuration, key: str, *, is_alone: bool) -> frozenset[str] | None:
    """What `bot.toml` says may be shown in a channel. Direct messages have no default: there it is the person that counts."""
    if is_alone and key not in configuration.channels:
        return None
    return frozenset(configuration.channel(key).audience)
