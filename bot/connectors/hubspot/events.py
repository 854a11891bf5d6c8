"""What happened in HubSpot: by its webhooks (whether HubSpot sent a request, and what it tells) or found by looking. Pure but for the clock."""

import base64
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from bot.connectors import signature
from bot.connectors.checkpoint import Sighting
from bot.connectors.event import Event
from bot.connectors.hubspot import records
from bot.connectors.payload import Milliseconds, Number, Payload, Words, checked, parsed
from handlers.errors import Invalid

LONGEST_STAMP = 15
MOST = 1000
"""Events in one request; HubSpot sends a hundred at most."""
PLAIN = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")", "%2A": "*",
    "%2C": ",", "%3B": ";",
}  # fmt: skip
"""Signs of an address that HubSpot signs as themselves, however they are sent."""
TYPES = {number: kind for kind, number in records.TYPES.items()}
KINDS = frozenset(TYPES.values())
OTHERS = ("object", "conversation", "ticket", "product", "line_item")
"""First words of subscriptions to what nobody here reads: it is passed over."""
NAME = "HubSpot"
DEEDS = {"creation": "created", "deletion": "deleted", "privacyDeletion": "deleted"}
"""The last word of a subscription -> ours; everything else is an update."""


class Signature:
    """HubSpot's signature of version 3 on what is sent to `uri`, which is the address as HubSpot knows it.

    Several secrets may hold at a time, separated by commas, while they are rotated. Without a secret nothing is valid.
    """

    def __init__(self, secrets: str, uri: str, *, method: str = "POST", now: Callable[[], float] = time.time) -> None:
        self._keys = signature.keys(secrets)
        self._before = (method + plain(uri)).encode()
        self._now = now

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether one of the secrets signed these bytes within the window."""
        stamp, given = headers.get("X-HubSpot-Request-Timestamp", ""), headers.get("X-HubSpot-Signature-v3", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= LONGEST_STAMP):
            return False
        if abs(self._now() - int(stamp) / 1000) > signature.WINDOW:
            return False
        parts = (self._before, raw, stamp.encode())
        return signature.is_signed(given, self._keys, lambda key: base64.b64encode(signature.signed(key, parts)).decode())


def plain(uri: str) -> str:
    """An address as it is signed."""
    for sent, sign in PLAIN.items():
        uri = uri.replace(sent, sign).replace(sent.lower(), sign)
    return uri


class Told(Payload):
    """One event of a request. Of a link between two objects it names both, and `objectId` is not there: it is an update of the first one."""

    portalId: Number  # noqa: N815 - HubSpot's names, here and below
    subscriptionId: Number  # noqa: N815
    eventId: Number  # noqa: N815
    objectId: Number | None = None  # noqa: N815
    fromObjectId: Number | None = None  # noqa: N815
    occurredAt: Milliseconds  # noqa: N815
    subscriptionType: Annotated[str, Field(pattern=r"^[a-z_]{1,40}\.[A-Za-z]{1,40}$")]  # noqa: N815
    objectTypeId: Words | None = None  # noqa: N815
    propertyName: Words | None = None  # noqa: N815


def parted(raw: bytes) -> Sequence[bytes]:
    """The events of a request, each as a request of its own: one that is broken holds up no other. Raises Invalid for no list of events."""
    rows = parsed(NAME, raw)
    if not isinstance(rows, list) or len(rows) > MOST:
        raise Invalid(f"HubSpot sent no list of at most {MOST} events.")
    return [json.dumps([row]).encode() for row in rows]


def events(raw: bytes, headers: Mapping[str, str]) -> Sequence[Event]:  # noqa: ARG001 - each event names itself
    """What a request tells, in its own order, which need not be that of time. Raises Invalid naming what cannot be used."""
    rows = [json.loads(part) for part in parted(raw)]
    found = (event(row) for [row] in rows)
    return [one for one in found if one is not None]


def event(row: object) -> Event | None:
    """One event; None for a kind of object that nobody here reads. Raises Invalid."""
    if not isinstance(row, Mapping):
        raise Invalid("HubSpot's list of events holds something that is no event.")
    told = checked(Told, row, NAME)
    first, _, deed = told.subscriptionType.partition(".")
    kind = TYPES.get(told.objectTypeId or "") if first == "object" else first
    if kind not in KINDS:
        if first in OTHERS:
            return None
        raise Invalid("HubSpot's event has no usable 'subscriptionType': it names no kind of object.")
    about = told.fromObjectId if told.objectId is None else told.objectId
    if about is None:
        raise Invalid("HubSpot's event has no usable 'objectId': it names no object.")
    identity = ":".join(str(row.get(name, about)) for name in ("portalId", "subscriptionId", "eventId", "occurredAt", "objectId"))
    record = str(about) if kind == "contact" else f"{kind}/{about}"
    changed = (told.propertyName,) if told.propertyName else ()
    return Event(identity, f"hubspot.{kind}.{DEEDS.get(deed, 'updated')}", record, told.occurredAt, changed)


def sighting(kind: str, row: Mapping[str, Any]) -> Sighting:
    """One state of one object that a search found. Raises Invalid naming what it lacks."""
    try:
        number, stamp = str(row["id"]), str(row["updatedAt"])
        made, at = (datetime.fromisoformat(str(row[name])).astimezone(UTC) for name in ("createdAt", "updatedAt"))
    except (KeyError, ValueError, OverflowError) as missing:
        raise Invalid(f"HubSpot's answer has no usable {missing}; the bot cannot tell when this {kind} was changed.") from missing
    return Sighting(number if kind == "contact" else f"{kind}/{number}", made, at, stamp)


def gone(kind: str, rows: Iterable[Mapping[str, Any]]) -> list[Event]:
    """The objects of a page of the archive, each as its deletion, oldest first. Raises Invalid naming what one lacks."""
    try:
        found = [(datetime.fromisoformat(str(row["archivedAt"])).astimezone(UTC), str(row["id"])) for row in rows]
    except (KeyError, ValueError, OverflowError) as missing:
        raise Invalid(f"HubSpot's answer has no usable {missing}; the bot cannot tell when this {kind} was deleted.") from missing
    return [
        Event(
            f"{number} gone {at.isoformat()}", f"hubspot.{kind}.deleted", number if kind == "contact" else f"{kind}/{number}", at
        )
        for at, number in sorted(found)
    ]
