"""Zendesk's webhooks: whether Zendesk sent a request, and what it tells; and the changes that an export holds. Pure but for the clock that is given."""

import base64
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field

from bot.connectors import signature
from bot.connectors.event import Event
from bot.connectors.payload import Payload, Words, checked, number, parsed
from bot.connectors.zendesk.records import moment
from handlers.errors import Invalid

PUBLISHED = base64.b64encode(b"this_secret_is_for_testing_only")
"""The secret with which Zendesk signs what an admin sends from the page of a webhook that is not saved yet. Everybody knows it."""
TICKET = "zen:ticket:"
TYPE = "zen:event-type:ticket."
EARLIER = timedelta(minutes=2)
"""The first look begins this long ago: Zendesk exports nothing of the last minute, and refuses a start in it."""
OTHERS = re.compile(r"zen:(?!ticket:)[a-z_]{1,40}:\S{1,200}")
"""What is about no ticket: it is passed over."""
DEEDS = {"created": "created", "deleted": "deleted", "soft_deleted": "deleted", "permanently_deleted": "deleted"}
"""The last word of an event's type -> ours; everything else is an update."""


class Signature:
    """Zendesk's signature on a webhook: over the time at which it was sent, and the bytes after it."""

    def __init__(self, secrets: str, uri: str = "", *, now: Callable[[], float] = time.time) -> None:  # noqa: ARG002 - it signs no address
        self._keys = [key for key in signature.keys(secrets) if key not in (PUBLISHED, base64.b64decode(PUBLISHED))]
        self._now = now

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether one of the secrets signed these bytes within the window. The secret that Zendesk has published signs nothing."""
        stamp, given = headers.get("X-Zendesk-Webhook-Signature-Timestamp", ""), headers.get("X-Zendesk-Webhook-Signature", "")
        try:
            sent = moment(stamp).timestamp()
        except (ValueError, OverflowError):
            return False
        if abs(self._now() - sent) > signature.WINDOW:
            return False
        before = stamp.encode("utf-8", "replace")
        return signature.is_signed(given, self._keys, lambda key: base64.b64encode(signature.signed(key, (before, raw))).decode())


def stamped(value: object) -> datetime:
    """A time as Zendesk writes it. Raises ValueError."""
    try:
        return moment(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("is no time with a zone") from None


class Detail(Payload):
    """The ticket of an event."""

    id: Annotated[str, BeforeValidator(lambda value: str(number(value)))]


class Told(Payload):
    """A request of Zendesk's. Its own `id` is needed only where the delivery has none."""

    subject: Words
    type: Annotated[str, Field(pattern=f"^{TYPE}[a-z_]{{1,80}}$")]
    time: Annotated[datetime, BeforeValidator(stamped)]
    detail: Detail
    id: Annotated[str, Field(min_length=1)]


def events(raw: bytes, headers: Mapping[str, str]) -> Sequence[Event]:
    """What a request tells: one event, or none where it is not about a ticket. Raises Invalid naming what cannot be used."""
    data = parsed("Zendesk", raw)
    if not isinstance(data, dict):
        raise Invalid("Zendesk sent something that is no event.")
    if OTHERS.fullmatch(str(data.get("subject"))) and not str(data.get("type")).startswith(TYPE):
        return ()
    return (event(data, headers.get("X-Zendesk-Webhook-Invocation-Id", "")[:200]),)


def event(data: Mapping[str, Any], identity: str = "") -> Event:
    """One event. Without an identity it goes by its own id. Raises Invalid."""
    told = checked(Told, {"id": identity, **data} if identity else data, "Zendesk")
    if told.subject != f"{TICKET}{told.detail.id}":
        raise Invalid("Zendesk's event has no usable 'subject': it is about another ticket than 'detail.id'.")
    what = told.type.removeprefix(TYPE)
    changed = what.removesuffix("_changed").removesuffix("_added") if what.endswith(("_changed", "_added")) else ""
    name = f"zendesk.ticket.{DEEDS.get(what, 'updated')}"
    return Event(identity or told.id, name, told.detail.id, told.time, (changed,) if changed else ())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the export of tickets was read: Zendesk's own mark, empty before the first look, and the latest change when its end was seen.

    What was made after that is new, and so is what was made in that very second and is not among `known` (each a number and when it was made).
    """

    at: datetime
    cursor: str = ""
    known: frozenset[tuple[str, datetime]] = frozenset()

    @classmethod
    def now(cls, moment: datetime) -> Self:
        """Where the first look begins."""
        return cls(moment - EARLIER)

    @property
    def text(self) -> str:
        """As it is stored."""
        known = sorted([number, made.astimezone(UTC).isoformat()] for number, made in self.known)
        return json.dumps({"at": self.at.astimezone(UTC).isoformat(), "cursor": self.cursor, "known": known})

    @classmethod
    def of(cls, text: str) -> Self:
        """Out of what was stored. Raises Invalid."""
        try:
            data = json.loads(text)
            known = ((str(number), datetime.fromisoformat(made).astimezone(UTC)) for number, made in data["known"])
            return cls(datetime.fromisoformat(data["at"]).astimezone(UTC), str(data["cursor"]), frozenset(known))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Invalid("The checkpoint of Zendesk's changes cannot be read. Look for changes from now on.") from wrong

    @property
    def params(self) -> Mapping[str, str]:
        """What an export is asked for to go on here."""
        return {"cursor": self.cursor} if self.cursor else {"start_time": str(int(self.at.timestamp()))}


def exported(data: object, since: Checkpoint) -> tuple[list[Event], Checkpoint, bool]:
    """The changes on one page of an export, the checkpoint behind it, and whether it is the last for now. Raises Invalid."""
    if not isinstance(data, Mapping) or not isinstance(data.get("tickets"), list):
        raise Invalid("Zendesk's export has no tickets; the bot cannot go on.")
    if not isinstance(data.get("end_of_stream"), bool):
        raise Invalid("Zendesk's export has no usable 'end_of_stream'; the bot cannot go on.")
    rows = [seen(row) for row in data["tickets"]]
    found = [change(row, since) for row in rows]
    latest = max((since.at, *(event.at for event in found)))
    is_last: bool = data["end_of_stream"]
    seconds = {latest} if is_last else {latest, since.at}
    known = frozenset(one for one in since.known | {(row.number, row.made) for row in rows} if one[1] in seconds)
    return found, Checkpoint(latest if is_last else since.at, str(data.get("after_cursor") or since.cursor), known), is_last


@dataclass(frozen=True, slots=True)
class Seen:
    """One state of one ticket, as an export shows it. `id` is the same for every sight of this state."""

    id: str
    number: str
    made: datetime
    at: datetime
    is_deleted: bool


def seen(row: object) -> Seen:
    """A row of an export. Raises Invalid naming what is missing."""
    try:
        payload = row if isinstance(row, Mapping) else {}
        at, made, number = moment(str(payload["updated_at"])), moment(str(payload["created_at"])), str(payload["id"])
        name = f"{number} {payload['generated_timestamp']}"
        return Seen(name, number, made.astimezone(UTC), at.astimezone(UTC), payload["status"] == "deleted")
    except (KeyError, ValueError) as missing:
        raise Invalid(f"Zendesk's export has no usable {missing}; the bot cannot tell what has changed.") from missing


def change(row: Seen, since: Checkpoint) -> Event:
    """One state of one ticket as an event. It is new if it was made after all that was seen up to the last end."""
    is_new = row.made > since.at or (row.made == since.at and (row.number, row.made) not in since.known)
    deed = "deleted" if row.is_deleted else "created" if is_new else "updated"
    return Event(row.id, f"zendesk.ticket.{deed}", row.number, row.at)
