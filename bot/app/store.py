"""The state of record as one part of a process."""

from dataclasses import dataclass

from bot.store.answers import Answers
from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.drafts import DraftStore
from bot.store.inbound import Inbound
from bot.store.jobs import Jobs
from bot.store.links import LinkStore
from bot.store.posts import Posts


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
