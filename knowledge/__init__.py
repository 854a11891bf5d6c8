"""What the bot knows: documents in, ranked passages and cited answers out. Usable without the rest."""

from typing import TYPE_CHECKING

from knowledge.models import Document

if TYPE_CHECKING:
    from knowledge.facade import Knowledge

__all__ = ["Document", "Knowledge"]


def __getattr__(name: str) -> object:
    """Load the facade when it is first asked for: whoever needs only the nouns starts without numpy."""
    if name == "Knowledge":
        from knowledge.facade import Knowledge  # noqa: PLC0415 - the point of this function

        return Knowledge
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
