"""What was deleted in HubSpot: a search does not show it, but for ninety days the list of what is archived does, in no order that helps.

So that list is gone through again and again, a few pages a look. What was archived since the last time through began is told; of what is near
that, some of it again under the same id. Pure.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from bot.connectors import checkpoint
from bot.connectors.checkpoint import OVERLAP
from handlers.errors import Invalid

PAGES = 2
"""Pages a look, of a hundred records each."""
PAUSE = timedelta(minutes=1)
"""Between two goes at the list: a look that asks on for other changes does not go through it faster."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One time through the list. It goes on behind `after`, empty for its beginning; `began` is when it was begun, `before` when the one
    before it was, and `went` when the latest page was read.
    """

    before: datetime
    began: datetime
    went: datetime
    after: str = ""

    @classmethod
    def now(cls, moment: datetime) -> Self:
        """Before the first one."""
        return cls(moment, moment, moment)

    def begun(self, now: datetime) -> Self:
        """The sweep that is under way at this moment."""
        return self if self.after else replace(self, before=self.began, began=now)

    def to(self, after: str, now: datetime) -> Self:
        """The same with one more page read; behind the last one `after` is empty."""
        return replace(self, after=after, went=now)

    @property
    def kept(self) -> Mapping[str, str]:
        """As JSON data."""
        times = {name: getattr(self, name).astimezone(UTC).isoformat() for name in ("before", "began", "went")}
        return times | {"after": self.after}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Out of JSON data. Raises KeyError, TypeError, ValueError."""
        before, began, went = (datetime.fromisoformat(data[name]).astimezone(UTC) for name in ("before", "began", "went"))
        return cls(before, began, went, str(data["after"]))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far one kind of object was looked through: its changes, and the list of what is archived."""

    changes: checkpoint.Checkpoint
    sweep: Sweep

    @classmethod
    def now(cls, moment: datetime) -> Self:
        """Where the first look begins."""
        return cls(checkpoint.Checkpoint.now(moment), Sweep.now(moment))

    @property
    def text(self) -> str:
        """As it is stored."""
        return json.dumps({"changes": self.changes.text, "sweep": self.sweep.kept})

    @classmethod
    def of(cls, text: str) -> Self:
        """Out of what was stored, by an earlier version too, which knew of no archive. Raises Invalid."""
        try:
            data = json.loads(text)
            if "changes" in data:
                return cls(checkpoint.Checkpoint.of(data["changes"]), Sweep.of(data["sweep"]))
            known = checkpoint.Checkpoint.of(text)
            return cls(known, Sweep.now(known.at))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Invalid("The checkpoint of HubSpot's changes cannot be read. Look for changes from now on.") from wrong

    def is_due(self, now: datetime) -> bool:
        """Whether the list may be gone on with; also where our clock was set back."""
        return not self.sweep.went <= now < self.sweep.went + PAUSE

    def is_news(self, at: datetime) -> bool:
        """Whether what was archived then was so since the sweep before this one began, as far as clocks agree, and not before the first look."""
        return at >= max(self.changes.start, self.sweep.before - OVERLAP)
