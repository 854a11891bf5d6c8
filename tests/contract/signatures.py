"""How each vendor signs its webhooks, written down once more by itself: the program's own code signs nothing here."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

PUBLIC = "https://bot.example.com"
SECRETS = ("the new one", "the old one")
"""Both hold while they are rotated; the first is the newer."""


def mac(secret: str, *parts: bytes, algorithm: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), b"".join(parts), algorithm).digest()


def base64d(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


class Vendor(Protocol):
    """One vendor's webhook: a body that it might send, and the headers that it would send with it."""

    name: str
    header: str
    stamped: str
    """The header of the time that is signed; empty where there is none."""

    def body(self, number: int = 1) -> Any: ...

    def sign(self, raw: bytes, secret: str = SECRETS[0], *, off: float = 0.0) -> dict[str, str]: ...


@dataclass(frozen=True)
class Jira:
    name: str = "jira"
    header: str = "X-Hub-Signature"
    stamped: str = ""

    def body(self, number=1):
        return {"webhookEvent": "jira:issue_updated", "timestamp": 1763629200000 + number, "issue": {"key": f"SUP-{number}"}}

    def sign(self, raw, secret=SECRETS[0], *, off=0.0):  # noqa: ARG002 - Jira signs no time
        return {self.header: f"sha256={mac(secret, raw).hex()}", "X-Atlassian-Webhook-Identifier": "w-1"}


@dataclass(frozen=True)
class Zendesk:
    name: str = "zendesk"
    header: str = "X-Zendesk-Webhook-Signature"
    stamped: str = "X-Zendesk-Webhook-Signature-Timestamp"

    def body(self, number=1):
        told = {"id": f"e-{number}", "subject": f"zen:ticket:{number}", "detail": {"id": str(number)}}
        return told | {"type": "zen:event-type:ticket.status_changed", "time": "2026-11-20T09:00:00Z"}

    def sign(self, raw, secret=SECRETS[0], *, off=0.0):
        stamp = datetime.fromtimestamp(time.time() + off, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.at(stamp, raw, secret)

    def at(self, stamp: str, raw: bytes, secret: str = SECRETS[0]) -> dict[str, str]:
        return {self.header: base64d(mac(secret, stamp.encode(), raw)), self.stamped: stamp}


@dataclass(frozen=True)
class HubSpot:
    name: str = "hubspot"
    header: str = "X-HubSpot-Signature-v3"
    stamped: str = "X-HubSpot-Request-Timestamp"

    def body(self, number=1):
        row = {"portalId": 77, "subscriptionId": 5, "eventId": number, "occurredAt": 1763629200000, "objectId": 701}
        return [row | {"subscriptionType": "contact.propertyChange", "propertyName": "lifecyclestage", "attemptNumber": 0}]

    def sign(self, raw, secret=SECRETS[0], *, off=0.0):
        return self.at(str(round((time.time() + off) * 1000)), raw, secret)

    def at(self, stamp: str, raw: bytes, secret: str = SECRETS[0], *, uri: str = f"{PUBLIC}/hooks/hubspot", method: str = "POST"):
        return {self.header: base64d(mac(secret, method.encode(), uri.encode(), raw, stamp.encode())), self.stamped: stamp}


VENDORS: Mapping[str, Vendor] = {one.name: one for one in (Jira(), Zendesk(), HubSpot())}


@dataclass(frozen=True)
class Sent:
    """A request, and how it has to be answered. `kept` is how many jobs stand in the ledger afterwards."""

    raw: bytes
    headers: Any
    status: int = 401
    path: str = ""
    method: str = "POST"
    times: int = 1

    @property
    def kept(self) -> int:
        return int(self.status == 202)


@dataclass(frozen=True)
class Body:
    """A body as bytes, and what becomes of it on a bad way."""

    vendor: Vendor
    raw: bytes = field(default=b"")

    @classmethod
    def of(cls, vendor: Vendor) -> "Body":
        return cls(vendor, json.dumps(vendor.body()).encode())

    def changed(self, place: int) -> bytes:
        raw = bytearray(self.raw)
        raw[place] ^= 1
        return bytes(raw)


def digest_of(headers: Mapping[str, str], vendor: Vendor) -> bytes:
    """The digest in a signature."""
    given = headers[vendor.header]
    return bytes.fromhex(given.partition("=")[2]) if vendor.name == "jira" else base64.b64decode(given)


def spelled(vendor: Vendor, digest: bytes) -> str:
    """A digest as the other vendors write it: hexadecimal for base64, and the other way."""
    return f"sha256={base64d(digest)}" if vendor.name == "jira" else digest.hex()


def sha1(vendor: Vendor, raw: bytes) -> str:
    """The same with an algorithm that does not count."""
    digest = mac(SECRETS[0], raw, algorithm="sha1")
    return f"sha1={digest.hex()}" if vendor.name == "jira" else base64d(digest)


def plainly(raw: bytes) -> str:
    """A hash without any secret, as somebody makes it who has none."""
    return hashlib.sha256(raw).hexdigest()
