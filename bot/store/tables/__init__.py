"""The tables of the state of record. Times are seconds since 1970, UTC, by the database."""

from bot.store.tables.access import key_prints, oauth_states, oauth_tokens, slack_installations
from bot.store.tables.alerts import alert_history, alert_messages, alert_sightings, alerts
from bot.store.tables.audit import audit, audit_head
from bot.store.tables.digests import digests
from bot.store.tables.drafts import cards, draft_calls, draft_subjects, draft_versions, drafts, intents, presses, votes
from bot.store.tables.figures import llm_spending, source_syncs
from bot.store.tables.ledger import inbound, job_steps, jobs
from bot.store.tables.links import link_marks, linked, links
from bot.store.tables.looks import looks
from bot.store.tables.retention import horizons, retained
from bot.store.tables.schema import metadata, now
from bot.store.tables.talk import accounts, answers, conversations, feedback, heard, offers, posts, sent, turns, uploads

__all__ = [
    "accounts", "alert_history", "alert_messages", "alert_sightings", "alerts", "answers", "audit", "audit_head", "cards",
    "conversations", "digests", "draft_calls", "draft_subjects", "draft_versions", "drafts", "feedback", "heard", "horizons", "inbound",
    "intents", "job_steps", "jobs", "key_prints", "link_marks", "linked", "links", "llm_spending", "looks", "metadata", "now", "oauth_states",
    "oauth_tokens", "offers", "posts", "presses", "retained", "sent", "slack_installations", "source_syncs", "turns", "uploads", "votes",
]  # fmt: skip
