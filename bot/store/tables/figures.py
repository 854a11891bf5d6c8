"""The tables of what is spent and how looks at folders went."""

from sqlalchemy import BigInteger, Column, Double, Integer, PrimaryKeyConstraint, String, Table, Text

from bot.store.tables.schema import metadata

llm_spending = Table(
    "llm_spending",
    metadata,
    Column("day", String(10), nullable=False),
    Column("scope", String(96), nullable=False),
    Column("micros", BigInteger, nullable=False),
    PrimaryKeyConstraint("day", "scope"),
)
"""Money for language models by day (of UTC) and scope, in millionths of a US dollar; what is reserved counts as spent."""

source_syncs = Table(
    "source_syncs",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("at", Double, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
)
"""How the latest look at each folder of `[sources]` went; `trouble` is empty when it went well."""
