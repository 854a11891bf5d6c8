"""Clocks of tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Watch:
    """A clock that stands still until it is moved on."""

    now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)
