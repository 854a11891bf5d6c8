"""The job ledger: enqueued with the change they follow from, claimed with a fence, finished only with that fence.

Jobs of one record run one after the other, in the order in which they were made: what is due waits for an older one that is not
finished, and a partial unique index refuses a second running one whatever races there are.
"""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Double, Row, and_, bindparam, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import jobs, now
from handlers.errors import NotFound

MAX_ATTEMPTS = 8
"""With full jitter and the base below, some four minutes on average before a job is dead."""
BACKOFF_BASE = 1.0
BACKOFF_CAP = 300.0
"""Seconds."""
MOST_DOUBLED = 20
"""Doublings after which the cap holds anyway."""
PATIENT = 3600.0
"""Seconds after its making in which a job keeps its attempts when a system puts it off: to be asked to wait is not to fail."""
REPLAYABLE = ("dead", "cancelled", "unknown")


class OccupiedError(Exception):
    """Another job of the same record was claimed at the same moment."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until the lease ends. `last` says that no attempt is left after this one, `age` is in seconds."""

    id: str
    kind: str
    payload: Mapping[str, object]
    fence: int
    attempts: int
    last: bool
    age: float = PATIENT


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger, for people, without what the job carries: that may be a megabyte."""

    id: str
    key: str
    kind: str
    state: str
    attempts: int
    run_at: float
    error: str
    max_attempts: int
    record_key: str
    fence: int
    lease: float
    created: float
    updated: float
    away: str


@dataclass(frozen=True, slots=True)
class Job(Entry):
    """A whole row."""

    payload: Mapping[str, object]


class Jobs:
    """The ledger on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(
        self,
        tx: AsyncConnection,
        kind: str,
        *,
        key: str,
        payload: Mapping[str, object],
        record_key: str = "",
        delay: float = 0.0,
        attempts: int = MAX_ATTEMPTS,
    ) -> bool:
        """Add a job in the caller's transaction, once per key. `delay` is in seconds from now, by the database's clock."""
        return await self._database.insert_once(
            tx,
            jobs,
            id=secrets.token_hex(8),
            key=key,
            kind=kind,
            record_key=record_key,
            payload=dict(payload),
            state="pending",
            attempts=0,
            max_attempts=attempts,
            run_at=now() + delay if delay else now(),
            lease=0.0,
            fence=0,
            error="",
            away="",
            revived=0,
            created=now(),
            updated=now(),
        )

    async def waits(self, tx: AsyncConnection, record_key: str) -> bool:
        """Whether a job of a record has not begun, and will not before the caller's transaction has ended."""
        return (await tx.execute(WAITING, {"record": record_key})).first() is not None

    async def is_open(self, tx: AsyncConnection, record_key: str, *, besides: str) -> bool:
        """Whether a job of a record waits or runs, besides the one of this key."""
        return (await tx.execute(STANDING, {"record": record_key, "name": besides})).first() is not None

    async def cancel(self, tx: AsyncConnection, key: str) -> None:
        """Void a job that has not started, in the transaction of the decision that makes it void."""
        await tx.execute(CANCEL, {"name": key})

    async def due(self, limit: int) -> Sequence[str]:
        """Ids of jobs that could be claimed now, oldest first."""
        async with self._database.read() as tx:
            return (await tx.execute(DUE, {"most": limit})).scalars().all()

    async def hints(self, limit: int) -> Sequence[tuple[str, int]]:
        """Id and fence of jobs that could be claimed now, oldest first."""
        async with self._database.read() as tx:
            return [(row.id, row.fence) for row in (await tx.execute(DUE, {"most": limit})).all()]

    async def claim(self, job: str, *, lease: float) -> Claim | None:
        """Take the job if it is due or its owner's lease ran out. The attempt counts first: a job that kills us must run out too."""
        try:
            async with self._database.write() as tx:
                try:
                    row = (await tx.execute(TAKE, {"job": job, "seconds": lease})).one_or_none()
                except IntegrityError as taken:
                    raise OccupiedError(job) from taken
        except OccupiedError:
            return None
        if row is None:
            return None
        return Claim(row.id, row.kind, row.payload, row.fence, row.attempts, row.attempts >= row.max_attempts, row.age)

    async def extend(self, claim: Claim, *, lease: float) -> bool:
        """The heartbeat of a long job. False: the lease was lost."""
        async with self._database.write() as tx:
            done = await tx.execute(update(jobs).where(*mine(claim)).values(lease=now() + lease))
        return done.rowcount == 1

    async def finish(self, claim: Claim) -> bool:
        """The job is done. False: the lease was lost and somebody else owns it now."""
        async with self._database.write() as tx:
            done = await tx.execute(FINISH, {"job": claim.id, "mark": claim.fence})
        return done.rowcount == 1

    async def retry(self, claim: Claim, error: str, *, after: float | None = None, counts: bool = True) -> None:
        """Come back later: when a system named a time then, else by exponential backoff with full jitter.

        Unless it `counts`, the attempt is given back; the pauses grow all the same, for the fence counts every claim.
        """
        delay = after if after is not None else backoff(claim.attempts if counts else claim.fence)
        values = {"state": "pending", "run_at": now() + delay, "error": error, "updated": now()}
        values |= {} if counts else {"attempts": jobs.c.attempts - 1}
        async with self._database.write() as tx:
            await tx.execute(update(jobs).where(*mine(claim)).values(values))

    async def bury(self, claim: Claim, error: str, *, state: str = "dead", away: str = "") -> None:
        """Dead letter: kept with its reason until it is replayed. `unknown`: nobody can say whether it took effect.

        `away` is the system whose absence ended it, if that did.
        """
        async with self._database.write() as tx:
            await tx.execute(update(jobs).where(*mine(claim)).values(state=state, error=error, away=away, updated=now()))

    async def spent(self) -> Sequence[Claim]:
        """Jobs whose last attempt ended with their process: nobody will claim them again, so they have to be concluded."""
        async with self._database.read() as tx:
            rows = (await tx.execute(SPENT)).all()
        return [Claim(row.id, row.kind, row.payload, row.fence, row.attempts, last=True) for row in rows]

    async def conclude(self, spent: Claim, *, lease: float) -> Claim | None:
        """Take one of these over to write down its end; None where somebody has. Its last owner, who may only have slept, has lost it."""
        values = {"lease": now() + lease, "fence": jobs.c.fence + 1}
        async with self._database.write() as tx:
            done = await tx.execute(update(jobs).where(*mine(spent), jobs.c.lease < now()).values(values))
        return replace(spent, fence=spent.fence + 1) if done.rowcount == 1 else None

    async def take_over(self) -> int:
        """Called by a sole owner at start: what was running when the process before us died is due at once."""
        async with self._database.write() as tx:
            freed = await tx.execute(update(jobs).where(jobs.c.state == "running").values(lease=0.0))
        return freed.rowcount

    async def list(self, *, state: str = "", limit: int = 50) -> Sequence[Entry]:
        """The latest rows, newest first, without what they carry; `state` narrows them."""
        query = select(*LISTED).order_by(jobs.c.created.desc()).limit(limit)
        if state:
            query = query.where(jobs.c.state == state)
        async with self._database.read() as tx:
            return [Entry(*row) for row in (await tx.execute(query)).all()]

    async def read(self, name: str) -> Job:
        """One row, by the job's id. Raises NotFound."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(jobs).where(jobs.c.id == name))).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {name}. List them with: countersign jobs list")
        return job(row)

    async def replay(
        self,
        tx: AsyncConnection,
        name: str,
        *,
        payload: Mapping[str, object] | None = None,
        delay: float = 0.0,
        alone: bool = False,
    ) -> bool:
        """Make a job that has ended without success due again, under its old key and with all its attempts. False: it has not.

        In the caller's transaction, `delay` seconds from now, with another payload where one is given. `alone`: no person asked for it.
        """
        again = {"state": "pending", "attempts": 0, "run_at": now() + delay, "error": "", "away": "", "updated": now()}
        again |= {"revived": jobs.c.revived + 1 if alone else 0, **({} if payload is None else {"payload": dict(payload)})}
        turned = await tx.execute(update(jobs).where(jobs.c.id == name, jobs.c.state.in_(REPLAYABLE)).values(again))
        return turned.rowcount == 1

    async def void(self, name: str) -> bool:
        """Cancel a job that waits, by its id. False: it does not wait."""
        void = update(jobs).where(jobs.c.id == name, jobs.c.state == "pending").values(state="cancelled", updated=now())
        async with self._database.write() as tx:
            return (await tx.execute(void)).rowcount == 1


def job(row: Row[Any]) -> Job:
    """A row as data."""
    return Job(**{column.name: getattr(row, column.name) for column in LISTED}, payload=row.payload)


def claimable() -> ColumnElement[bool]:
    """Due and the first of its record, or running with a lease that has ended; and with an attempt left."""
    waiting = and_(jobs.c.state == "pending", jobs.c.run_at <= now(), or_(jobs.c.record_key == "", ~overtaking()))
    orphaned = and_(jobs.c.state == "running", jobs.c.lease < now())
    return and_(or_(waiting, orphaned), jobs.c.attempts < jobs.c.max_attempts)


def overtaking() -> ColumnElement[bool]:
    """Whether another job of the record runs, or an older one waits."""
    other = jobs.alias("other")
    older = or_(other.c.created < jobs.c.created, and_(other.c.created == jobs.c.created, other.c.id < jobs.c.id))
    first = or_(other.c.state == "running", and_(other.c.state == "pending", older))
    return exists().where(other.c.record_key == jobs.c.record_key, other.c.id != jobs.c.id, first)


def mine(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """The job, as long as nobody has claimed it after us."""
    return (jobs.c.id == claim.id, jobs.c.fence == claim.fence, jobs.c.state == "running")


def backoff(attempts: int) -> float:
    """Seconds until the next attempt: uniform below min(cap, base * 2^attempts), known as full jitter."""
    return random.uniform(0, min(BACKOFF_CAP, BACKOFF_BASE * 2 ** min(attempts, MOST_DOUBLED)))  # noqa: S311 - spread, not secrecy


LISTED = [jobs.c[one.name] for one in fields(Entry)]
DUE = select(jobs.c.id, jobs.c.fence).where(claimable()).order_by(jobs.c.run_at, jobs.c.created).limit(bindparam("most"))
TAKE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), claimable())
    .values(
        state="running", attempts=jobs.c.attempts + 1, fence=jobs.c.fence + 1, lease=now() + bindparam("seconds", type_=Double()),
        updated=now(),
    )
    .returning(jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.fence, jobs.c.attempts, jobs.c.max_attempts,
               (now() - jobs.c.created).label("age"))
)  # fmt: skip
HELD = (jobs.c.id == bindparam("job"), jobs.c.fence == bindparam("mark"), jobs.c.state == "running")
FINISH = update(jobs).where(*HELD).values(state="done", error="", updated=now())
WAITING = select(jobs.c.id).where(jobs.c.record_key == bindparam("record"), jobs.c.state == "pending").limit(1).with_for_update()
STANDING = (
    select(jobs.c.id)
    .where(jobs.c.record_key == bindparam("record"), jobs.c.state.in_(("pending", "running")), jobs.c.key != bindparam("name"))
    .limit(1)
)
CANCEL = update(jobs).where(jobs.c.key == bindparam("name"), jobs.c.state == "pending").values(state="cancelled", updated=now())
SPENT = select(jobs).where(jobs.c.state == "running", jobs.c.lease < now(), jobs.c.attempts >= jobs.c.max_attempts)
"""What a job passes on its way each time, drawn up once: to build such a statement costs more than to run it."""
