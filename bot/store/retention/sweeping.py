"""What may be deleted of the ledger and of what was taken in, because it is over for long and nothing refers to it any more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, and_, delete, exists, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alerts.alerts import DRAW, LOOK, PROPOSE, WAKE
from bot.store.database import Database
from bot.store.figures.measures import OWN
from bot.store.tables import audit, horizons, inbound, job_steps, jobs

Key: TypeAlias = tuple[float, str]
"""Where a sweep has come to: how old a row is, and which one of that age."""
BEGINNING: Key = (0.0, "")
BATCH = 50
"""Rows that are deleted in one transaction: a few milliseconds in which other writers wait."""
DAY = 24 * 3600.0
SKEW = DAY
"""Seconds by which a system's clock may be ahead of the database's."""
BY_PLATFORMS = ("slack", "teams", "call", "decision", "offer")
"""Kinds of jobs that follow from a delivery of a chat platform, whose id stands in `inbound` for as long as they do."""
BY_SYSTEMS = ("hook", "trigger", "alert")
"""Kinds that follow from what a system told, likewise."""
OF_ITS_OWN = (DRAW, WAKE, LOOK, PROPOSE, "alert-tidy", "digest", "head", *OWN)
"""Kinds whose keys name a time that is over, or chance."""
GOES = (*BY_PLATFORMS, *BY_SYSTEMS, *OF_ITS_OWN)
STAYS = ("write", "card", "amend", "expire", "remind", "chain", "tell")
"""Kinds that the life of a draft makes: they stay with it, so that no link of a chain is made twice."""
FIRST = "%@first:%"
"""Keys of jobs that were put in when their timetable was new: their row is what says that it was."""
UNFINISHED = ("pending", "running", "dead", "unknown", "cancelled")
"""States of jobs that run or may be replayed. What they refer to stays, and so do they."""


class Sweep(Protocol):
    """Rows of one table that may go."""

    @property
    def table(self) -> str:
        """The table that they are counted by."""
        ...

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """The next of them, at most BATCH."""
        ...

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """Delete these, but for what has changed meanwhile; how many rows of which table."""
        ...


@dataclass(frozen=True, slots=True)
class OldJobs:
    """Jobs that ended well before a time, with the steps that they have finished. One that the audit trail names stays."""

    before: float
    table: str = "jobs"

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """See Sweep. A job ends after it was due, so the index of due jobs finds them."""
        over = (jobs.c.state == "done", jobs.c.run_at < self.before, jobs.c.updated < self.before)
        free = (jobs.c.kind.in_(GOES), jobs.c.key.not_like(FIRST), ~exists().where(audit.c.object == literal("job/") + jobs.c.id))
        query = select(jobs.c.run_at, jobs.c.id).where(*over, *beyond(after, jobs.c.run_at, jobs.c.id), *free)
        return keys((await tx.execute(query.order_by(jobs.c.run_at, jobs.c.id).limit(BATCH))).all())

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """See Sweep. A job that is done stays so."""
        ids = [name for _, name in found]
        steps = await tx.execute(delete(job_steps).where(job_steps.c.job.in_(ids)))
        gone = await tx.execute(delete(jobs).where(jobs.c.id.in_(ids), jobs.c.state == "done"))
        return {"jobs": gone.rowcount, "job_steps": steps.rowcount}


@dataclass(frozen=True, slots=True)
class OldDeliveries:
    """Ids of one source that were taken in before a time, and have no job any more.

    `ids` are those that an unfinished job may bring again, `owners` those of unfinished jobs, `days` (since 1970) those around which a job
    was made that is not finished: an effect that two deliveries compete for may still be asked for by one of these.
    """

    source: str
    before: float
    ids: Collection[str] = ()
    owners: Collection[str] = ()
    days: Collection[int] = ()
    table: str = "inbound"

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """See Sweep."""
        own = inbound.c.source + literal(":") + inbound.c.event_id
        standing = exists().where(jobs.c.key.in_([own, *(own + literal(f":{kind}") for kind in BY_SYSTEMS)]))
        mine = (inbound.c.source == self.source, inbound.c.at < self.before, ~standing)
        query = select(inbound.c.at, inbound.c.event_id).where(*mine, *beyond(after, inbound.c.at, inbound.c.event_id))
        return keys((await tx.execute(query.order_by(inbound.c.at, inbound.c.event_id).limit(BATCH))).all())

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """See Sweep."""
        ids = [name for at, name in found if int(at // DAY) not in self.days and name not in self.ids]
        given = (inbound.c.source == self.source, inbound.c.event_id.in_(ids))
        if self.owners:  # there may be more of them than a statement takes parameters
            rows = (await tx.execute(select(inbound.c.event_id, inbound.c.owner).where(*given))).all()
            given = (given[0], inbound.c.event_id.in_([row.event_id for row in rows if row.owner not in self.owners]))
        return {self.table: (await tx.execute(delete(inbound).where(*given))).rowcount}


@dataclass(frozen=True, slots=True)
class OldStates:
    """States of records that had their effect before a time. With them goes the memory of what is older: that has no effect any more."""

    database: Database
    deliveries: OldDeliveries
    table: str = "inbound"

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """See Sweep."""
        return await self.deliveries.find(tx, after)

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """See Sweep. A record came into its state before somebody acted on that."""
        source, newest = self.deliveries.source, max(at for at, _ in found) + SKEW
        await self.database.insert_once(tx, horizons, source=source, at=newest)
        await tx.execute(update(horizons).where(horizons.c.source == source, horizons.c.at < newest).values(at=newest))
        return await self.deliveries.drop(tx, found)


def beyond(after: Key, age: ColumnElement[float], name: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """The rows behind one, in the order of their age and their names."""
    at, last = after
    return (age >= at, or_(age > at, and_(age == at, name > last)))


def keys(rows: Sequence[Sequence[Any]]) -> Sequence[Key]:
    """Rows of an age and a name."""
    return [(float(row[0]), str(row[1])) for row in rows]
