"""The webhooks of the systems that are connected: who signed a request, and the events that it tells."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from bot.connectors.about import About, abouts
from bot.connectors.event import Event
from bot.settings import Settings
from handlers.errors import Invalid

ROUTE = "/hooks/{connector}"
"""Where systems send what happened; the address that HubSpot signs is PUBLIC_URL and this."""


class Verifies(Protocol):
    """`Signature` in the `events` of a connector."""

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether the system sent these very bytes, by one of its secrets."""
        ...


Reads = Callable[[bytes, Mapping[str, str]], Sequence[Event]]
"""`events` in the `events` of a connector. Raises Invalid naming what cannot be used."""
Parts = Callable[[bytes], Sequence[bytes]]
"""`parted` in the `events` of a connector that sends several events at once: each as a body of its own. Raises Invalid."""


def whole(raw: bytes) -> Sequence[bytes]:
    """The body of a system that sends one event at a time."""
    return (raw,)


class Hook:
    """The webhook of one system."""

    def __init__(self, name: str, signature: Verifies, reads: Reads, parts: Parts = whole) -> None:
        self._name = name
        self._reads = reads
        self._parts = parts
        self.verify = signature.verify

    def told(self, headers: Mapping[str, str], raw: bytes) -> Mapping[str, object]:
        """What is kept of a request: its events without a word of the system's. Of what cannot be read the body is kept, to be looked at."""
        events, unread = self._read(raw, headers)
        given: dict[str, object] = {"connector": self._name, "events": [kept(event) for event in events]}
        return given | ({"bodies": [body.decode("latin-1") for body, _ in unread]} if unread else {})

    def events(self, payload: Mapping[str, object]) -> tuple[Sequence[Event], str]:
        """The events of what was kept, and what is wrong with the rest of it; empty where nothing is."""
        found = [restored(row) for row in cast("list[Mapping[str, Any]]", payload.get("events", ()))]
        earlier = [payload["body"]] if "body" in payload else []  # as a version before this one has kept it
        bodies = cast("list[str]", payload.get("bodies", earlier))
        wrong: list[str] = []
        for body in bodies:
            events, unread = self._read(body.encode("latin-1", "replace"), {})
            found += events
            wrong += [reason for _, reason in unread]
        more = f" ({len(wrong) - 1} more like it)" if len(wrong) > 1 else ""
        return found, f"{wrong[0]}{more}" if wrong else ""

    def _read(self, raw: bytes, headers: Mapping[str, str]) -> tuple[list[Event], list[tuple[bytes, str]]]:
        """The events of a body, and its parts that cannot be read, each with the reason."""
        events, unread = list[Event](), list[tuple[bytes, str]]()
        try:
            parts = self._parts(raw)
        except Invalid as wrong:
            return [], [(raw, str(wrong))]
        for part in parts:
            try:
                events += self._reads(part, headers)
            except Invalid as wrong:
                unread.append((part, str(wrong)))
        return events, unread


def kept(event: Event) -> Mapping[str, object]:
    """An event as JSON data."""
    return {"id": event.id, "name": event.name, "record": event.record, "at": event.at.isoformat(), "fields": list(event.fields)}


def restored(row: Mapping[str, Any]) -> Event:
    """An event out of JSON data."""
    return Event(row["id"], row["name"], row["record"], datetime.fromisoformat(row["at"]), tuple(row["fields"]))


def hooks(settings: Settings) -> Mapping[str, Hook]:
    """The webhooks that are configured: their connector is on, and the secret that signs them is set."""
    found = {name: (about, secret_of(about, settings)) for name, about in abouts().items() if about.is_on(settings)}
    return {name: hook(name, secrets, settings.public_url) for name, (_, secrets) in found.items() if secrets}


def secret_of(about: About, settings: Settings) -> str:
    """What signs a system's webhooks: the one of its settings that may be two secrets while they are rotated. Empty: none."""
    name = next((name for name, one in about.settings.items() if one.kind == "secrets"), "")
    return settings.value(name) if name else ""


def hook(name: str, secrets: str, public_url: str) -> Hook:
    """The webhook of a connector, by the `events` in its folder."""
    room = importlib.import_module(f"bot.connectors.{name}.events")
    signature = room.Signature(secrets, f"{public_url.rstrip('/')}{ROUTE.format(connector=name)}")
    return Hook(name, cast("Verifies", signature), cast("Reads", room.events), cast("Parts", getattr(room, "parted", whole)))
