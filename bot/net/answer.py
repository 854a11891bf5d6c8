"""What a system said, made ours: its JSON, or the trouble that its status means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from handlers.errors import Busy, Invalid, NotFound, Trouble, Unknown

MAX_ANSWER = 8 * 1024 * 1024
"""Bytes; no record is that large."""
LONGEST_WAIT = 3600.0
"""Seconds; a system that asks for more is asked again after this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A system's answer: a status below 400, and its JSON (None for an empty body)."""

    status: int
    data: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it came, whole and not understood yet."""

    status: int
    raw: bytes
    headers: Mapping[str, str]


class Rejected(Invalid):
    """The system refused the content. `status` and `data` are what it said."""

    def __init__(self, message: str, *, status: int, data: object) -> None:
        super().__init__(message)
        self.status = status
        self.data = data


async def bounded(system: str, answer: aiohttp.ClientResponse, most: int = MAX_ANSWER) -> bytes:
    """The body of an answer. Raises Unknown when it is longer than `most` bytes."""
    raw = bytearray()
    async for piece in answer.content.iter_any():
        raw += piece
        if len(raw) > most:
            raise Unknown(f"{system} answered with more than {most} bytes")
    return bytes(raw)


def understood(system: str, status: int, raw: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer as data, or the trouble that its status means."""
    if status >= 500:  # noqa: PLR2004 - HTTP's own border
        raise Unknown(f"{system} answered with status {status}")
    try:
        data = whole(json.loads(raw)) if raw.strip() else None
    except (ValueError, RecursionError):
        data = None
        if status < 400:  # noqa: PLR2004 - as above
            raise Unknown(f"{system} answered with something that is no JSON") from None
    if status < 300:  # noqa: PLR2004 - as above
        return Answer(status, data, headers)
    raise refused(system, status, data, headers)


def refused(system: str, status: int, data: object, headers: Mapping[str, str]) -> Trouble:
    """The trouble that a status of 300 to 499 means. Nothing took effect."""
    match status:
        case 401:
            return Rejected(f"{system} refuses the bot's credentials. An operator has to renew them.", status=status, data=data)
        case 403:
            return Rejected(
                f"The bot may not do this in {system}. An operator has to widen its rights.", status=status, data=data
            )
        case 404:
            return NotFound(f"{system} has no such record, or the bot may not see it.")
        case 429:
            if is_spent(data):
                return Busy(f"{system} answers no more today: its limit of requests a day is used up.", after=LONGEST_WAIT)
            wait = retry_after(headers)
            return Busy(f"{system} is busy and asks to come back in {wait:.0f} seconds.", after=wait)
        case _:
            return Rejected(f"{system} refused the request (status {status}).", status=status, data=data)


def is_spent(data: object) -> bool:
    """Whether a 429 is about a whole day, which HubSpot says in its body and with no time: its day ends at midnight where the account is,
    so it is asked again every hour.
    """
    return isinstance(data, Mapping) and data.get("policyName") == "DAILY"


def whole(data: Any) -> Any:  # noqa: ANN401 - the vendor's JSON
    """The data with halves of characters replaced, and zero characters: a text that was cut inside an emoji can be neither hashed
    nor sent on, and PostgreSQL keeps no text with a zero in it, so that an outcome that quotes it could never be recorded.
    """
    match data:
        case str():
            return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
        case list():
            return [whole(item) for item in data]
        case dict():
            return {whole(name): whole(item) for name, item in data.items()}
        case _:
            return data


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that a 429 asks for, as a number or as a date; one second where it names none."""
    text = headers.get("Retry-After", "")
    if text.replace(".", "", 1).isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 1.0
    return min(max(seconds, 0.0), LONGEST_WAIT)
