"""Digests as a part of a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.settings import Configuration
from bot.store.alerts.digests import DigestStore
from bot.store.database import Database
from bot.work.digests import DigestBook, DigestWork, DrawnCharts
from bot.work.voice import Everybody, Voice
from handlers.alerting import Alerts
from handlers.digest import Charts
from handlers.ports import Clock, Model


def utc() -> datetime:
    """Now."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Telling:
    """`book` and `charts` are ports of `/digest`, `work` says a digest at its time."""

    book: DigestBook
    charts: Charts
    work: DigestWork

    def ports(self) -> Mapping[str, object]:
        """By the names of handlers' parameters."""
        return {"digests": self.book, "charts": self.charts}


def telling(
    configuration: Configuration,
    database: Database,
    alerts: Alerts,
    *,
    persons: Everybody,
    voices: Mapping[str, Voice],
    model: Model,
    charts: Charts | None = None,
    clock: Clock = utc,
) -> Telling:
    """Built once, when the floor is opened."""
    kept, drawing = DigestStore(database), charts or DrawnCharts()
    book = DigestBook(configuration, kept, alerts=alerts, persons=persons, voices=voices, clock=clock)
    work = DigestWork(configuration, kept, book, persons=persons, voices=voices, model=model, charts=drawing, clock=clock)
    return Telling(book, drawing, work)
