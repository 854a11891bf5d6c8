"""What drafts are about, and the calls that were answered with the draft of an earlier one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "draft_subjects",
        sa.Column("subject", sa.String(length=255), primary_key=True),
        sa.Column("draft", sa.String(length=16), nullable=False),
    )
    op.create_table(
        "draft_calls",
        sa.Column("call_key", sa.String(length=255), primary_key=True),
        sa.Column("draft", sa.String(length=16), nullable=False),
    )
