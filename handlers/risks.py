"""Signs in the issues of a project that it may come late, each by one stated rule, and what moved in it. Pure; see the port Tracker."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.models import Record, Ref, shown
from handlers.quoted import quotable

WINDOW = 14
"""Days that count as lately: two weeks, the usual sprint."""
STALE = 14
"""Days without a change from which work in progress is called stale."""
GROWTH = 5
"""How many more issues have to come in than were finished, within WINDOW."""
LOAD = 5
"""Issues in progress that one person can have at a time; more are too many."""
HELD_UP = re.compile(
    r"(?<!un)(?<!un[ -])(?:block(?!chain)|bloqu|bloccat|geblok)|imped|wait(?!e?r|ress)|on.hold|stuck|wartet|warten|attente|espera|attesa|wacht op",
    re.IGNORECASE,
)
"""What the name of a status or a label says of an issue that cannot go on: English, German, French, Spanish, Italian, Dutch."""
RULES: Mapping[str, str] = {
    "overdue": "the due date has passed",
    "blocked": "an issue that blocks it is not done, it is flagged, or its status or a label says that it waits",
    "stale": f"in progress, and nothing was changed for more than {STALE} days",
    "scope growth": f"at least {GROWTH} more issues came in than were finished in {WINDOW} days",
    "overloaded": f"somebody has more than {LOAD} issues in progress",
}
"""Every rule in words, in the order in which risks are told."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One issue that a rule found, and why in a few words."""

    issue: Record
    why: str


@dataclass(frozen=True, slots=True)
class Risk:
    """What one rule found; `name` is its key in RULES."""

    name: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A project at a moment: what is open, and of the last WINDOW days what came in, was started and was finished, latest first."""

    at: datetime
    unfinished: tuple[Record, ...]
    created: tuple[Record, ...]
    started: tuple[Record, ...]
    finished: tuple[Record, ...]

    @classmethod
    def of(cls, unfinished: Iterable[Record], finished: Iterable[Record], *, at: datetime) -> "Progress":
        """From what the port Tracker gives. An issue that is in both was finished meanwhile."""
        done = {issue.id: issue for issue in finished}
        still_open = tuple(issue for issue in unfinished if issue.id not in done)
        every = (*still_open, *done.values())
        return cls(
            at,
            still_open,
            latest([issue for issue in every if is_late(issue, "created", at)], "created"),
            latest([issue for issue in still_open if is_active(issue) and is_late(issue, "moved", at)], "moved"),
            latest([issue for issue in done.values() if is_late(issue, "finished", at)], "finished"),
        )

    @property
    def statuses(self) -> Mapping[str, int]:
        """How many open issues are in each status, the fullest first."""
        names = [quotable(shown(issue.fields.get("status"))) for issue in self.unfinished]
        return dict(sorted(((name, names.count(name)) for name in set(names)), key=lambda pair: (-pair[1], pair[0])))


def risks(now: Progress) -> tuple[Risk, ...]:
    """What each rule finds, in the order of RULES; a rule that finds nothing is left out."""
    found = {
        "overdue": overdue(now.unfinished, now.at.date()),
        "blocked": blocked(now.unfinished),
        "stale": stale(now.unfinished, now.at),
        "scope growth": growth(now),
        "overloaded": overloaded(now.unfinished),
    }
    return tuple(Risk(name, found[name]) for name in RULES if found[name])


def overdue(issues: Iterable[Record], today: date) -> tuple[Sign, ...]:
    """Open issues whose due date has passed, the longest ago first."""
    late = [(due, issue) for issue in issues if (due := day(issue)) is not None and due < today]
    late.sort(key=lambda pair: (pair[0], pair[1].id))
    return tuple(Sign(issue, f"was due on {due}, {days(today - due)} ago") for due, issue in late)


def blocked(issues: Iterable[Record]) -> tuple[Sign, ...]:
    """Open issues that cannot go on: by a link, else by a flag, else by their status, else by a label."""
    found = ((issue, held_up(issue)) for issue in issues)
    return tuple(Sign(issue, why) for issue, why in found if why)


def held_up(issue: Record) -> str:
    """Why an issue cannot go on, in words; empty where nothing says so."""
    if others := shown(issue.fields.get("waits_for")):
        return f"waits for {others}"
    if flag := quotable(shown(issue.fields.get("flagged"))):
        return f"is flagged: {flag}"
    status, labels = shown(issue.fields.get("status")), issue.fields.get("labels")
    if HELD_UP.search(status):
        return f"is in {quotable(status)}"
    names = [shown(label) for label in (labels if isinstance(labels, tuple) else ()) if HELD_UP.search(shown(label))]
    return f"carries the label {quotable(names[0])}" if names else ""


def stale(issues: Iterable[Record], at: datetime) -> tuple[Sign, ...]:
    """Work in progress that nobody has touched for more than STALE days, the longest first."""
    old = [(age, issue) for issue in issues if is_active(issue) and (age := at - when(issue, "updated")).days > STALE]
    old.sort(key=lambda pair: (-pair[0], pair[1].id))
    return tuple(Sign(issue, f"not changed for {days(age)}") for age, issue in old)


def growth(now: Progress) -> tuple[Sign, ...]:
    """What came in lately, where that is GROWTH more than was finished."""
    more = len(now.created) - len(now.finished)
    if more < GROWTH:
        return ()
    return tuple(Sign(issue, f"came in on {when(issue, 'created').date()}") for issue in now.created)


def overloaded(issues: Iterable[Record]) -> tuple[Sign, ...]:
    """The issues of everybody who has more than LOAD of them in progress, the busiest first. People are told apart by their ids."""
    held: dict[str, list[Record]] = {}
    for issue in issues:
        person = issue.fields.get("assignee")
        if is_active(issue) and isinstance(person, Ref):
            held.setdefault(person.id, []).append(issue)
    busy = sorted((own for own in held.values() if len(own) > LOAD), key=lambda own: (-len(own), own[0].id))
    return tuple(Sign(issue, f"one of {len(own)} that {whose(issue)} has in progress") for own in busy for issue in own)


def whose(issue: Record) -> str:
    """Who is on it."""
    return quotable(shown(issue.fields.get("assignee"))) or "one person"


def is_active(issue: Record) -> bool:
    """Whether somebody works on it, as its status says."""
    return issue.fields.get("category") == "indeterminate"


def is_late(issue: Record, name: str, at: datetime) -> bool:
    """Whether something happened within the WINDOW."""
    return bool(issue.fields.get(name)) and at - when(issue, name) <= timedelta(days=WINDOW)


def latest(issues: Sequence[Record], name: str) -> tuple[Record, ...]:
    """The issues by one of their times, the latest first."""
    return tuple(sorted(issues, key=lambda issue: (when(issue, name), issue.id), reverse=True))


def when(issue: Record, name: str) -> datetime:
    """One of the times of an issue."""
    return datetime.fromisoformat(shown(issue.fields.get(name)))


def day(issue: Record) -> date | None:
    """The due date; None where there is none that can be read."""
    try:
        return date.fromisoformat(shown(issue.fields.get("due")))
    except ValueError:
        return None


def days(length: timedelta) -> str:
    """A length of time in words."""
    return "1 day" if length.days == 1 else f"{length.days} days"
