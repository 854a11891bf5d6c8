"""A digest in words: a head with its figures, a line a row, links to the worst records. Pure; every number in it is counted here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.alert import Alert, Severity
from handlers.models import Source
from handlers.quoted import quotable
from handlers.rollup import MOST_ROWS, Item, News, Rollup, Row, rows, tally

MOST_LINES = 20
"""Lines of a digest, its list of links with the line above it included: more than that nobody reads every morning."""
NAMED = 3
"""Alerts of one row that stand there with their title. A critical one is named by the id of its record however many there are."""
LONGEST = 80
"""Characters of a title."""
WEEK = 7
"""Days for which the name of a day is enough."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Moments as people of one time zone say them at one moment."""

    now: datetime
    zone: str = "UTC"

    def day(self, moment: datetime) -> str:
        """A time of today, else the day."""
        return self._said(moment, f"{self._there(moment):%H:%M}", "")

    def exactly(self, moment: datetime) -> str:
        """The day and the time."""
        time = f"{self._there(moment):%H:%M}"
        return self._said(moment, time, f" {time}")

    def _said(self, moment: datetime, today: str, ending: str) -> str:
        there = self._there(moment)
        days = (self._there(self.now).date() - there.date()).days
        if days == 0:
            return today
        return (f"{there:%A}" if abs(days) < WEEK else f"{there.day} {there:%B}") + ending

    def _there(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))


class Book:
    """The records that a digest links to, each numbered once, at most `room` of them."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._numbers: dict[str, int] = {}
        self.sources: list[Source] = []

    def mark(self, alert: Alert) -> str:
        """The mark of an alert's record in a text; empty for a record without an address, and where there is no room."""
        if alert.url not in self._numbers:
            if not alert.url or len(self.sources) >= self._room:
                return ""
            self._numbers[alert.url] = len(self._numbers) + 1
            self.sources.append(Source(f"{name(alert)} {short(alert.title)}".strip(), alert.url))
        return f"[{self._numbers[alert.url]}]"


def room(items: Sequence[Item]) -> int:
    """How many records can be linked to in the lines that are left beside the head, a summary and the rows."""
    return MOST_LINES - 3 - min(len(rows(items)), MOST_ROWS)


def written(title: str, found: Rollup, *, since: datetime, dial: Dial, book: Book) -> tuple[str, Sequence[str]]:
    """The head of a digest, and its rows: a line each."""
    span = f"{title}, since {dial.exactly(since)} ({dial.zone})"
    ends = f" Not told again: {found.silent} acknowledged or snoozed." if found.silent else ""
    ends += f" Held back by a maintenance window: {found.held}." if found.held else ""
    if not found.items:
        return f"{span}: nothing to tell.{ends}", ()
    return f"{span}: {counts(found.items)}.{ends}", tuple(line(row, dial, book) for row in rows(found.items))


def counts(items: Iterable[Item]) -> str:
    """The news in figures: `3 new (1 critical), 2 still open`."""
    return ", ".join(
        f"{every} {what}{f' ({critical} critical)' if critical else ''}" for what, (every, critical) in tally(items).items()
    )


def line(row: Row, dial: Dial, book: Book) -> str:
    """A row: what it is of, its figures, its worst alerts with titles, and every other critical one by the id of its record."""
    named, more = row.items[:NAMED], row.items[NAMED:]
    worst = "resolved" if row.items[0].is_over else str(row.items[0].alert.severity)
    of = ", ".join(part for part in (row.rule or "everything else", short(row.group)) if part)
    told = [detail(item, dial, book, full=not row.rule) for item in named]
    critical = [name(item.alert, full=not row.rule) for item in more if item.alert.severity is Severity.CRITICAL]
    if more:
        among = f", critical among them: {', '.join(critical)}" if critical else ""
        told.append(f"and {len(more)} more{among}")
    return f"{worst.capitalize()}: {of}: {counts(row.items)}. {'; '.join(told)}"


def detail(item: Item, dial: Dial, book: Book, *, full: bool) -> str:
    """One alert in a few words."""
    alert = item.alert
    seen = f", seen {alert.count} times" if alert.count > 1 else ""
    owner = f", {short(alert.assigned)} has it" if alert.assigned and not item.is_over else ""
    words = f"{name(alert, full=full)} {short(alert.title)}".strip()
    return f"{words}, {told(item, dial)}{seen}{owner} {book.mark(alert)}".strip()


def told(item: Item, dial: Dial) -> str:
    """The news of one alert."""
    alert = item.alert
    if item.news in (News.CARRIED, News.AGAIN):
        return f"{item.news} since {dial.day(alert.changed)}"
    if item.news is News.TURNED:
        return f"now {alert.severity}"
    by = f" by {short(alert.by)}" if item.news is News.ACKNOWLEDGED and alert.by else ""
    return f"{item.news}{by}"


def name(alert: Alert, *, full: bool = False) -> str:
    """The id of an alert's record, in `full` with its system: `jira:APP-1`."""
    return alert.record if full else alert.record.partition(":")[2] or alert.record


def short(text: str) -> str:
    """Words from outside, as they may stand in a line."""
    words = quotable(text)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
