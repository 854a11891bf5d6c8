"""`[digests.NAME]` of `bot.toml`: what is told at a local time, to a channel or to one person, and when it would disturb."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bot.settings.alerting import Day, hours
from bot.settings.places import CHANNEL, channel
from bot.settings.tables import Table
from bot.settings.timetable import daily, following
from handlers.hours import Hours

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def person(name: str) -> str:
    """An e-mail address, an account on a platform, or nothing. Raises ValueError."""
    if name and not (CHANNEL.fullmatch(name) or ADDRESS.fullmatch(name)):
        raise ValueError(f"a person is an e-mail address of [people], or an id like slack:T1/U1, not {name!r}")
    return name


Channel = Annotated[str, AfterValidator(channel)]
Somebody = Annotated[str, AfterValidator(person)]


class DigestTable(Table):
    """A digest of alerts: to a `channel`, or to a `person` (an e-mail address of `[people]`, or an id like slack:T1/U1) as a direct message.

    A channel's is about its own alerts; a person's about those that are assigned to them and, with `channels`, about those of these
    channels, as far as the person may read what is shown there. In the hours of `quiet` it waits for their end.
    """

    channel: Channel = ""
    person: Somebody = ""
    channels: list[Channel] = Field(default=[])
    at: str
    timezone: str = "UTC"
    days: list[Day] = Field(default=["mon", "tue", "wed", "thu", "fri"], min_length=1)
    quiet: str = ""
    summary: bool = True
    chart: bool = True
    empty: Literal["line", "silent"] = "line"

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if bool(self.channel) == bool(self.person):
            raise ValueError("a digest goes either to a channel, like slack:T1/C1, or to a person, like ada@example.com")
        if self.channels and self.channel:
            raise ValueError("channels are those that a person is told about; the digest of a channel is about its own alerts")
        self.after(datetime(2026, 1, 1, tzinfo=UTC))
        self.quiet_hours()
        return self

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment."""
        return following(daily(self.at, self.days), self.timezone, moment)

    def quiet_hours(self) -> Hours | None:
        """The hours in which it waits. Raises ValueError."""
        return hours(self.quiet, self.timezone)

    @property
    def to(self) -> str:
        """Whom it goes to."""
        return self.channel or self.person


def in_their_zone(raw: object) -> object:
    """`bot.toml` as it was read, with a digest to a person at the person's own local time where it names no zone."""
    tables, people = (raw.get("digests"), raw.get("people")) if isinstance(raw, Mapping) else (None, None)
    if not isinstance(raw, Mapping) or not isinstance(tables, Mapping) or not isinstance(people, Mapping):
        return raw
    zones = {
        str(email).casefold(): own["timezone"]
        for email, own in people.items()
        if isinstance(own, Mapping) and own.get("timezone")
    }
    found = {
        name: {"timezone": zones[zone], **table}
        for name, table in tables.items()
        if isinstance(table, Mapping) and (zone := str(table.get("person", "")).casefold()) in zones
    }
    return {**raw, "digests": {**tables, **found}}
