"""The state of record as one part of a process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.settings import Configuration, Settings
from bot.settings.keys import audit_key, secret_key
from bot.store.access.prints import KeyPrints
from bot.store.alerts.alerts import AlertStore
from bot.store.audit.heads import HeadFile
from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.inbound import Inbound
from bot.store.ledger.jobs import Jobs
from bot.store.links.links import LinkStore
from bot.store.talk.answers import Answers
from bot.store.talk.posts import Posts
from bot.watch import log
from handlers.errors import Trouble

logger = log.get("app")


@dataclass(frozen=True, slots=True)
class Store:
    """The state of record, migrated."""

    database: Database
    jobs: Jobs
    audit: Audit
    drafts: DraftStore
    posts: Posts
    inbound: Inbound
    answers: Answers
    links: LinkStore
    alerts: AlertStore


@asynccontextmanager
async def open_store(settings: Settings, configuration: Configuration) -> AsyncIterator[Store]:
    """The state of record, migrated, during the block. Raises Unavailable when the database is not there, Refused where it is
    used with other keys than those of the data directory.
    """
    seals = audit_key(settings)
    database = Database(settings.database)
    try:
        await database.migrate()
        protect(settings)
        for name in await KeyPrints(database).claim(secret_key(settings), seals):
            logger.warning("another key than before", key=name)
        jobs, audit = Jobs(database), Audit(database, seals.value, HeadFile(settings.data_dir / "audit.head"))
        await publish(audit)
        posts = Posts(database)
        drafts, inbound = DraftStore(database, jobs, audit, configuration.followers), Inbound(database, jobs, posts)
        alerts = AlertStore(database, jobs, audit, follows=configuration.proposes)
        yield Store(database, jobs, audit, drafts, posts, inbound, Answers(database), LinkStore(database), alerts)
        await publish(audit)
    finally:
        await database.close()


async def publish(audit: Audit) -> None:
    """Publish the end of the audit trail, at start and at the end. A broken one is told loudly, and stops nobody from working."""
    try:
        await audit.publish()
    except Trouble as trouble:
        logger.warning("audit trail cannot be published", reason=str(trouble))


def protect(settings: Settings) -> None:
    """The embedded database is for its owner's eyes."""
    if not settings.database_url:
        (settings.data_dir / "countersign.db").chmod(0o600)
