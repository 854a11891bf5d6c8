"""The composition root."""

from bot.app.house import Floor, House, Store

__all__ = ["Floor", "House", "Store"]
