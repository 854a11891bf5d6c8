"""What is deleted by the clock: how old the rows are, who refers to them, and what was forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the indexes by which old rows and the audit rows about them are found."""
    op.create_table(
        "retained",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "horizons",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_index("inbound_age", "inbound", ["source", "at"])
    op.create_index("audit_object", "audit", ["object"])
