"""The message of a group of alerts: what stands in it, and what is said in its thread of what changed since it was drawn. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from handlers.alert import Alert, Severity, Standing
from handlers.hours import Hours, Window
from handlers.models import Offer, Reply, Source
from handlers.quoted import quotable

MOST_SHOWN = 10
"""Alerts that one message shows."""
MOST_LINES = 20
"""Lines of one answer in its thread."""
FOREVER = datetime.max.replace(tzinfo=UTC)
"""Until something happens."""


@dataclass(frozen=True, slots=True)
class Told:
    """How an alert stood when people were told of it last, in words fit to be shown."""

    standing: Standing
    severity: Severity
    by: str = ""
    assigned: str = ""
    snooze: str = ""

    @classmethod
    def of(cls, alert: Alert, now: datetime) -> "Told":
        """As it stands now."""
        snooze = alert.snooze.words if alert.snooze is not None and alert.is_snoozed(now) else ""
        return cls(alert.standing, alert.severity, quotable(alert.by), quotable(alert.assigned), quotable(snooze))


@dataclass(frozen=True, slots=True)
class Hush:
    """Until when alerts of one rule in one channel are not to be announced: all of them, and those that are not critical. None: they may be."""

    everything: datetime | None = None
    minor: datetime | None = None

    @classmethod
    def at(cls, rule: str, now: datetime, *, windows: Sequence[Window], quiet: Hours | None) -> "Hush":
        """What holds now. A maintenance window hushes what is critical too, quiet hours do not."""
        ends = [end for window in windows if (end := window.until(rule, now)) is not None]
        return cls(max(ends, default=None), quiet.until(now) if quiet is not None else None)

    def over(self, severity: Severity) -> datetime | None:
        """When it ends for alerts of a severity; None where it keeps none of them back."""
        ends = (self.everything, None if severity is Severity.CRITICAL else self.minor)
        return max((end for end in ends if end is not None), default=None)

    def until(self, alert: Alert, now: datetime) -> datetime | None:
        """Until when an alert is not to be announced, its snooze included: that a thing is resolved is no news to snooze."""
        end = self.over(alert.severity)
        if alert.snooze is None or not alert.is_snoozed(now) or alert.standing is Standing.RESOLVED:
            return end
        return max(filter(None, (end, alert.snooze.until or FOREVER)))


@dataclass(frozen=True, slots=True)
class Member:
    """An alert of a group. `told` is None where people were not told of it; `hushed` until when they are not to be, None: they may be."""

    alert: Alert
    told: Told | None = None
    hushed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The alerts of a group in numbers: a message shows a few of them and counts the others.

    `announced` are those that the message may show, resolved ones among them; of these `standing` are not resolved, the worst of which is
    `worst`, and `fresh` are open. `quiet` are those that stand and are not announced for now. `is_over`: whatever people were told of is resolved.
    `until`: when the first end comes of what hushes any of them.
    """

    announced: int = 0
    standing: int = 0
    fresh: int = 0
    quiet: int = 0
    worst: Severity = Severity.INFO
    is_over: bool = True
    until: datetime | None = None


def bulletin(top: Sequence[Alert], tally: Tally, now: datetime, *, name: str, about: str) -> Reply:
    """The message called `name` about a group, in which `about` says what the group is. `top` are its first MOST_SHOWN announced alerts by `place_in`."""
    return Reply(text(top, tally, now, about=about), sources(top), offers=offers(tally, name))


def line(member: Member, now: datetime) -> str:
    """What is said of an alert in the thread; empty where nothing of it is news."""
    changed = told_of(member, now)[1]
    return f"{member.alert.id} {quotable(member.alert.title)}: {', '.join(changed)}" if changed else ""


def place_in(alert: Alert) -> tuple[object, ...]:
    """The worst first, of these the latest; what is resolved last."""
    return alert.standing is Standing.RESOLVED, -alert.severity.rank, -alert.last.timestamp(), alert.id


def told_of(member: Member, now: datetime) -> tuple[Told, list[str]]:
    """How an alert stands now for who reads the message, and what of that is news.

    What people did is always told. What was seen waits while the alert is hushed.
    """
    alert, before, after = member.alert, member.told, Told.of(member.alert, now)
    if before is None:
        return after, [f"raised, {alert.severity}"]
    if member.hushed is not None:
        after = replace(after, severity=before.severity)
        if Standing.RESOLVED in (before.standing, after.standing):
            after = replace(after, standing=before.standing, by=before.by)
    return after, list(news(before, after))


def news(before: Told, after: Told) -> Iterator[str]:
    """What changed, in words."""
    if after.standing is not before.standing or after.by != before.by:
        match after.standing:
            case Standing.RESOLVED:
                yield "resolved"
            case Standing.ACKNOWLEDGED:
                yield f"acknowledged by {after.by}"
            case Standing.OPEN:
                yield "raised again"
    if after.severity is not before.severity:
        yield f"{after.severity} now"
    if after.assigned != before.assigned:
        yield f"assigned to {after.assigned}"
    if after.snooze != before.snooze:
        yield f"snoozed until {after.snooze}" if after.snooze else "no longer snoozed"


def text(top: Sequence[Alert], tally: Tally, now: datetime, *, about: str) -> str:
    """The words of the message."""
    if tally.standing:
        rows = [f"{counted(tally.standing)} of {about}, {'the worst ' if tally.standing > 1 else ''}{tally.worst}"]
    elif tally.announced:
        rows = [f"Resolved: {counted(tally.announced)} of {about}"]
    else:
        rows = [f"No alert of {about} is left here."]
    rows += [row(alert, now, mark=f" [{number}]" if alert.url else "") for alert, number in numbered(top)]
    if tally.announced > len(top):
        rows.append(f"and {tally.announced - len(top)} more: /alerts list")
    if tally.quiet:
        rows.append(f"{counted(tally.quiet)} more, not announced for now")
    return "\n".join(rows)


def numbered(alerts: Sequence[Alert]) -> Iterator[tuple[Alert, int]]:
    """Each alert with the number of its source; those without an address take none."""
    number = 0
    for alert in alerts:
        number += bool(alert.url)
        yield alert, number


def sources(alerts: Sequence[Alert]) -> tuple[Source, ...]:
    """The records behind the alerts that are shown."""
    return tuple(Source(f"{one.record} {quotable(one.title)}", one.url) for one in alerts if one.url)


def row(alert: Alert, now: datetime, *, mark: str = "") -> str:
    """One alert in a line."""
    told = Told.of(alert, now)
    parts = [
        f"seen {alert.count} times" if alert.count > 1 else "",
        "resolved" if alert.standing is Standing.RESOLVED else "",
        f"acknowledged by {told.by}" if alert.standing is Standing.ACKNOWLEDGED else "",
        f"assigned to {told.assigned}" if told.assigned else "",
        f"snoozed until {told.snooze}" if told.snooze else "",
    ]
    more = ", ".join(filter(None, parts))
    return f"{alert.id} {alert.severity}: {quotable(alert.title)}{mark}{f' ({more})' if more else ''}"


def counted(number: int) -> str:
    """So many alerts."""
    return "1 alert" if number == 1 else f"{number} alerts"


def offers(tally: Tally, name: str) -> tuple[Offer, ...]:
    """The buttons under the message: they are about all of its alerts."""
    if not tally.standing:
        return ()
    return (
        *((Offer("Acknowledge", f"/alerts ack {name}"),) if tally.fresh else ()),
        Offer("Snooze 1 h", f"/alerts snooze {name} 1h"),
        Offer("Assign to me", f"/alerts assign {name}"),
    )
