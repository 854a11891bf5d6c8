"""How much of what stands in the state of record, for the figures that an operator watches."""

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.tables import drafts, jobs, now, retained
from bot.watch.metrics import Standing
from handlers.models import State


class Counts:
    """Reads the standing of jobs, drafts and tables in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self) -> Standing:
        """As it is now, every state of a draft named. Raises Unavailable."""
        waits = (jobs.c.state == "pending", jobs.c.run_at <= now())
        due = select(func.count(), func.min(jobs.c.run_at), now()).where(*waits)
        dead = select(func.count()).where(jobs.c.state.in_(("dead", "unknown")))
        states = select(drafts.c.state, func.count()).where(drafts.c.parent == "").group_by(drafts.c.state)
        async with self._database.read() as tx:
            queue, first, clock = (await tx.execute(due)).one()
            buried = (await tx.execute(dead)).scalar_one()
            kept = (await tx.execute(select(retained))).all()
            found = {str(state): int(number) for state, number in (await tx.execute(states)).all()}
        oldest = 0.0 if first is None else max(0.0, float(clock) - float(first))
        by_state = {str(state): 0 for state in State} | found
        rows, deleted = {row.name: int(row.standing) for row in kept}, {row.name: int(row.deleted) for row in kept}
        return Standing(int(queue), oldest, int(buried), by_state, rows, deleted)
