"""What is worth telling people of: one thing that is wrong in one record, from its first sign to its end. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until when nothing is said: until a time, until the record changes, or until another record (`jira:APP-1`) is done."""

    until: datetime | None = None
    change: bool = False
    record: str = ""


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


def fingerprint(rule: str, channel: str, record: str) -> str:
    """The name of an alert, 40 bits: there may be ten thousand of them, and a person types it."""
    return hashlib.sha256(f"{rule}\n{channel}\n{record}".encode()).hexdigest()[:10]
