"""Presses that had their effect, so that one that is taken up again knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of earlier presses nothing is known."""
    op.create_table(
        "presses",
        sa.Column("press", sa.String(length=255), nullable=False),
        sa.Column("draft", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("verb", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("press", "draft"),
    )
