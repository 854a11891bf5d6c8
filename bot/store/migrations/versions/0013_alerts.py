"""Alerts, the sightings behind them, and the messages in which they are told."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=16), primary_key=True),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("grouped", sa.String(length=255), nullable=False),
        sa.Column("message", sa.String(length=16), nullable=False),
        sa.Column("record", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("seen_id", sa.String(length=255), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=255), nullable=False),
        sa.Column("acknowledged", sa.Double()),
        sa.Column("acknowledged_at", sa.Double()),
        sa.Column("acknowledged_id", sa.String(length=255), nullable=False),
        sa.Column("assigned", sa.String(length=255), nullable=False),
        sa.Column("snooze_until", sa.Double()),
        sa.Column("snooze_change", sa.Boolean(), nullable=False),
        sa.Column("snooze_record", sa.String(length=255), nullable=False),
        sa.Column("snoozed_at", sa.Double()),
        sa.Column("snoozed_id", sa.String(length=255), nullable=False),
        sa.Column("told", sa.JSON()),
        sa.Column("updated", sa.Double(), nullable=False),
    )
    op.create_index("alerts_channel", "alerts", ["channel", "updated"])
    op.create_index("alerts_message", "alerts", ["message", "standing"])
    op.create_index("alerts_snooze", "alerts", ["snooze_record"])
    op.create_table(
        "alert_sightings",
        sa.Column("alert", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("alert", "id"),
    )
    op.create_table(
        "alert_messages",
        sa.Column("id", sa.String(length=16), primary_key=True),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("grouped", sa.String(length=255), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Double(), nullable=False),
    )
    op.create_table(
        "alert_history",
        sa.Column("key", sa.String(length=64), primary_key=True),
        sa.Column("message", sa.String(length=16), nullable=False),
        sa.Column("under", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("said", sa.Boolean(), nullable=False),
    )
    op.create_index("alert_history_message", "alert_history", ["message", "said"])
