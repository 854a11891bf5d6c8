"""What the state of record tells of the bot's health, over all processes: numbers that the watch compares with its thresholds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile

from sqlalchemy import Column, ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import clock
from bot.store.database import Database
from bot.store.tables import drafts, jobs, llm_spending, source_syncs
from bot.store.tables.looks import looks
from handlers.models import State

DAY = 24 * 3600.0
"""Seconds for which a dead letter is news."""
UNREAD = 3600.0
"""Seconds without a look that went through, after which a system's changes count as not found: many times the usual span between two."""
WEEK = 7 * DAY
"""Seconds for which a decision counts."""
AWAITED = ("call", "decision", "offer", "write", "slack", "teams")
"""Kinds of jobs that a person waits for."""
OWN = ("schedule", "watch", "source", "revive", "reconcile", "retention")
"""Kinds that the bot does for itself: many, small, and no measure of how it serves anybody."""
DECIDED = (State.APPROVED, State.WRITING, State.WRITTEN, State.STALE, State.FAILED, State.UNKNOWN, State.REJECTED)
MOST = 1000
"""Decisions that are looked at."""
LATE = 0.95
"""Share of jobs that are faster than the one that is measured."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Numbers at one moment. `now` is in seconds since 1970.

    Of the jobs that were due within the window `ended` have, `well` of them with success; one in twenty of the `awaited` ones took
    `latency` seconds or more from when it was due, or has waited as long. `dead` counts dead letters of a day by kind, `spent` is in US dollars
    today, `rejected` counts by workflow how many of its latest drafts in a row were, `lost` says by source why its folder cannot be read,
    `unread` are the kinds of records, like `jira/issue`, whose changes could not be looked through for so long.
    """

    now: float
    ended: int = 0
    well: int = 0
    awaited: int = 0
    latency: float = 0.0
    dead: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    spent: float = 0.0
    rejected: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    unread: Sequence[str] = ()


class Measures:
    """Takes them, in one transaction. Raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, *, window: float) -> Measured:
        """As it is now. `window` is in seconds."""
        async with self._database.read() as tx:
            now = await clock(tx)
            ended = await counted(tx, jobs.c.state, jobs.c.run_at >= now - window, jobs.c.kind.not_in(OWN))
            waits = await seconds(tx, now, window)
            dead = await counted(tx, jobs.c.kind, jobs.c.state == "dead", jobs.c.updated >= now - DAY)
            unknown = await counted(tx, jobs.c.state, jobs.c.state == "unknown")
            today = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}"
            spent = select(llm_spending.c.micros).where(llm_spending.c.day == today, llm_spending.c.scope == "all")
            lost = select(source_syncs.c.source, source_syncs.c.trouble).where(source_syncs.c.trouble != "")
            unread = (
                select(looks).where(looks.c.trouble != "", looks.c.at <= now - UNREAD).order_by(looks.c.connector, looks.c.kind)
            )
            return Measured(
                now,
                ended=sum(ended.get(state, 0) for state in ("done", "dead", "unknown")),
                well=ended.get("done", 0),
                awaited=len(waits),
                latency=waits[int(LATE * (len(waits) - 1))] if waits else 0.0,
                dead=dead,
                unknown=unknown.get("unknown", 0),
                spent=((await tx.execute(spent)).scalar_one_or_none() or 0) / 1_000_000,
                rejected=in_a_row([(row.workflow, row.state) for row in (await tx.execute(latest(now))).all()]),
                lost={str(name): str(trouble) for name, trouble in (await tx.execute(lost)).all()},
                unread=[f"{row.connector}/{row.kind}" for row in (await tx.execute(unread)).all()],
            )


async def counted(tx: AsyncConnection, by: Column[str], *where: ColumnElement[bool]) -> Mapping[str, int]:
    """Jobs by a column."""
    rows = (await tx.execute(select(by, func.count()).where(*where).group_by(by))).all()
    return {str(name): int(number) for name, number in rows}


async def seconds(tx: AsyncConnection, now: float, window: float) -> Sequence[float]:
    """How long people waited for each job since it was due, or have waited by now; ascending."""
    ended = case((jobs.c.state == "done", jobs.c.updated), else_=now)
    since = and_(jobs.c.state.in_(("done", "running")), jobs.c.run_at >= now - window)
    open_ = and_(jobs.c.state == "pending", jobs.c.run_at <= now)
    took = select(ended - jobs.c.run_at).where(jobs.c.kind.in_(AWAITED), or_(since, open_))
    return sorted(float(row[0]) for row in (await tx.execute(took)).all())


def latest(now: float) -> Select[tuple[str, str]]:
    """Workflow and state of the drafts that were decided last, the newest first."""
    decided = drafts.c.state.in_(DECIDED)
    query = select(drafts.c.workflow, drafts.c.state).where(decided, drafts.c.parent == "", drafts.c.created >= now - WEEK)
    return query.order_by(drafts.c.updated.desc(), drafts.c.id).limit(MOST)


def in_a_row(decided: Iterable[tuple[str, str]]) -> Mapping[str, int]:
    """How many of the latest decisions of each workflow were rejections, up to the first that was none. Pure; the newest come first."""
    states: dict[str, list[str]] = {}
    for workflow, state in decided:
        states.setdefault(str(workflow), []).append(str(state))
    rows = {workflow: len(list(takewhile(lambda state: state == State.REJECTED, found))) for workflow, found in states.items()}
    return {workflow: number for workflow, number in rows.items() if number}
