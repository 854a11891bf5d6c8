"""Dead letters that are tried again: each together with its row on the audit trail, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Double, bindparam, select

from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.ledger.jobs import Job, Jobs, job
from bot.store.tables import jobs, now

DEAD = ("dead", "unknown")
"""States of dead letters. What a person has called off is none, and is replayed by its id only."""
ORDER = (jobs.c.created, jobs.c.id)
REVIVALS = 3
"""How often a letter is tried again by itself before a person has to: some records bring their system down by themselves."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which dead letters; what is empty or zero narrows nothing.

    `age` is in seconds: those that ended no longer ago. `until` is in seconds since 1970: those that ended by then. `reason` are words in
    their reason, in any case. `away` is the system whose absence
    ended them: those of them that may still be tried again by themselves.
    """

    kind: str = ""
    age: float = 0.0
    until: float = 0.0
    reason: str = ""
    away: str = ""


class Replays:
    """Finds dead letters and puts them back."""

    def __init__(self, database: Database, ledger: Jobs, audit: Audit) -> None:
        self._database = database
        self._jobs = ledger
        self._audit = audit

    async def found(self, which: Which) -> Sequence[Job]:
        """The dead letters that are meant, in the order in which they were made."""
        query = select(jobs).where(*meant(which)).order_by(*ORDER)
        async with self._database.read() as tx:
            return [job(row) for row in (await tx.execute(query)).all()]

    async def ids(self, which: Which) -> Sequence[str]:
        """The same by their ids alone: there may be many, and each may carry a megabyte."""
        query = select(jobs.c.id).where(*meant(which)).order_by(*ORDER)
        async with self._database.read() as tx:
            return (await tx.execute(query)).scalars().all()

    async def replay(
        self,
        name: str,
        *,
        by: str,
        payload: Mapping[str, object] | None = None,
        detail: Mapping[str, object] | None = None,
        delay: float = 0.0,
        alone: bool = False,
    ) -> bool:
        """Make a job due again in `delay` seconds, with another payload where one is given. False: it has not ended without success.

        `alone`: the bot does it by itself.
        """
        async with self._database.write() as tx:
            if not await self._jobs.replay(tx, name, payload=payload, delay=delay, alone=alone):
                return False
            action = "replayed" if payload is None else "fixed"
            await self._audit.append(tx, actor=by, action=action, subject=f"job/{name}", detail=detail)
        return True


def meant(which: Which) -> Iterator[ColumnElement[bool]]:
    """The conditions of the dead letters that are meant."""
    yield jobs.c.state.in_(DEAD)
    if which.kind:
        yield jobs.c.kind == which.kind
    if which.age:
        yield jobs.c.updated >= now() - bindparam("age", which.age, type_=Double())
    if which.until:
        yield jobs.c.updated <= which.until
    if which.reason:
        yield jobs.c.error.icontains(which.reason, autoescape=True)
    if which.away:
        yield jobs.c.away == which.away
        yield jobs.c.revived < REVIVALS
