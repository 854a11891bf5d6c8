"""What the rooms of alerts need from the world; `handlers.ports` has the first of it, too."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from handlers.alert import Alert, Sighting, Snooze
from handlers.models import Person, Record, Ref


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of some alerts, the worst first, and how many there are."""

    count: int
    alerts: Sequence[Alert] = ()


class Alerts(Protocol):
    """What is wrong in the records that `[alerts]` watches. An act of a person is on the audit trail."""

    async def sight(self, sighting: Sighting) -> None:
        """Take in one look at one record. However often, and in whatever order: the alerts are the same."""
        ...

    async def standing(self, channel: str = "") -> Sequence[Alert]:
        """What is not resolved in a channel (`slack:T1/C1`), or anywhere: the worst first, then the latest."""
        ...

    async def listed(self, channels: Collection[str], *, most: int | None = None, without: str = "") -> Listed:
        """What is not resolved in these channels, the first `most` of it, or all; without the rules whose names begin with `without`."""
        ...

    async def channels(self, *, without: str = "") -> Sequence[str]:
        """Where something that is not resolved is told, such rules left out."""
        ...

    async def since(self, channel: str, moment: datetime) -> Sequence[Alert]:
        """What was seen or done since a moment of our clock, what was resolved among it; ordered as the others."""
        ...

    async def named(self, name: str) -> Sequence[Alert]:
        """The alert with this id, or those that the message with this id tells of; nothing for another name."""
        ...

    async def acknowledge(self, ids: Collection[str], person: Person) -> Sequence[Alert]:
        """Somebody looks after these; those that were open, as they are now."""
        ...

    async def snooze(self, ids: Collection[str], snooze: Snooze, person: Person) -> Sequence[Alert]:
        """Say nothing of these until then; those that are not resolved, as they are now."""
        ...

    async def assign(self, ids: Collection[str], to: str, person: Person) -> Sequence[Alert]:
        """These are somebody's, by name; those that are not resolved, as they are now."""
        ...


@dataclass(frozen=True, slots=True)
class OnAck:
    """What an acknowledgement proposes to write: a field by our name, and its value."""

    field: str
    value: str


class Alerting(Protocol):
    """What `bot.toml` says of alerts."""

    def audience(self, channel: str) -> AbstractSet[str]:
        """Who may read what is told in a channel."""
        ...

    def zone(self, alert: Alert, person: Person) -> ZoneInfo:
        """The time zone in which a person says times about an alert."""
        ...

    def name(self, person: str) -> str:
        """What somebody is called, by an e-mail address, an id or the name itself."""
        ...

    def on_ack(self, alert: Alert) -> OnAck | None:
        """What its acknowledgement proposes to write, if anything."""
        ...

    async def choices(self, record: Record, field: str) -> Sequence[Ref]:
        """What may stand in a field of a record, where its system has a list of that; nothing where it does not say."""
        ...
