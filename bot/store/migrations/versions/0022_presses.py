"""By which press a vote was cast or an edit was made, so that a press that is taken up again knows its own effect."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; earlier rows came by nothing that is known."""
    for table in ("votes", "draft_versions"):
        op.add_column(table, sa.Column("press", sa.String(length=255), nullable=False, server_default=""))
