"""Drafts that are items of a bundle."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whose item a draft is, and in which place."""
    op.add_column("drafts", sa.Column("parent", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("drafts_parent", "drafts", ["parent", "position"])
