"""Digests as a part of a process."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.app.store import Store
from bot.settings import Configuration
from bot.store.alerts import AlertStore
from bot.store.digests import DigestStore
from bot.work.digests import DigestBook, DigestWork
from bot.work.voice import Everybody, Voice
from handlers.ports import Clock, Model


def utc() -> datetime:
    """Now."""
    return datetime.now(UTC)


def digests(
    configuration: Configuration,
    store: Store,
    *,
    persons: Everybody,
    voices: Mapping[str, Voice],
    model: Model,
    clock: Clock = utc,
) -> tuple[DigestBook, DigestWork]:
    """What `/digest` asks, and what says a digest at its time."""
    kept, alerts = DigestStore(store.database), AlertStore(store.database, store.jobs, store.audit)
    book = DigestBook(configuration, kept, alerts=alerts, persons=persons, voices=voices, clock=clock)
    return book, DigestWork(configuration, kept, book, persons=persons, voices=voices, model=model, clock=clock)
