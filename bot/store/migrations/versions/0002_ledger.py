"""One running job per record, and the checkpoints of batch jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running' AND record_key <> ''")


def upgrade() -> None:
    """Add both. What runs on a record now comes back with an attempt of its own: two of them could not both keep their place."""
    op.execute(
        "UPDATE jobs SET state = 'pending', max_attempts = max_attempts + 1, fence = fence + 1 "
        "WHERE state = 'running' AND record_key <> ''"
    )
    op.create_index("jobs_one_running", "jobs", ["record_key"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_index("jobs_record", "jobs", ["record_key", "state"], unique=False)
    op.create_table(
        "job_steps",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=255), nullable=False),
        sa.Column("output", sa.JSON(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("job", "step"),
    )
