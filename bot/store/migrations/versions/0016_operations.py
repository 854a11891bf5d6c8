"""How the latest look at each folder of `[sources]` went; the system whose absence made a job a dead letter, and how often it was revived."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "source_syncs",
        sa.Column("source", sa.String(length=64), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
    )
    op.add_column("jobs", sa.Column("away", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("revived", sa.Integer(), nullable=False, server_default="0"))
