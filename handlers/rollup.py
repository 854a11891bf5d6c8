"""Alerts, and what the last digest showed of them -> what stands in the next one, in few rows. Pure: nothing but its arguments decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.alert import Alert, Severity, Standing

MOST_ROWS = 12
"""Rows of one digest, whatever comes in: with its head, a summary and links they are some twenty lines, which people read."""
WHOLE = 8
"""Rows that stay as they are where there are too many groups: the others are gathered by their rule, then all in one."""


class News(StrEnum):
    """What happened to an alert since the last digest, in the words of a digest."""

    NEW = "new"
    AGAIN = "open again"
    TURNED = "of another severity"
    CARRIED = "still open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Mark:
    """How an alert stood when it was last told of. It is told of again when this is no longer so, or as long as it is open."""

    standing: Standing
    severity: Severity
    changed: datetime

    @classmethod
    def of(cls, alert: Alert) -> "Mark":
        """How it stands now."""
        return cls(alert.standing, alert.severity, alert.changed)


@dataclass(frozen=True, slots=True)
class Memory:
    """What one digest has shown so far: until when, and how each alert stood then. Nothing yet where there was none."""

    until: datetime | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One alert that is told of, and why."""

    alert: Alert
    news: News

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.news is News.RESOLVED

    @property
    def rank(self) -> tuple[bool, int, int, datetime, str]:
        """The smaller, the earlier it is named: what is over comes last, else severity, then how often it was seen, then age."""
        alert = self.alert
        return self.is_over, -alert.severity.rank, -alert.count, alert.first, alert.id


@dataclass(frozen=True, slots=True)
class Rollup:
    """All that a digest tells of, worst first.

    `silent` counts what is acknowledged or snoozed and stands as it did, `held` what a maintenance window holds back; `marks` is to be kept.
    """

    items: tuple[Item, ...]
    silent: int
    held: int
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Row:
    """Alerts that share a line: of one rule and group, of one rule, or what is left (then `rule` is empty). Worst first."""

    rule: str
    group: str
    items: tuple[Item, ...]

    @property
    def rank(self) -> tuple[bool, int, int, datetime, str, str]:
        """The smaller, the earlier it stands: severity of its worst, then how many, then the age of its oldest."""
        over, severity = self.items[0].rank[:2]
        return over, severity, -len(self.items), min(item.alert.first for item in self.items), self.rule, self.group


def rolled_up(
    alerts: Iterable[Alert], memory: Memory, *, now: datetime, holds: Callable[[Alert], bool] = lambda _: False
) -> Rollup:
    """What changed since the last digest and what is still open. Order and copies of the alerts make no difference.

    What is open and `holds` says is held back is not told of; it is news, or still open, when it is no longer held.
    """
    newest: dict[str, Alert] = {}
    for alert in alerts:
        known = newest.setdefault(alert.id, alert)
        newest[alert.id] = max(known, alert, key=lambda one: (one.changed, one.last, one.count))
    held = {alert.id for alert in newest.values() if alert.standing is Standing.OPEN and holds(alert)}
    told = [alert for name, alert in newest.items() if name not in held]
    found = [(alert, news(alert, memory.marks.get(alert.id), now=now)) for alert in told]
    items = sorted((Item(alert, what) for alert, what in found if what is not None), key=lambda item: item.rank)
    silent = sum(1 for alert, what in found if what is None and alert.standing is not Standing.RESOLVED)
    kept = {name: memory.marks[name] for name in held if name in memory.marks}
    return Rollup(tuple(items), silent, len(held), {**kept, **{alert.id: Mark.of(alert) for alert in told}})


def news(alert: Alert, before: Mark | None, *, now: datetime) -> News | None:
    """What there is to tell of an alert; None for what is as it was and needs nobody: acknowledged, snoozed or resolved."""
    if before == Mark.of(alert):
        return News.CARRIED if alert.standing is Standing.OPEN and not alert.is_snoozed(now) else None
    if alert.standing is Standing.RESOLVED:
        return News.RESOLVED
    if alert.standing is Standing.ACKNOWLEDGED:
        return News.ACKNOWLEDGED
    if before is None:
        return News.NEW
    return News.TURNED if before.standing is Standing.OPEN and before.severity is not alert.severity else News.AGAIN


def rows(items: Sequence[Item]) -> tuple[Row, ...]:
    """The items in at most MOST_ROWS rows, worst first: by rule and group; the rest by rule; the rest of that in one. None is left out."""
    found = ranked(Row(rule, group, some) for (rule, group), some in gathered(items, by_group=True).items())
    if len(found) <= MOST_ROWS:
        return found
    rest = [item for row in found[WHOLE:] for item in row.items]
    coarse = ranked(Row(rule, "", some) for (rule, _), some in gathered(rest, by_group=False).items())
    if WHOLE + len(coarse) <= MOST_ROWS:
        return (*found[:WHOLE], *coarse)
    kept = MOST_ROWS - WHOLE - 1
    left = sorted((item for row in coarse[kept:] for item in row.items), key=lambda item: item.rank)
    return (*found[:WHOLE], *coarse[:kept], Row("", "", tuple(left)))


def gathered(items: Iterable[Item], *, by_group: bool) -> dict[tuple[str, str], tuple[Item, ...]]:
    """The items by their rule, and with `by_group` by their group, too; each in the order of its rank."""
    found: dict[tuple[str, str], list[Item]] = {}
    for item in sorted(items, key=lambda item: item.rank):
        found.setdefault((item.alert.rule, item.alert.group if by_group else ""), []).append(item)
    return {name: tuple(some) for name, some in found.items()}


def ranked(found: Iterable[Row]) -> tuple[Row, ...]:
    """Rows, worst first."""
    return tuple(sorted(found, key=lambda row: row.rank))


def tally(items: Iterable[Item]) -> Mapping[News, tuple[int, int]]:
    """How many of each kind of news there are, and how many of these are critical; kinds without any are left out."""
    found: dict[News, tuple[int, int]] = {}
    for item in items:
        every, critical = found.get(item.news, (0, 0))
        found[item.news] = (every + 1, critical + (item.alert.severity is Severity.CRITICAL))
    return {what: found[what] for what in News if what in found}
