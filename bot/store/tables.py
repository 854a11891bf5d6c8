"""The tables of the state of record. Times are seconds since 1970, UTC, by the database."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.alerted import alert_history, alert_messages, alert_sightings, alerts
from bot.store.digested import digests
from bot.store.linked import link_marks, linked, links
from bot.store.looks import looks
from bot.store.retained import horizons, retained
from bot.store.schema import metadata, now
from bot.store.talk import accounts, answers, conversations, feedback, heard, offers, posts, sent, turns, uploads

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
    Column("parent", String(16), nullable=False, default="", server_default=""),
    Column("position", Integer, nullable=False, default=0, server_default="0"),
    Index("drafts_state", "state", "created"),
    Index("drafts_parent", "parent", "position"),
)
"""The newest version of every draft. `parent` is the bundle that a draft is an item of, `position` counts them from 1."""

draft_subjects = Table(
    "draft_subjects",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("draft", String(16), nullable=False),
)
"""What a draft is about -> the newest draft about it. While that one is open there is no second one."""

draft_calls = Table(
    "draft_calls",
    metadata,
    Column("call_key", String(255), primary_key=True),
    Column("draft", String(16), nullable=False),
)
"""Calls that were answered with the draft of an earlier call, and stay so."""

draft_versions = Table(
    "draft_versions",
    metadata,
    Column("draft", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("by", String(255), nullable=False),
    Column("press", String(255), nullable=False, default="", server_default=""),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version"),
)
"""Every version that was ever shown. `press` is what an edit was sent with."""

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
    Column("press", String(255), nullable=False, default="", server_default=""),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("draft", "version", "person"),
)
"""Decisions, each bound to the version and the digest that the person saw, with the press that it came by."""

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
    Index("audit_object", "object"),
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

llm_spending = Table(
    "llm_spending",
    metadata,
    Column("day", String(10), nullable=False),
    Column("scope", String(96), nullable=False),
    Column("micros", BigInteger, nullable=False),
    PrimaryKeyConstraint("day", "scope"),
)
"""Money for language models by day (of UTC) and scope, in millionths of a US dollar; what is reserved counts as spent."""

oauth_tokens = Table(
    "oauth_tokens",
    metadata,
    Column("system", String(64), primary_key=True),
    Column("seeds", Text, nullable=False),
    Column("access_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("life", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("lease", Double, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("sent", Double, nullable=False),
    Column("broken", String(255), nullable=False),
)
"""Tokens of systems, sealed. `seeds`: marks of the refresh tokens that operators set. `sent`: a renewal went out, its answer is not known."""

source_syncs = Table(
    "source_syncs",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("at", Double, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
)
"""How the latest look at each folder of `[sources]` went; `trouble` is empty when it went well."""

key_prints = Table(
    "key_prints",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("print", String(64), nullable=False),
    Column("at", Double, nullable=False),
)
"""By the name of its setting, which key the database is used with: a fingerprint, nothing of the key itself."""

__all__ = [
    "accounts", "alert_history", "alert_messages", "alert_sightings", "alerts", "answers", "audit", "audit_head", "cards",
    "conversations", "digests", "draft_calls", "draft_subjects", "draft_versions", "drafts", "feedback", "heard", "horizons", "inbound",
    "intents", "job_steps", "jobs", "key_prints", "link_marks", "linked", "links", "llm_spending", "looks", "metadata", "now", "oauth_states",
    "oauth_tokens", "offers", "posts", "retained", "sent", "slack_installations", "source_syncs", "turns", "uploads", "votes",
]  # fmt: skip
