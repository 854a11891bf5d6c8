"""Everything that the bot does by the clock, in one place: each part hands in its timetables and the jobs behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.app.reconciling import looks
from bot.app.store import Store
from bot.settings import Configuration
from bot.store.figures.measures import Measures
from bot.store.figures.syncs import Syncs
from bot.store.ledger.firings import Firings
from bot.store.ledger.replays import Replays
from bot.store.retention.retention import Retention
from bot.work import alerts, digests, retention, sources, watching
from bot.work.reconciler import Reconciler
from bot.work.replaying import Replaying
from bot.work.revival import Revival
from bot.work.runner import Kind
from bot.work.schedule import Schedule, workflows


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The schedule of all timetables, and the parts that nobody asks for."""

    schedule: Schedule
    sources: sources.Sources
    reconciler: Reconciler
    revival: Revival
    watch: watching.Watch
    retention: retention.Keeping

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        parts = (self.schedule, self.sources, self.reconciler, self.revival, self.watch, self.retention)
        return {name: kind for part in parts for name, kind in part.kinds().items()}

    async def begin(self) -> None:
        """Put what is due next into the ledger, and have systems looked at from now on. Raises Unavailable."""
        await self.reconciler.begin()
        await self.schedule.plan()


def clockwork(
    configuration: Configuration,
    store: Store,
    *,
    ingest: sources.Ingest,
    narrow: sources.Narrow,
    reconciler: Reconciler,
    away: watching.Away,
) -> Clockwork:
    """The clockwork of `bot.toml`. `away` tells which systems are left alone."""
    timetables = [
        *workflows(configuration),
        *digests.timetables(configuration),
        *sources.timetables(configuration.sources),
        *looks(configuration, reconciler.systems),
        watching.timetable(),
        alerts.timetable(),
        retention.timetable(),
    ]
    keeps = Retention(store.database, configuration.retention, asked=reconciler.asked, digests=configuration.digests)
    return Clockwork(
        Schedule(Firings(store.database, store.jobs), timetables),
        sources.Sources(configuration.sources, ingest, narrow, Syncs(store.database)),
        reconciler,
        Revival(Replaying(store.jobs, store.drafts, Replays(store.database, store.jobs, store.audit))),
        watching.Watch(configuration, Measures(store.database), store.alerts, away, asked=reconciler.asked),
        retention.Keeping(keeps),
    )
