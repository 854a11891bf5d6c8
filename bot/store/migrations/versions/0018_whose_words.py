"""Whose words they are: those that buttons repeat, and those that Teams told."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OFFERS = sa.table("offers", sa.column("line", sa.Text()), sa.column("outside", sa.Boolean()))


def upgrade() -> None:
    """Add the columns. Nobody knows any more who typed what a button of /email repeats, so it is somebody else's than whoever presses."""
    op.add_column("offers", sa.Column("authors", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(sa.update(OFFERS).where(OFFERS.c.line.like("/email %")).values(outside=True))
    for table in ("turns", "heard"):
        op.add_column(table, sa.Column("author", sa.String(length=255), nullable=False, server_default=""))
