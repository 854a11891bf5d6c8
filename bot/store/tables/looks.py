"""How far each system's changes were looked at."""

from sqlalchemy import Column, Double, PrimaryKeyConstraint, String, Table, Text

from bot.store.tables.schema import metadata

looks = Table(
    "looks",
    metadata,
    Column("connector", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("connector", "kind"),
)
"""The checkpoint of a kind of record in a system. `at` is when the last look went through, `trouble` why the latest one did not."""
