"""What happened in HubSpot: by its webhooks (whether HubSpot sent a request, and what it tells) or found by search. Pure but for the clock."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connectors.checkpoint import Sighting
from bot.connectors.event import Event
from bot.connectors.hubspot import records
from handlers.errors import Invalid

WINDOW = 300
"""Seconds that a timestamp may differ from our clock; HubSpot asks to refuse what is older."""
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
DEEDS = {"creation": "created", "deletion": "deleted", "privacyDeletion": "deleted"}
"""The last word of a subscription -> ours; everything else is an update."""


class Signature:
    """HubSpot's signature of version 3 on what is sent to `uri`, which is the address as HubSpot knows it.

    Several secrets may hold at a time, separated by commas, while they are rotated. Without a secret nothing is valid.
    """

    def __init__(self, secrets: str, uri: str, *, method: str = "POST", now: Callable[[], float] = time.time) -> None:
        self._secrets = [secret.strip().encode() for secret in secrets.split(",") if secret.strip()]
        self._before = (method + plain(uri)).encode()
        self._now = now

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether one of the secrets signed these bytes within the window."""
        stamp, given = headers.get("X-HubSpot-Request-Timestamp", ""), headers.get("X-HubSpot-Signature-v3", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= LONGEST_STAMP and given.isascii()):
            return False
        if abs(self._now() - int(stamp) / 1000) > WINDOW:
            return False
        signed = self._before + raw + stamp.encode()
        return any(hmac.compare_digest(signature(secret, signed), given) for secret in self._secrets)


def signature(secret: bytes, signed: bytes) -> str:
    """The base64 of an HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def plain(uri: str) -> str:
    """An address as it is signed."""
    for sent, sign in PLAIN.items():
        uri = uri.replace(sent, sign).replace(sent.lower(), sign)
    return uri


def events(raw: bytes, headers: Mapping[str, str]) -> Sequence[Event]:  # noqa: ARG001 - each event names itself
    """What a request tells, in its own order, which need not be that of time. Raises Invalid naming what is missing."""
    try:
        rows = json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid("HubSpot sent something that is no JSON.") from None
    if not isinstance(rows, list) or len(rows) > MOST or not all(isinstance(row, dict) for row in rows):
        raise Invalid(f"HubSpot sent no list of at most {MOST} events.")
    found = (event(row) for row in rows)
    return [one for one in found if one is not None]


def event(row: Mapping[str, Any]) -> Event | None:
    """One event; None for a kind of object that nobody here reads."""
    try:
        first, _, deed = str(row["subscriptionType"]).rpartition(".")
        kind = TYPES.get(str(row.get("objectTypeId"))) if first == "object" else first
        number, stamp = whole(row["objectId"]), whole(row["occurredAt"])
        identity = ":".join(str(row[name]) for name in ("portalId", "subscriptionId", "eventId", "occurredAt", "objectId"))
        at = datetime.fromtimestamp(stamp / 1000, UTC)
    except (KeyError, ValueError, TypeError, OverflowError, OSError) as missing:
        raise Invalid(f"HubSpot's event has no usable {missing}.") from missing
    if kind not in KINDS:
        return None
    changed = row.get("propertyName")
    record = str(number) if kind == "contact" else f"{kind}/{number}"
    return Event(
        identity, f"hubspot.{kind}.{DEEDS.get(deed, 'updated')}", record, at, (changed,) if isinstance(changed, str) else ()
    )


def sighting(kind: str, row: Mapping[str, Any]) -> Sighting:
    """One state of one object that a search found. Raises Invalid naming what it lacks."""
    try:
        number, stamp = str(row["id"]), str(row["updatedAt"])
        made, at = (datetime.fromisoformat(str(row[name])).astimezone(UTC) for name in ("createdAt", "updatedAt"))
    except (KeyError, ValueError, OverflowError) as missing:
        raise Invalid(f"HubSpot's answer has no usable {missing}; the bot cannot tell when this {kind} was changed.") from missing
    return Sighting(number if kind == "contact" else f"{kind}/{number}", made, at, stamp)


def whole(value: object) -> int:
    """A number of HubSpot's, which comes as one or as text. Raises ValueError naming what is none."""
    words = str(value)
    if isinstance(value, bool) or not (words.isascii() and words.isdecimal() and len(words) <= 20):  # noqa: PLR2004 - 64 bits
        raise ValueError(f"number in {value!r}"[:60])
    return int(words)
