"""What has changed since the last look. Salesforce has no webhook here: its changes are found by their time, deletions are not. Pure.

A long transaction becomes visible with a stamp that is older than what was seen meanwhile, so each look goes back by OVERLAP, and
what was seen already is left out by id and stamp.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from bot.connectors.event import Event
from bot.connectors.salesforce.records import moment, value
from bot.connectors.salesforce.soql import Condition
from handlers.errors import Invalid

ASKED = ("Id", "CreatedDate", "SystemModstamp")
OVERLAP = timedelta(minutes=10)
"""The longest time that a transaction of Salesforce runs (Apex limits)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far has been looked: the latest stamp seen, and what was seen within OVERLAP of it (`id stamp`).

    What is older than `start` is no news, however late it becomes visible.
    """

    start: datetime
    at: datetime
    seen: frozenset[str] = frozenset()

    @classmethod
    def now(cls, moment: datetime) -> Self:
        """Where the first look begins."""
        return cls(moment, moment)

    @property
    def text(self) -> str:
        """As it is stored."""
        times = {"start": self.start.astimezone(UTC).isoformat(), "at": self.at.astimezone(UTC).isoformat()}
        return json.dumps(times | {"seen": sorted(self.seen)})

    @classmethod
    def of(cls, text: str) -> Self:
        """Out of what was stored. Raises Invalid."""
        try:
            data = json.loads(text)
            start, at = (datetime.fromisoformat(data[name]).astimezone(UTC) for name in ("start", "at"))
            return cls(start, at, frozenset(map(str, data["seen"])))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Invalid("The checkpoint of Salesforce's changes cannot be read.") from wrong

    @property
    def condition(self) -> Condition:
        """What a query asks for to find everything since."""
        return Condition("SystemModstamp", ">=", max(self.start, self.at - OVERLAP))

    def after(self, payload: Mapping[str, Any]) -> Self:
        """The checkpoint once this row has been dealt with. Raises Invalid naming what the row lacks."""
        stamp = moment(str(value(payload, "SystemModstamp")))
        at = max(self.at, stamp)
        kept = {one for one in self.seen if moment(one.partition(" ")[2]) >= at - OVERLAP}
        return type(self)(self.start, at, frozenset(kept | {name(payload)}))


def name(payload: Mapping[str, Any]) -> str:
    """One state of one record. Raises Invalid naming what the row lacks."""
    return f"{value(payload, 'Id')} {value(payload, 'SystemModstamp')}"


def news(rows: Iterable[Mapping[str, Any]], since: Checkpoint, word: str) -> list[tuple[Event, Checkpoint]]:
    """The changes that were not seen yet, oldest first, each with the checkpoint that stands once it has been dealt with.

    Raises Invalid naming what a row lacks.
    """
    found: list[tuple[Event, Checkpoint]] = []
    here = since
    for at, row in sorted(((moment(str(value(row, "SystemModstamp"))), row) for row in rows), key=lambda pair: pair[0]):
        if name(row) not in here.seen and at >= here.start:
            told = event(row, here, word)
            here = here.after(row)
            found.append((told, here))
    return found


def event(row: Mapping[str, Any], here: Checkpoint, word: str) -> Event:
    """One change. A record is new if the look that ended here could not have seen it, and nothing of it was told since."""
    identity, made = str(value(row, "Id")), moment(str(value(row, "CreatedDate")))
    was_told = any(one.partition(" ")[0] == identity for one in here.seen)
    deed = "created" if made >= max(here.start, here.at - OVERLAP) and not was_told else "updated"
    return Event(name(row), f"salesforce.{word}.{deed}", identity, moment(str(value(row, "SystemModstamp"))))
