"""The tables of the state of record, and the database's clock. Times are seconds since 1970, UTC, by the database."""

from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

metadata = MetaData()


class now(GenericFunction[float]):  # noqa: N801 - it reads as the SQL function that it is
    """The database's own clock, so that no host's clock decides about a lease."""

    type = Double()
    inherit_cache = True
    name = "countersign_now"


@compiles(now, "sqlite")
def _sqlite_now(_element: now, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - the library's signature
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _postgresql_now(_element: now, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - the library's signature
    return "extract(epoch from clock_timestamp())::double precision"


inbound = Table(
    "inbound",
    metadata,
    Column("source", String(64), nullable=False),
    Column("event_id", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("owner", String(32), nullable=False, default="", server_default=""),
    PrimaryKeyConstraint("source", "event_id"),
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
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    Index("jobs_due", "state", "run_at"),
    Index("jobs_record", "record_key", "state"),
)
"""The job ledger: pending, running, done, dead, cancelled, unknown."""

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

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("workflow", String(64), nullable=False),
    Column("record_key", String(255), nullable=False),
    Column("call_key", String(255), nullable=False, unique=True),
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("outcome", Text, nullable=False, default=""),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    Index("drafts_state", "state", "created"),
)
"""The newest version of every draft."""

draft_versions = Table(
    "draft_versions",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("by", String(255), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version"),
)
"""Every version that was ever shown."""

votes = Table(
    "votes",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("person", String(255), nullable=False),
    Column("actor", String(255), nullable=False, default="", server_default=""),
    Column("name", String(255), nullable=False),
    Column("verb", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version", "person"),
)
"""Decisions, each bound to the version and the digest that the person saw."""

intents = Table(
    "intents",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version"),
)
"""Durable before anything is sent to a vendor: a write without an intent cannot have happened."""

cards = Table(
    "cards",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("post", String(255), nullable=False),
    UniqueConstraint("draft", "platform", "channel", "post"),
)
"""Where a draft was posted, so that every card can be amended."""

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(255), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""Append-only; every row is bound to the one before it by a keyed hash."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row: the end of the chain. Updating it serialises the writers."""

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("revision", Integer, nullable=False, index=True),
    Column("channel", String(255), nullable=False),
    Column("thread", Integer, nullable=False, default=0),
    Column("author", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("private_to", String(255), nullable=False, default=""),
    Column("draft", String(16), nullable=False, default=""),
    Column("body", JSON, nullable=False),
    Column("at", Double, nullable=False),
    Index("posts_thread", "channel", "thread"),
)
"""What was said in the playground. `thread` is the id of the post it answers, 0 for none."""

slack_installations = Table(
    "slack_installations",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("enterprise", String(32), nullable=False, default=""),
    Column("name", String(255), nullable=False, default=""),
    Column("bot_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False, default=""),
    Column("scopes", Text, nullable=False, default=""),
    Column("bot_user", String(32), nullable=False),
    Column("bot_id", String(32), nullable=False, default=""),
    Column("installed_by", String(32), nullable=False, default=""),
    Column("installed", Double, nullable=False),
    Column("expires_at", Double, nullable=False, default=0),
    Column("lease", Double, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("sent", Double, nullable=False, default=0),
    Column("broken", String(255), nullable=False, default=""),
)
"""Workspaces that the bot is in, tokens sealed. `expires_at` 0 is never. `sent`: a refresh went out and its answer is not known."""

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("browser", String(64), nullable=False),
    Column("expires", Double, nullable=False),
)
"""Installations under way: hashes of the state and of the browser's cookie. A row is gone once it was used."""

sent = Table(
    "sent",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("thread", String(64), nullable=False, default=""),
    Column("post", String(64), nullable=False, default=""),
    Column("draft", String(16), nullable=False, default=""),
    Column("part", Integer, nullable=False, default=0),
    Column("at", Double, nullable=False),
    Index("sent_draft", "draft"),
    Index("sent_thread", "platform", "channel", "thread"),
)
"""What the bot says on a platform that keeps the log: the row stands before the message goes out, `post` once its id is known."""

answers = Table(
    "answers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("question", Text, nullable=False),
    Column("history", JSON, nullable=False),
    Column("body", JSON, nullable=False),
    Column("asked_by", String(255), nullable=False),
    Column("place", String(255), nullable=False),
    Column("at", Double, nullable=False),
)
"""Answers that can be voted on or shared."""

feedback = Table(
    "feedback",
    metadata,
    Column("answer", String(32), nullable=False),
    Column("person", String(255), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("answer", "person"),
)
"""What people think of an answer, `up` or `down`; the last vote of a person counts."""

__all__ = [
    "answers", "audit", "audit_head", "cards", "draft_versions", "drafts", "feedback", "inbound", "intents", "job_steps", "jobs",
    "metadata", "now", "oauth_states", "posts", "sent", "slack_installations", "votes",
]  # fmt: skip
