"""Checkpoints of a batch job: a step that was finished is not done again by the next attempt."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from bot.store.database import Database
from bot.store.ledger.jobs import Claim, mine
from bot.store.tables import job_steps, jobs, now
from handlers.errors import Unavailable


class Steps:
    """The steps of one claimed job. What they come to must be JSON."""

    def __init__(self, database: Database, claim: Claim) -> None:
        self._database = database
        self._claim = claim

    async def finished(self) -> Mapping[str, object]:
        """Name of a step -> what it came to."""
        query = select(job_steps.c.step, job_steps.c.output).where(job_steps.c.job == self._claim.id)
        async with self._database.read() as tx:
            return {row.step: row.output for row in (await tx.execute(query)).all()}

    async def once(self, step: str, work: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - JSON, as the step made it
        """What the step came to: read when an earlier attempt finished it, else done now and kept.

        A crash between the work and its checkpoint does the work again, so an effect outside needs a key of its own. Raises
        Unavailable when somebody else owns the job by now; nothing is kept then.
        """
        done = await self.finished()
        if step in done:
            return done[step]
        output = await work()
        async with self._database.write() as tx:
            held = await tx.execute(update(jobs).where(*mine(self._claim)).values(updated=now()))
            if held.rowcount != 1:
                raise Unavailable(f"The step {step} was not kept: another worker has taken the job over.")
            await tx.execute(insert(job_steps).values(job=self._claim.id, step=step, output=output, at=now()))
        return output
