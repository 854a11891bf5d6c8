"""Pages as Zendesk cuts them: by number, or by cursor when page[size] or page[after] is sent."""

import base64
import binascii
from collections.abc import Callable
from urllib.parse import urlencode

from bot.sandbox.models import Call, Payload, Refusal

LARGEST = 100
Choice = Callable[[list[str], list[str]], list[str]]
"""Old tags and given tags -> the tags to keep."""


def bad(name: str, sentence: str) -> Refusal:
    """A refusal for a request that is not shaped as the vendor wants it."""
    message = f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} {sentence}"
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})


def paged(call: Call, name: str, values: list[Payload]) -> Payload:
    """One page of a list under `name`, in the manner that the call asks for."""
    if "page[size]" in call.query or "page[after]" in call.query:
        return _by_cursor(call, name, values)
    number, per_page = size(call.query.get("page", "1"), 10_000), size(call.query.get("per_page", str(LARGEST)), LARGEST)
    start = (number - 1) * per_page

    def link(to: int) -> str:
        return f"{call.url}{call.path}?{urlencode({**call.query, 'page': to, 'per_page': per_page})}"

    return {
        name: values[start : start + per_page],
        "count": len(values),
        "next_page": link(number + 1) if start + per_page < len(values) else None,
        "previous_page": link(number - 1) if number > 1 else None,
    }


def _by_cursor(call: Call, name: str, values: list[Payload]) -> Payload:
    per_page = size(call.query.get("page[size]", str(LARGEST)), LARGEST)
    start = 0
    if after := call.query.get("page[after]"):
        try:
            last = int(decode(after))
        except ValueError:
            raise bad("page[after]", "is not valid") from None
        start = next((place for place, value in enumerate(values, start=1) if value["id"] == last), len(values))
    shown = values[start : start + per_page]
    more = start + per_page < len(values)
    cursor = encode(str(shown[-1]["id"])) if shown else None
    rest = {key: value for key, value in call.query.items() if key != "page[after]"}
    link = f"{call.url}{call.path}?{urlencode({**rest, 'page[after]': cursor})}" if more else None
    meta = {"has_more": more, "after_cursor": cursor, "before_cursor": encode(str(shown[0]["id"])) if shown else None}
    return {name: shown, "meta": meta, "links": {"next": link, "prev": None}}


def size(text: str, largest: int) -> int:
    """A positive number out of a query parameter, cut at `largest`; 400 for anything else."""
    if not text.isdecimal() or int(text) < 1:
        raise bad("page", "must be a positive number")
    return min(int(text), largest)


def encode(text: str) -> str:
    """A cursor that nobody should read."""
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode(cursor: str) -> str:
    """What `encode` was given; ValueError for anything else."""
    try:
        return base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(cursor) from error
