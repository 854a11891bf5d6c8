"""The words that the server and every vendor room share: a call, an answer, a change, a refusal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

Payload = dict[str, Any]
"""One JSON object as a vendor speaks it. Its shape is checked by the room that reads it."""

Clock = Callable[[], datetime]
"""Tells the time, with its zone."""


class SandboxBroken(Exception):
    """The sandbox cannot start or go on; the message says what a person can do."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, already authenticated, with its body read. `body` is the parsed JSON or form, or None when there was none."""

    method: str
    path: str
    url: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: object

    def flag(self, name: str) -> bool:
        """Whether a yes/no query parameter says yes."""
        return self.query.get(name, "").lower() == "true"

    def names(self, name: str) -> tuple[str, ...]:
        """The comma-separated words of a query parameter; empty when it is missing."""
        return tuple(word.strip() for word in self.query.get(name, "").split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class Change:
    """A record as it stands after the write. Nothing is changed before the ledger has it on disk."""

    record: str
    after: Payload


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller, and the changes that come with it."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    changes: Sequence[Change] = ()


class Refusal(Exception):
    """The vendor says no: carries the answer in the vendor's own shape."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(f"refused with {status}")
        self.answer = Answer(status, body)


@dataclass(frozen=True, slots=True)
class Route:
    """One vendor path. `path` is an aiohttp pattern; a `public` one is answered without sign-in: there one gets what to sign in with."""

    method: str
    path: str
    handle: Callable[[Call], Answer]
    public: bool = False


class Vendor(Protocol):
    """What the server needs from a vendor room. All of it is synchronous and touches nothing but `records`.

    `page` is where people open a record, as an aiohttp pattern with `{id}`.
    """

    name: str
    email: str
    token: str
    page: str
    records: dict[str, Payload]

    def routes(self) -> Iterable[Route]:
        """Every path that this vendor answers."""
        ...

    def settings(self, url: str) -> Mapping[str, str]:
        """The settings that point the bot at the stand-in on this address, and sign it in."""
        ...

    def authenticated(self, authorization: str) -> bool:
        """Whether the Authorization header belongs to somebody the vendor knows."""
        ...

    def trouble(self, status: int, sentence: str) -> Answer:
        """A failure that is not the fault of one field (401, 404, bad JSON), in the vendor's own shape."""
        ...

    def edited(self, record: str, fields: Payload) -> Payload:
        """The record after a person changed `fields` in the vendor's own pages; KeyError when there is no such record."""
        ...


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)
