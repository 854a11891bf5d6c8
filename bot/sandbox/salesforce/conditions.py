"""Conditional requests as Salesforce honours them: dates by the whole second on every record, entity tags on accounts only."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from bot.sandbox.models import Call, Payload, Refusal
from bot.sandbox.salesforce.refusals import refusal
from bot.sandbox.salesforce.schema import Object


def modified(record: Payload) -> datetime:
    """When the record was last changed by somebody, to the second: headers know no shorter time."""
    return datetime.fromisoformat(record["LastModifiedDate"]).astimezone(UTC).replace(microsecond=0)


def headers(source: Object, record: Payload) -> Mapping[str, str]:
    """What an answer says of the record's age."""
    found = {"Last-Modified": format_datetime(modified(record), usegmt=True)}
    return found | ({"ETag": _tag(record)} if source.name == "Account" else {})


def check_read(call: Call, source: Object, record: Payload) -> None:
    """Raises Refusal: 304 when the caller has this state already."""
    if source.name == "Account" and (tags := call.headers.get("If-None-Match")):
        if _tag(record) in _tags(tags):
            raise Refusal(304, None)
    elif (since := _moment(call, "If-Modified-Since")) and modified(record) <= since:
        raise Refusal(304, None)


def check_write(call: Call, source: Object, record: Payload) -> None:
    """Raises Refusal: 412 when the record is not what the caller knows."""
    since = _moment(call, "If-Unmodified-Since")
    if since and modified(record) > since:
        raise refusal(412, "PRECONDITION_FAILED", "The record was modified after the given date")
    if source.name == "Account" and (tags := call.headers.get("If-Match")) and _tag(record) not in _tags(tags):
        raise refusal(412, "PRECONDITION_FAILED", "The record does not match the given entity tag")


def _moment(call: Call, name: str) -> datetime | None:
    text = call.headers.get(name)
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        raise refusal(400, "INVALID_HEADER", f"The header {name} is no HTTP date") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _tag(record: Payload) -> str:
    return f'"{hashlib.sha256(record["SystemModstamp"].encode()).hexdigest()[:20]}"'


def _tags(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]
