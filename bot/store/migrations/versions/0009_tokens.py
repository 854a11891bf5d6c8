"""Tokens of systems that the bot signs in to by OAuth."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "oauth_tokens",
        sa.Column("system", sa.String(length=64), primary_key=True),
        sa.Column("seeds", sa.Text(), nullable=False),
        sa.Column("access_token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("life", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("lease", sa.Double(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Double(), nullable=False),
        sa.Column("broken", sa.String(length=255), nullable=False),
    )
