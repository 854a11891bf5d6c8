"""Deliveries from outside: taken in once, together with the job that follows from them."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.ledger.jobs import Jobs
from bot.store.tables import horizons, inbound, now
from bot.store.talk.posts import NewPost, Posts
from bot.watch.failpoint import failpoint

STATE = "state:"
"""How the sources begin under which the states of a system's records stand that had their effect; the connector's name follows."""
CALL_ATTEMPTS = 5
"""A command that kills its process is answered with an apology after this many tries."""

Beside = Callable[[AsyncConnection], Awaitable[None]]
"""Writes something in a transaction of somebody else's."""


class ForgottenError(Exception):
    """An effect follows from something that is older than what is remembered. `horizon` is since when that is, in seconds since 1970."""

    def __init__(self, horizon: float) -> None:
        super().__init__(horizon)
        self.horizon = horizon


@dataclass(frozen=True, slots=True)
class Started:
    """A job that follows from something that was taken in. Those `about` the same are done one after the other, in their order.

    Of those with the same words in `once` that follow from several new deliveries of one call only the first is made.
    """

    kind: str
    payload: Mapping[str, object]
    about: str = ""
    once: str = ""


class Inbound:
    """Records a delivery and its job in one transaction, before anybody is told that it was received."""

    def __init__(self, database: Database, jobs: Jobs, posts: Posts) -> None:
        self._database = database
        self._jobs = jobs
        self._posts = posts

    async def record(
        self, source: str, event_id: str, kind: str, payload: Mapping[str, object], *, post: NewPost | None = None
    ) -> bool:
        """True when the delivery is new.

        `post` is what the person said, where the platform's own log is ours to keep; its id joins the payload. An empty
        `kind` records the delivery and makes no job: it was not meant for the bot.
        """
        async with self._database.write() as tx:
            if not await self._database.insert_once(tx, inbound, source=source, event_id=event_id, at=now()):
                return False
            if post is not None:
                payload = {**payload, "post": await self._posts.insert(tx, post)}
            if kind:
                await self._jobs.enqueue(tx, kind, key=f"{source}:{event_id}", payload=payload, attempts=CALL_ATTEMPTS)
        failpoint("after_record")
        if post is not None:
            self._posts.ring()
        return True

    async def begin(self, source: str, news: Iterable[tuple[str, Sequence[Started]]], *, beside: Beside | None = None) -> None:
        """Take in several deliveries, each an id and the jobs that follow from it, in one transaction. What is known starts nothing.

        What `beside` writes stands there together with them, or not at all.
        """
        made: set[str] = set()
        async with self._database.write() as tx:
            for event_id, started in news:
                if not await self._database.insert_once(tx, inbound, source=source, event_id=event_id, at=now()):
                    continue
                for job in (one for one in started if not one.once or one.once not in made):
                    made.add(job.once)
                    key = f"{source}:{event_id}:{job.kind}"
                    await self._jobs.enqueue(
                        tx, job.kind, key=key, payload=job.payload, record_key=job.about, attempts=CALL_ATTEMPTS
                    )
            if beside is not None:
                await beside(tx)
        failpoint("after_begin")

    async def own(self, source: str, event_id: str, owner: str, *, of: float | None = None) -> bool:
        """Whether one effect belongs to this job. The first job that asks has it, also when it asks again after a crash.

        `of` is when that came about which the effect follows from, in seconds since 1970. Raises ForgottenError where it is older than
        what is remembered of this source: then nobody can say whether another job has had it.
        """
        async with self._database.write() as tx:
            if await self._database.insert_once(tx, inbound, source=source, event_id=event_id, at=now(), owner=owner):
                # Looked up after the insert: whoever deleted the row that stood here has moved the horizon in the same transaction.
                if of is not None and of < (horizon := await known_since(tx, source)):
                    raise ForgottenError(horizon)
                return True
            mine = select(inbound.c.owner).where(inbound.c.source == source, inbound.c.event_id == event_id)
            return bool((await tx.execute(mine)).scalar_one_or_none() == owner)


def id_of(event: str) -> str:
    """The id of an event in any length, as the row under which it is known."""
    return hashlib.sha256(event.encode("utf-8", "surrogatepass")).hexdigest()


def owner_of(job: str) -> str:
    """What a job is known by as the owner of an effect; `job` is the id in its payload."""
    return hashlib.sha256(job.encode()).hexdigest()[:32]


async def known_since(tx: AsyncConnection, source: str) -> float:
    """Since when every effect of a source is remembered, in seconds since 1970; 0 where none was ever forgotten."""
    found = (await tx.execute(select(horizons.c.at).where(horizons.c.source == source))).scalar_one_or_none()
    return float(found or 0.0)
