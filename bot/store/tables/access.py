"""The tables of tokens and keys."""

from sqlalchemy import Column, Double, Integer, String, Table, Text

from bot.store.tables.schema import metadata

slack_installations = Table(
    "slack_installations",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("enterprise", String(32), nullable=False, default=""),
    Column("name", String(255), nullable=False, default=""),
    Column("bot_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False, default=""),
    Column("scopes", Text, nullable=False, default=""),
    Column("bot_user", String(32), nullable=False),
    Column("bot_id", String(32), nullable=False, default=""),
    Column("installed_by", String(32), nullable=False, default=""),
    Column("installed", Double, nullable=False),
    Column("expires_at", Double, nullable=False, default=0),
    Column("lease", Double, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("sent", Double, nullable=False, default=0),
    Column("broken", String(255), nullable=False, default=""),
)
"""Workspaces that the bot is in, tokens sealed. `expires_at` 0 is never. `sent`: a refresh went out and its answer is not known."""

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("browser", String(64), nullable=False),
    Column("expires", Double, nullable=False),
)
"""Installations under way: hashes of the state and of the browser's cookie. A row is gone once it was used."""

oauth_tokens = Table(
    "oauth_tokens",
    metadata,
    Column("system", String(64), primary_key=True),
    Column("seeds", Text, nullable=False),
    Column("access_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("life", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("lease", Double, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("sent", Double, nullable=False),
    Column("broken", String(255), nullable=False),
)
"""Tokens of systems, sealed. `seeds`: marks of the refresh tokens that operators set. `sent`: a renewal went out, its answer is not known."""

key_prints = Table(
    "key_prints",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("print", String(64), nullable=False),
    Column("at", Double, nullable=False),
)
"""By the name of its setting, which key the database is used with: a fingerprint, nothing of the key itself."""
