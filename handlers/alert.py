"""What is worth telling people of: one thing that is wrong in one record, from its first sign to its end. Pure."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is; `[alerts]` says that of each of its events."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The larger, the worse."""
        return list(Severity).index(self)


class Standing(StrEnum):
    """Where an alert stands. It is resolved when the condition no longer holds, and opens again when it does."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at one record, after an event: whether what the rule watches for holds.

    `id` is the same for every copy of the event. `rule` is the name of the event in `[alerts]`, or `countersign.<what>` for what the bot
    notices of itself. `record` is the key of the record, `group` what its alerts are gathered by, `at` when it happened by the
    system's own clock: an older sighting never overwrites what a newer one said.
    """

    id: str
    rule: str
    channel: str
    record: str
    title: str
    url: str
    severity: Severity
    at: datetime
    holds: bool = True
    group: str = ""

    @property
    def alert(self) -> str:
        """The fingerprint of the alert that this belongs to: one a rule, channel and record."""
        return fingerprint(self.rule, self.channel, self.record)

    @property
    def look(self) -> "Look":
        """What of it decides an alert's standing."""
        return Look(self.at, self.id, self.holds)


@dataclass(frozen=True, slots=True, order=True)
class Look:
    """One sighting among those of the same alert, in the order in which they count: by time, then by id."""

    at: datetime
    id: str
    holds: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until when nothing is said: until a time, until the record changes, or until another record (`jira:APP-1`) is done."""

    until: datetime | None = None
    change: bool = False
    record: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether it is not over by the clock; what else ends it takes it away from its alert."""
        return self.until is None or now < self.until

    @property
    def words(self) -> str:
        """As it stands behind "snoozed until"."""
        if self.until is not None:
            return f"{self.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return "it changes" if self.change else f"{self.record} is done"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong in one record. `id` is its fingerprint, which people type: ten hexadecimal digits.

    `count` is how often it was seen to hold, `first` and `last` when. `changed` is when its standing last changed. `by` is the name
    of who acknowledged it, `assigned` of whose it is.
    """

    id: str
    rule: str
    channel: str
    group: str
    record: str
    title: str
    url: str
    severity: Severity
    standing: Standing
    count: int
    first: datetime
    last: datetime
    changed: datetime
    by: str = ""
    assigned: str = ""
    snooze: Snooze | None = None

    def is_snoozed(self, now: datetime) -> bool:
        """Whether somebody wants to hear nothing of it now."""
        return self.snooze is not None and self.snooze.holds(now)


@dataclass(frozen=True, slots=True)
class Acts:
    """What people did with an alert.

    `acknowledged` and `snoozed` are the newest look that there was at that moment, `when` the time of the acknowledgement.
    """

    by: str = ""
    acknowledged: Look | None = None
    when: datetime | None = None
    assigned: str = ""
    snooze: Snooze | None = None
    snoozed: Look | None = None


UNTOUCHED = Acts()


def folded(newest: Sighting, looks: Collection[Look], acts: Acts = UNTOUCHED) -> Alert:
    """The alert that all looks at its record make, `newest` behind the last of them. Their order and their copies change nothing.

    An acknowledgement holds until a look that came later finds the thing gone: what is wrong again after that is open again.
    """
    held = [look.at for look in looks if look.holds] or [newest.at]
    lapse = max((look for look in looks if not look.holds), default=None)
    if not newest.holds:
        before = max((look for look in looks if look.holds), default=None)
        turned = min(look.at for look in looks if before is None or look > before)
        standing = Standing.RESOLVED
    else:
        turned = min(look.at for look in looks if look.holds and (lapse is None or look > lapse))
        standing = Standing.OPEN
    acknowledged = newest.holds and acts.acknowledged is not None and (lapse is None or lapse <= acts.acknowledged)
    if acknowledged:
        standing, turned = Standing.ACKNOWLEDGED, max(turned, acts.when or turned)
    return Alert(
        newest.alert, newest.rule, newest.channel, newest.group, newest.record, newest.title, newest.url, newest.severity, standing,
        sum(look.holds for look in looks), min(held), max(held), turned,
        by=acts.by if acknowledged else "", assigned=acts.assigned, snooze=snoozed(acts, newest),
    )  # fmt: skip


def snoozed(acts: Acts, newest: Sighting) -> Snooze | None:
    """The snooze that a newer look has not ended."""
    given = acts.snooze
    if given is None or not given.change or acts.snoozed is None:
        return given
    return None if newest.at > acts.snoozed.at and newest.id != acts.snoozed.id else given


def fingerprint(rule: str, channel: str, record: str) -> str:
    """The name of an alert, 40 bits: there may be ten thousand of them, and a person types it."""
    return hashlib.sha256(f"{rule}\n{channel}\n{record}".encode()).hexdigest()[:10]
