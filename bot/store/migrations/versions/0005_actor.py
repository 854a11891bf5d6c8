"""Under which id a vote was cast: who may decide by a group of a platform is asked for there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older votes have none."""
    op.add_column("votes", sa.Column("actor", sa.String(length=255), nullable=False, server_default=""))
