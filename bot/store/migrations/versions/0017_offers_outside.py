"""Buttons that repeat somebody's words."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("offers", sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()))
