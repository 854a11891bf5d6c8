"""What was spent on language models, by day and scope."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "llm_spending",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=96), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "scope"),
    )
