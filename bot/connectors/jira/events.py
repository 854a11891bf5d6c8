"""Jira's webhooks: whether Jira sent a request, and what it tells; and the changes that a search has found. Pure.

A signature of Jira's holds no time, so an old request can be sent again: who takes it up has to know the id of its event again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from bot.connectors import signature
from bot.connectors.checkpoint import Checkpoint, Sighting, news
from bot.connectors.event import Event
from bot.connectors.jira.records import moment
from bot.connectors.payload import Milliseconds, Payload, Words, checked, parsed
from handlers.errors import Invalid

ASKED = ("created", "updated")
"""Fields of an issue that tell whether it has changed."""
KIND = "jira.issue"
DEEDS = {"jira:issue_created": "created", "jira:issue_deleted": "deleted"}
"""Jira's names of what happened -> ours; everything else that happens to an issue is an update."""
COMMENTED = "comment_"
"""How the names begin of what happens to a comment: an update of its issue."""
OTHERS = (
    "sprint_", "board_", "jira:version_", "user_", "project_", "option_", "issuelink_", "attachment_", "worklog_", "issue_property_",
)  # fmt: skip
"""How the names begin of what may come without an issue: it is passed over."""


class Signature:
    """Jira's signature on the bytes of a webhook that was made with a secret."""

    def __init__(self, secrets: str, uri: str = "") -> None:  # noqa: ARG002 - Jira does not sign the address
        self._keys = signature.keys(secrets)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether one of the secrets signed these bytes."""
        given = headers.get("X-Hub-Signature", "")
        return signature.is_signed(given, self._keys, lambda key: f"sha256={signature.signed(key, (raw,)).hex()}")


class Issue(Payload):
    """The issue of an event."""

    key: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,30}-[0-9]{1,12}$")]


class Item(Payload):
    """One field that was changed."""

    field: Words
    fieldId: Words | None = None  # noqa: N815 - Jira's name


class Changelog(Payload):
    """What an update has changed."""

    items: list[Item] | None = None


class Told(Payload):
    """A request of Jira's."""

    webhookEvent: Annotated[str, Field(min_length=1)]  # noqa: N815 - Jira's name
    timestamp: Milliseconds
    issue: Issue
    changelog: Changelog | None = None


def events(raw: bytes, headers: Mapping[str, str]) -> Sequence[Event]:
    """What a request tells: one event, or none where it is not about an issue. Raises Invalid naming what cannot be used."""
    data = parsed("Jira", raw)
    if not isinstance(data, dict):
        raise Invalid("Jira sent something that is no event.")
    if "issue" not in data and str(data.get("webhookEvent")).startswith(OTHERS):
        return ()
    return (event(data, headers.get("X-Atlassian-Webhook-Identifier", "")[:200] or hashlib.sha256(raw).hexdigest()),)


def event(data: object, identity: str) -> Event:
    """One event. Raises Invalid."""
    told = checked(Told, data, "Jira")
    items = (told.changelog.items if told.changelog else None) or ()
    changed = [item.fieldId or item.field for item in items]
    said = ["comment"] if told.webhookEvent.startswith(COMMENTED) else []
    deed = DEEDS.get(told.webhookEvent, "updated")
    return Event(identity, f"{KIND}.{deed}", told.issue.key, told.timestamp, tuple(dict.fromkeys((*changed, *said))))


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
