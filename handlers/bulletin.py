"""The message of a group of alerts: what stands in it, and what is said in its thread of what changed since it was drawn. Pure."""

from collections.abc import Iterator, Mapping, Sequence
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
class Member:
    """An alert of a group. `told` is None where people were not told of it; `hushed` until when they are not to be, None: they may be."""

    alert: Alert
    told: Told | None = None
    hushed: datetime | None = None

    @property
    def is_announced(self) -> bool:
        """Whether the message may show it."""
        return self.told is not None or (self.hushed is None and self.alert.standing is not Standing.RESOLVED)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is to be shown, what is to be said below it, and how each alert in it stands to be told of. `is_over`: all are resolved."""

    reply: Reply
    lines: tuple[str, ...]
    told: Mapping[str, Told]
    is_over: bool


def hushed(alert: Alert, now: datetime, *, windows: Sequence[Window], quiet: Hours | None) -> datetime | None:
    """Until when an alert is not to be announced; None where it may be.

    A snooze and a maintenance window hush what is critical too, quiet hours do not. That a thing is resolved is no news to snooze.
    """
    ends = [window.until(alert.rule, now) for window in windows]
    if alert.severity is not Severity.CRITICAL and quiet is not None:
        ends.append(quiet.until(now))
    if alert.snooze is not None and alert.is_snoozed(now) and alert.standing is not Standing.RESOLVED:
        ends.append(alert.snooze.until or FOREVER)
    return max((end for end in ends if end is not None), default=None)


def bulletin(members: Sequence[Member], now: datetime, *, name: str, about: str) -> Bulletin:
    """The message called `name` about a group, in which `about` says what the group is. Nothing in it means that nothing is to be announced."""
    shown = sorted((one for one in members if one.is_announced), key=lambda one: place_in(one.alert))
    told, lines = {}, []
    for one in shown:
        now_told, news = told_of(one, now)
        told[one.alert.id] = now_told
        if news:
            lines.append(f"{one.alert.id} {quotable(one.alert.title)}: {', '.join(news)}")
    alerts = [one.alert for one in shown]
    is_over = all(one.standing is Standing.RESOLVED for one in told.values())
    quiet = sum(not one.is_announced and one.alert.standing is not Standing.RESOLVED for one in members)
    reply = Reply(text(alerts, now, about=about, quiet=quiet), sources(alerts), offers=offers(alerts, name))
    return Bulletin(reply, tuple(lines), told, is_over)


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
    turned = Standing.RESOLVED in (before.standing, after.standing) and before.standing is not after.standing
    if member.hushed is not None:
        after = replace(after, severity=before.severity, standing=before.standing if turned else after.standing)
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


def text(alerts: Sequence[Alert], now: datetime, *, about: str, quiet: int) -> str:
    """The words of the message."""
    still = [alert for alert in alerts if alert.standing is not Standing.RESOLVED]
    if still:
        worst = max(still, key=lambda one: one.severity.rank).severity
        rows = [f"{counted(len(still))} of {about}, {'the worst ' if len(still) > 1 else ''}{worst}"]
    elif alerts:
        rows = [f"Resolved: {counted(len(alerts))} of {about}"]
    else:
        rows = [f"No alert of {about} is left here."]
    rows += [row(alert, now, mark=f" [{number}]" if alert.url else "") for alert, number in numbered(alerts[:MOST_SHOWN])]
    if len(alerts) > MOST_SHOWN:
        rows.append(f"and {len(alerts) - MOST_SHOWN} more: /alerts list")
    if quiet:
        rows.append(f"{counted(quiet)} more, not announced for now")
    return "\n".join(rows)


def numbered(alerts: Sequence[Alert]) -> Iterator[tuple[Alert, int]]:
    """Each alert with the number of its source; those without an address take none."""
    number = 0
    for alert in alerts:
        number += bool(alert.url)
        yield alert, number


def sources(alerts: Sequence[Alert]) -> tuple[Source, ...]:
    """The records behind the alerts that are shown."""
    return tuple(Source(f"{one.record} {quotable(one.title)}", one.url) for one in alerts[:MOST_SHOWN] if one.url)


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


def offers(alerts: Sequence[Alert], name: str) -> tuple[Offer, ...]:
    """The buttons under the message: they are about all of its alerts."""
    still = [alert for alert in alerts if alert.standing is not Standing.RESOLVED]
    if not still:
        return ()
    fresh = any(alert.standing is Standing.OPEN for alert in still)
    return (
        *((Offer("Acknowledge", f"/alerts ack {name}"),) if fresh else ()),
        Offer("Snooze 1 h", f"/alerts snooze {name} 1h"),
        Offer("Assign to me", f"/alerts assign {name}"),
    )
