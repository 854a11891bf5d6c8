"""The tables of what belongs together across systems. What a rule ties is not kept: it follows from the marks."""

from sqlalchemy import Column, Double, Index, PrimaryKeyConstraint, String, Table, Text

from bot.store.tables.schema import metadata

linked = Table(
    "linked",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("system", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("id", String(255), nullable=False),
    Column("title", String(255), nullable=False),
    Column("url", Text, nullable=False, default=""),
    Column("imprint", String(64), nullable=False),
    Column("at", Double, nullable=False),
)
"""Records that have a mark, as they were read last. `imprint` tells whether anything of them changed since."""

link_marks = Table(
    "link_marks",
    metadata,
    Column("record", String(255), nullable=False),
    Column("what", String(16), nullable=False),
    Column("value", String(400), nullable=False),
    PrimaryKeyConstraint("record", "what", "value"),
    Index("link_marks_value", "what", "value"),
)
"""Marks of records: whoever shares one belongs together."""

links = Table(
    "links",
    metadata,
    Column("one", String(255), nullable=False),
    Column("other", String(255), nullable=False),
    Column("what", String(16), nullable=False),
    Column("reason", String(255), nullable=False),
    Column("confidence", Double, nullable=False),
    Column("by", String(255), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("one", "other", "what"),
    Index("links_other", "other"),
)
"""Links that a person made, or took apart (confidence 0): they count more than any mark. `one` is the first by the alphabet."""
