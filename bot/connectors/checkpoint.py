"""How far the changes of a system have been looked at, where they are found by their time. Pure.

A change may become visible later than its stamp says (a search that lags behind, a long transaction, a clock that differs), so each
look goes back by an overlap, and what was seen already is left out by its id and stamp.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from bot.connectors.event import Event
from handlers.errors import Invalid

OVERLAP = timedelta(minutes=10)
"""Twice the five minutes by which a clock may be wrong."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One state of one record: its id, when the record was made, and when it was last changed, in time and in the vendor's spelling.

    `is_deleted`: it is gone, and that was its last change.
    """

    id: str
    made: datetime
    at: datetime
    stamp: str
    is_deleted: bool = False

    @property
    def name(self) -> str:
        """The same for every sight of this state."""
        return f"{self.id} {self.stamp}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The latest time seen, and what was seen within OVERLAP of it (each with its time).

    What is older than `start` is no news, however late it becomes visible. Nothing in `seen` is older than `oldest`.
    """

    start: datetime
    at: datetime
    seen: frozenset[tuple[str, datetime]] = frozenset()
    oldest: datetime = field(default=datetime.min.replace(tzinfo=UTC), compare=False, repr=False)

    @classmethod
    def now(cls, moment: datetime) -> Self:
        """Where the first look begins."""
        return cls(moment, moment)

    @property
    def since(self) -> datetime:
        """What the next look has to ask for: everything that was changed then or later."""
        return max(self.start, self.at - OVERLAP)

    @property
    def text(self) -> str:
        """As it is stored."""
        seen = sorted([name, at.astimezone(UTC).isoformat()] for name, at in self.seen)
        times = {"start": self.start.astimezone(UTC).isoformat(), "at": self.at.astimezone(UTC).isoformat()}
        return json.dumps(times | {"seen": seen})

    @classmethod
    def of(cls, text: str) -> Self:
        """Out of what was stored. Raises Invalid."""
        try:
            data = json.loads(text)
            start, at = (datetime.fromisoformat(data[name]).astimezone(UTC) for name in ("start", "at"))
            seen = ((str(name), datetime.fromisoformat(when).astimezone(UTC)) for name, when in data["seen"])
            return cls(start, at, frozenset(seen))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Invalid("A checkpoint of changes cannot be read. Look for changes from now on.") from wrong

    def has(self, sighting: Sighting) -> bool:
        """Whether this state was dealt with, or is too old to be news."""
        return sighting.at < self.start or (sighting.name, sighting.at.astimezone(UTC)) in self.seen

    @property
    def ids(self) -> set[str]:
        """The records of which some state was seen lately."""
        return {name.partition(" ")[0] for name, _ in self.seen}

    def after(self, sighting: Sighting) -> Self:
        """The checkpoint once this state has been dealt with."""
        at, when = max(self.at, sighting.at), sighting.at.astimezone(UTC)
        kept, oldest = self.seen, self.oldest
        if oldest < at - OVERLAP:  # else all of it stays, and an import of thousands is not gone through for each of them
            kept = frozenset(one for one in kept if one[1] >= at - OVERLAP)
            oldest = min((one[1] for one in kept), default=when)
        return type(self)(self.start, at, kept | {(sighting.name, when)}, min(oldest, when))


def news(found: Iterable[Sighting], since: Checkpoint, kind: str) -> Iterator[tuple[Event, Checkpoint]]:
    """The changes that were not seen yet, oldest first, each with the checkpoint that stands once it has been dealt with.

    `kind` is `<connector>.<kind>`. A record counts as created if the look that ended at `since` could not have seen it. They are told
    one by one: a checkpoint holds all that was seen within OVERLAP, so those of a whole page would take too much room.
    """
    here, known = since, since.ids
    for sighting in sorted(found, key=lambda one: one.at):
        if not here.has(sighting):
            is_new = sighting.made >= here.since and sighting.id not in known
            deed = "deleted" if sighting.is_deleted else "created" if is_new else "updated"
            event = Event(sighting.name, f"{kind}.{deed}", sighting.id, sighting.at)
            here = here.after(sighting)
            known.add(sighting.id)
            yield event, here
