"""`[alerts]` and `[maintenance.NAME]` of `bot.toml`: which events become alerts, where they are told, and when nothing is said of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.settings.chains import condition
from bot.settings.events import misspelt, nearest
from bot.settings.fields import Names, kind_of, wrong
from bot.settings.tables import Table, known_zone
from bot.settings.watching import RULES
from handlers.conditions import LONGEST
from handlers.errors import Invalid
from handlers.hours import Hours, Once, Window, clock_time, zone

CHANNEL = re.compile(r"(slack|teams|playground):\S+")
OWN = "countersign."
"""What rules begin with that the bot has for itself."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class OnAckTable(Table):
    """What an acknowledgement proposes to write to the record: a field by our name, and its value. Nothing is written unapproved."""

    field: str = Field(pattern=r"^[a-z_]{1,60}$")
    value: str = Field(min_length=1, max_length=2000)


def placed(channel: str) -> str:
    """The channel, if it is written like one. Raises ValueError."""
    if CHANNEL.fullmatch(channel) is None:
        raise ValueError(f"a channel is written like slack:T1/C1, teams:19:... or playground:general, not {channel!r}")
    return channel


class AlertTable(Table):
    """What an event has to be about to become an alert, how bad that is, and where it is told.

    `group` are names of fields whose values gather alerts in one message. In the hours of `quiet` only what is critical is told.
    """

    when: str = Field(default="", max_length=LONGEST)
    channel: Annotated[str, AfterValidator(placed)]
    severity: Literal["info", "warning", "critical"] = "warning"
    group: list[Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")]] = Field(default=[])
    quiet: str = ""
    timezone: str = ""
    on_ack: OnAckTable | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        condition(self.when)
        known_zone(self.timezone)
        hours(self.quiet, self.timezone)
        return self


def one_or_more(given: object) -> object:
    """One table, or a list of them."""
    return [given] if isinstance(given, Mapping | AlertTable) else given


def told_of(alerts: Mapping[str, "Alerts"]) -> Mapping[str, "Alerts"]:
    """The rules, if some system tells of each event and its records have what the rule asks of them. Raises ValueError."""
    for rule in rules(alerts):
        if sentence := misspelt(rule.event):
            raise ValueError(f"nobody tells of {rule.event!r}: {sentence}")
        if found := list(wrong(rule.event, kind_of(rule.event), **rule.asked)):
            raise ValueError(f"{rule.name}: {'; '.join(found)}")
    return alerts


Alerts = Annotated[list[AlertTable], BeforeValidator(one_or_more), Field(min_length=1)]


class MaintenanceTable(Table):
    """A window in which somebody works on a system: alerts are kept and counted, and told when it is over.

    `from` and `until` are both local times of a day, which come again on `days`, or both dates with a time, which come once.
    """

    begins: str | datetime | time = Field(alias="from")
    until: str | datetime | time
    timezone: str = "UTC"
    days: list[Day] = Field(default=["mon", "tue", "wed", "thu", "fri", "sat", "sun"], min_length=1)
    alerts: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        self.window("")
        return self

    def window(self, name: str) -> Window:
        """The window. Raises ValueError for times that are none."""
        first, last = self._at(self.begins), self._at(self.until)
        if isinstance(first, datetime) and isinstance(last, datetime):
            if last <= first:
                raise ValueError(f"until ({self.until}) is not after from ({self.begins})")
            return Window(name, Once(first, last), frozenset(self.alerts))
        if isinstance(first, time) and isinstance(last, time):
            return Window(name, Hours(first, last, zone(self.timezone), frozenset(self.days)), frozenset(self.alerts))
        raise ValueError("from and until are both times, like 22:00, or both dates with a time, like 2026-11-20 22:00")

    def _at(self, given: str | datetime | time) -> datetime | time:
        try:
            where = zone(self.timezone)
            if isinstance(given, str):
                given = clock_time(given) if "-" not in given else datetime.fromisoformat(given)
        except Invalid as wrong:
            raise ValueError(str(wrong)) from None
        if isinstance(given, datetime):
            return (given if given.tzinfo else given.replace(tzinfo=where)).astimezone(UTC)
        return given


@dataclass(frozen=True, slots=True)
class Rule:
    """One table of `[alerts]`. `name` is the event's, with a number behind the second one and those after it."""

    name: str
    event: str
    table: AlertTable

    @property
    def asked(self) -> Names:
        """The names in it that are of fields, as `bot.settings.fields` takes them."""
        return {
            "when": self.table.when,
            "group": self.table.group,
            "on_ack": self.table.on_ack.field if self.table.on_ack else "",
        }


def rules(tables: Mapping[str, Sequence[AlertTable]]) -> Sequence[Rule]:
    """Every rule, in the file's order."""
    return [
        Rule(event if number == 1 else f"{event} {number}", event, table)
        for event, some in tables.items()
        for number, table in enumerate(some, 1)
    ]


def unknown(tables: Mapping[str, Sequence[AlertTable]], windows: Mapping[str, MaintenanceTable]) -> Sequence[str]:
    """What is wrong with the names in maintenance windows, one sentence each: a window for a misspelt rule would hold nothing back."""
    known = [*(rule.name for rule in rules(tables)), *(f"{OWN}{name}" for name in RULES)]
    return [
        f"no rule of [alerts] is called {name!r}{nearest(name, known)}"
        for window in windows.values()
        for name in window.alerts
        if name not in known
    ]


def concerned(tables: Mapping[str, Sequence[AlertTable]], event: str) -> Sequence[Rule]:
    """The rules that an event may raise or end an alert of: its own, and those for other events of the same kind of record."""
    kind = event.rpartition(".")[0]
    return [rule for rule in rules(tables) if rule.event.rpartition(".")[0] == kind]


def hours(quiet: str, timezone: str) -> Hours | None:
    """Quiet hours; None where there are none. Raises ValueError."""
    try:
        found = Hours.read(quiet, timezone or "UTC") if quiet else None
    except Invalid as wrong:
        raise ValueError(str(wrong)) from None
    if found is not None and found.begins == found.ends:
        raise ValueError(f"quiet hours from {quiet} would never end, and what waits for their end would never be told")
    return found
