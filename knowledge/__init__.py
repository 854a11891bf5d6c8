"""What the bot knows: documents in, ranked passages and cited answers out. Usable without the rest."""

from knowledge.facade import Knowledge
from knowledge.models import Document

__all__ = ["Document", "Knowledge"]
