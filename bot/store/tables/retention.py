"""What retention remembers: how much it has deleted, how much stands, and up to when states of records were forgotten."""

from sqlalchemy import BigInteger, Column, Double, String, Table

from bot.store.tables.schema import metadata

retained = Table(
    "retained",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("deleted", BigInteger, nullable=False),
    Column("standing", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
)
"""One row for each table that is kept short: rows that were ever deleted from it, and how many stood there when they were last counted."""

horizons = Table(
    "horizons",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("at", Double, nullable=False),
)
"""By the `source` of rows of `inbound` that are forgotten states: of what is older than `at` nobody can say whether it had its effect."""
