"""The tables of drafts."""

from sqlalchemy import JSON, Column, Double, Index, Integer, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from bot.store.tables.schema import metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("workflow", String(64), nullable=False),
    Column("record_key", String(255), nullable=False),
    Column("call_key", String(255), nullable=False, unique=True),
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("outcome", Text, nullable=False, default=""),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    Column("parent", String(16), nullable=False, default="", server_default=""),
    Column("position", Integer, nullable=False, default=0, server_default="0"),
    Index("drafts_state", "state", "created"),
    Index("drafts_parent", "parent", "position"),
)
"""The newest version of every draft. `parent` is the bundle that a draft is an item of, `position` counts them from 1."""

draft_subjects = Table(
    "draft_subjects",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("draft", String(16), nullable=False),
)
"""What a draft is about -> the newest draft about it. While that one is open there is no second one."""

draft_calls = Table(
    "draft_calls",
    metadata,
    Column("call_key", String(255), primary_key=True),
    Column("draft", String(16), nullable=False),
)
"""Calls that were answered with the draft of an earlier call, and stay so."""

draft_versions = Table(
    "draft_versions",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("by", String(255), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version"),
)
"""Every version that was ever shown."""

votes = Table(
    "votes",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("person", String(255), nullable=False),
    Column("actor", String(255), nullable=False, default="", server_default=""),
    Column("name", String(255), nullable=False),
    Column("verb", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version", "person"),
)
"""Decisions, each bound to the version and the digest that the person saw."""

intents = Table(
    "intents",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version"),
)
"""Durable before anything is sent to a vendor: a write without an intent cannot have happened."""

cards = Table(
    "cards",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("post", String(255), nullable=False),
    UniqueConstraint("draft", "platform", "channel", "post"),
)
"""Where a draft was posted, so that every card can be amended."""

presses = Table(
    "presses",
    metadata,
    Column("press", String(255), nullable=False),
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("person", String(255), nullable=False),
    Column("verb", String(16), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("press", "draft"),
)
"""Presses that had their effect, so that one that is taken up again knows it. `person` is the id that the platform gave."""
