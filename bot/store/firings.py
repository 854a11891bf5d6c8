"""Firings of schedules in the ledger: one row under a schedule's name and the time of the firing, so none happens twice."""

from collections.abc import Callable, Mapping

from bot.store.bodies import clock
from bot.store.database import Database
from bot.store.jobs import Jobs

KIND = "schedule"


class Firings:
    """The ledger's part of schedules. Times are seconds since 1970, by the database's clock."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database = database
        self._jobs = jobs

    async def put(
        self, name: str, following: Callable[[float], float], *, fired: float = 0.0, started: Mapping[str, object] | None = None
    ) -> None:
        """Put in the firing that follows now and the one that is under way, and with it the workflow that this one starts, if any."""
        async with self._database.write() as tx:
            now = await clock(tx)
            at = following(max(now, fired))
            await self._jobs.enqueue(tx, KIND, key=f"{KIND}:{name}@{at:.0f}", payload={"name": name, "at": at}, delay=at - now)
            if started is not None:
                await self._jobs.enqueue(tx, "trigger", key=f"{started['id']}:trigger", payload=started)
