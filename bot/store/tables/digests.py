"""The table of digests."""

from sqlalchemy import JSON, Boolean, Column, Double, Index, String, Table

from bot.store.tables.schema import metadata

digests = Table(
    "digests",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("said", Boolean, nullable=False),
    Column("at", Double, nullable=False),
    Index("digests_name", "name", "at"),
)
"""Editions of digests by their name and time: of each digest the last one that was said, and those that are being said."""
