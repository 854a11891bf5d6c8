"""The tables of alerts: what is wrong now, what it was seen by, and the messages in which it is told. Times as everywhere, in seconds."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from bot.store.tables.schema import metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("rule", String(255), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("grouped", String(255), nullable=False),
    Column("message", String(16), nullable=False),
    Column("record", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("standing", String(16), nullable=False),
    Column("times", Integer, nullable=False),
    Column("first", Double, nullable=False),
    Column("last", Double, nullable=False),
    Column("changed", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("seen_id", String(255), nullable=False),
    Column("holds", Boolean, nullable=False),
    Column("acknowledged_by", String(255), nullable=False, default=""),
    Column("acknowledged", Double),
    Column("acknowledged_at", Double),
    Column("acknowledged_id", String(255), nullable=False, default=""),
    Column("assigned", String(255), nullable=False, default=""),
    Column("snooze_until", Double),
    Column("snooze_change", Boolean, nullable=False, default=False),
    Column("snooze_record", String(255), nullable=False, default=""),
    Column("snoozed_at", Double),
    Column("snoozed_id", String(255), nullable=False, default=""),
    Column("snooze_words", String(300), nullable=False, default=""),
    Column("told_standing", String(16), nullable=False, default=""),
    Column("told_severity", String(16), nullable=False, default=""),
    Column("told_by", String(255), nullable=False, default=""),
    Column("told_assigned", String(255), nullable=False, default=""),
    Column("told_snooze", String(300), nullable=False, default=""),
    Column("updated", Double, nullable=False),
    Index("alerts_channel", "channel", "updated"),
    Index("alerts_message", "message", "standing"),
    Index("alerts_standing", "standing", "channel", "rule"),
    Index("alerts_snooze", "snooze_record"),
)
"""`seen_at` and `seen_id` are the newest sighting. `acknowledged` is when; the two behind it are the newest sighting of that moment; so are
`snoozed_at` and `snoozed_id`. Those that begin with `told_` are how people were last told that the alert stands; empty where it was not announced."""

alert_sightings = Table(
    "alert_sightings",
    metadata,
    Column("alert", String(16), nullable=False),
    Column("id", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("holds", Boolean, nullable=False),
    PrimaryKeyConstraint("alert", "id"),
)
"""Every look at an alert's record, once."""

alert_messages = Table(
    "alert_messages",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("rule", String(255), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("grouped", String(255), nullable=False),
    Column("round", Integer, nullable=False, default=0),
    Column("is_open", Boolean, nullable=False, default=False),
    Column("lines", Integer, nullable=False, default=0),
    Column("drawn", Double, nullable=False, default=0),
)
"""One message a group. When all of its alerts are resolved it is closed, and the next one begins another `round`."""

alert_history = Table(
    "alert_history",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("message", String(16), nullable=False),
    Column("under", String(64), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("said", Boolean, nullable=False, default=False),
    Index("alert_history_message", "message", "said"),
)
"""What is to be said in the thread of a message, and whether it was."""
