"""Everything that the bot does by the clock, in one place: each part hands in its timetables and the jobs behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.app.reconciling import looks
from bot.app.store import Store
from bot.settings import Configuration
from bot.store.firings import Firings
from bot.store.syncs import Syncs
from bot.work import sources
from bot.work.digests import timetables as digests
from bot.work.reconciler import Reconciler
from bot.work.runner import Kind
from bot.work.schedule import Schedule, workflows


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The schedule of all timetables, and the parts that only the clock starts."""

    schedule: Schedule
    sources: sources.Sources
    reconciler: Reconciler

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {**self.schedule.kinds(), **self.sources.kinds(), **self.reconciler.kinds()}

    async def begin(self) -> None:
        """Put what is due next into the ledger, and have systems looked at from now on. Raises Unavailable."""
        await self.reconciler.begin()
        await self.schedule.plan()


def clockwork(configuration: Configuration, store: Store, *, ingest: sources.Ingest, reconciler: Reconciler) -> Clockwork:
    """The clockwork of `bot.toml`."""
    timetables = [
        *workflows(configuration),
        *digests(configuration),
        *sources.timetables(configuration.sources),
        *looks(configuration, reconciler.systems),
    ]
    return Clockwork(
        Schedule(Firings(store.database, store.jobs), timetables),
        sources.Sources(configuration.sources, ingest, Syncs(store.database)),
        reconciler,
    )
