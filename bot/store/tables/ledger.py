"""The tables of deliveries and jobs."""

from sqlalchemy import JSON, Column, Double, Index, Integer, PrimaryKeyConstraint, String, Table, Text, text

from bot.store.tables.schema import metadata

inbound = Table(
    "inbound",
    metadata,
    Column("source", String(64), nullable=False),
    Column("event_id", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("owner", String(32), nullable=False, default="", server_default=""),
    PrimaryKeyConstraint("source", "event_id"),
    Index("inbound_age", "source", "at"),
)
"""Deliveries that were taken in: the same id has no second effect. `owner` is the job whose it is, where jobs compete for one effect."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("record_key", String(255), nullable=False, default=""),
    Column("payload", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("max_attempts", Integer, nullable=False),
    Column("run_at", Double, nullable=False),
    Column("lease", Double, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
    Column("away", String(64), nullable=False, default="", server_default=""),
    Column("revived", Integer, nullable=False, default=0, server_default="0"),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    Index("jobs_due", "state", "run_at"),
    Index("jobs_record", "record_key", "state"),
)
"""The job ledger: pending, running, done, dead, cancelled, unknown. `away`: the system whose absence made it a dead letter; `revived`: how often that was tried
again since a person last did."""

RUNNING_ON_A_RECORD = text("state = 'running' AND record_key <> ''")
Index(
    "jobs_one_running",
    jobs.c.record_key,
    unique=True,
    sqlite_where=RUNNING_ON_A_RECORD,
    postgresql_where=RUNNING_ON_A_RECORD,
)

job_steps = Table(
    "job_steps",
    metadata,
    Column("job", String(32), nullable=False),
    Column("step", String(255), nullable=False),
    Column("output", JSON, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("job", "step"),
)
"""What the finished steps of a batch job came to, so that it goes on where it stopped."""
