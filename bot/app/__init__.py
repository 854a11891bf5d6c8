"""The composition root."""

from bot.app.house import Floor, House
from bot.app.store import Store

__all__ = ["Floor", "House", "Store"]
