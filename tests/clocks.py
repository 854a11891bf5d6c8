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


@dataclass
class Behind:
    """A clock that goes as the real one does, behind it by this much, so that it can be set on."""

    behind: timedelta

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self.behind

    def on(self, **span: float) -> None:
        """Set it on."""
        self.behind -= timedelta(**span)
