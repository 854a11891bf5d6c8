"""Jira's webhooks: whether Jira sent a request, and what it tells; and the changes that a search has found. Pure.

A signature of Jira's holds no time, so an old request can be sent again: who takes it up has to know the id of its event again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connectors import signature
from bot.connectors.checkpoint import Checkpoint, Sighting, news
from bot.connectors.event import Event
from bot.connectors.jira.records import moment
from handlers.errors import Invalid

ASKED = ("created", "updated")
"""Fields of an issue that tell whether it has changed."""
KIND = "jira.issue"
DEEDS = {"jira:issue_created": "created", "jira:issue_deleted": "deleted"}
"""Jira's names of what happened -> ours; everything else that happens to an issue is an update."""
COMMENTED = "comment_"
"""How the names begin of what happens to a comment: an update of its issue."""


class Signature:
    """Jira's signature on the bytes of a webhook that was made with a secret."""

    def __init__(self, secrets: str, uri: str = "") -> None:  # noqa: ARG002 - Jira does not sign the address
        self._keys = signature.keys(secrets)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether one of the secrets signed these bytes."""
        given = headers.get("X-Hub-Signature", "")
        return signature.is_signed(given, self._keys, lambda key: f"sha256={signature.signed(key, (raw,)).hex()}")


def events(raw: bytes, headers: Mapping[str, str]) -> Sequence[Event]:
    """What a request tells: one event, or none where it is not about an issue. Raises Invalid naming what is missing."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid("Jira sent something that is no JSON.") from None
    if not isinstance(data, dict):
        raise Invalid("Jira sent something that is no event.")
    identity = headers.get("X-Atlassian-Webhook-Identifier", "")[:200] or hashlib.sha256(raw).hexdigest()
    found = event(data, identity)
    return () if found is None else (found,)


def event(data: Mapping[str, Any], identity: str) -> Event | None:
    """One event; None for something that has happened to no issue: a sprint, a version, a user."""
    try:
        name = str(data["webhookEvent"])
        if "issue" not in data and not name.startswith(("jira:issue_", COMMENTED)):
            return None
        key, at = str(data["issue"]["key"]), datetime.fromtimestamp(data["timestamp"] / 1000, UTC)
        items = (data.get("changelog") or {}).get("items") or ()
        changed = [str(item.get("fieldId") or item["field"]) for item in items]
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as missing:
        raise Invalid(f"Jira's event has no usable {missing}.") from missing
    said = ["comment"] if name.startswith(COMMENTED) else []
    return Event(identity, f"{KIND}.{DEEDS.get(name, 'updated')}", key, at, tuple(dict.fromkeys((*changed, *said))))


def found(issues: Iterable[Mapping[str, Any]], since: Checkpoint) -> Iterator[tuple[Event, Checkpoint]]:
    """The changes among the issues of a search that were not told yet. Raises Invalid naming what an issue lacks."""
    return news([sighting(payload) for payload in issues], since, KIND)


def sighting(payload: Mapping[str, Any]) -> Sighting:
    """One state of an issue. Raises Invalid naming what is missing."""
    try:
        fields = payload["fields"]
        stamp = str(fields["updated"])
        return Sighting(str(payload["key"]), moment(str(fields["created"])), moment(stamp), stamp)
    except (KeyError, TypeError, ValueError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot tell what has changed.") from missing
