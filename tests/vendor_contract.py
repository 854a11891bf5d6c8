"""A vendor's interface document around its stand-in: notes every request and every answer that does not keep to it."""

import functools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"
"""The documents lie beside the checkout, or nowhere: they are no part of the project."""


# The documents leave out that these are null while they are empty; the vendors' own examples show it.
EMPTY: dict[str, dict[str, list[str]]] = {
    "zendesk": {
        "TicketObject": [
            "assignee_id",
            "group_id",
            "organization_id",
            "external_id",
            "problem_id",
            "forum_topic_id",
            "priority",
            "type",
            "recipient",
        ],
    },
    "jira": {"ChangeDetails": ["from", "fromString", "to", "toString"]},
}

# Jira writes the zone without a colon (2026-01-02T03:04:05.678+0000), which the document's own date-time format forbids.
STAMPS: dict[str, dict[str, list[str]]] = {
    "jira": {"Changelog": ["created"], "Comment": ["created", "updated"]},
}


@functools.cache
def api(vendor: str) -> Any:
    """The vendor's document, with the stand-in's address."""
    from openapi_core import OpenAPI  # noqa: PLC0415 - costs a second, and only contract checks need it

    spec = json.loads((SPECS / f"{vendor}.json").read_text(encoding="utf-8"))
    schemas = spec["components"]["schemas"]
    for schema, names in EMPTY.get(vendor, {}).items():
        for described in (schemas[schema]["properties"][name] for name in names):
            described["nullable"] = True
            if "enum" in described:
                described["enum"] = [*described["enum"], None]
    for schema, names in STAMPS.get(vendor, {}).items():
        for name in names:
            del schemas[schema]["properties"][name]["format"]
    for operation in (one for path in spec["paths"].values() for one in path.values() if isinstance(one, dict)):
        operation.get("responses", {}).get("204", {}).pop("content", None)  # it promises a body where HTTP forbids one
    return OpenAPI.from_dict(spec | {"servers": [{"url": "/"}]})


def contract(vendor: str, broken: list[str]) -> Any:
    """A middleware that appends to `broken` whatever does not keep to the vendor's document."""
    from openapi_core.contrib.aiohttp import (  # noqa: PLC0415 - as above
        AIOHTTPOpenAPIWebRequest,
        AIOHTTPOpenAPIWebResponse,
    )

    document = api(vendor)

    @web.middleware
    async def check(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        seen = AIOHTTPOpenAPIWebRequest(request, body=await request.read())
        broken.extend(f"request {request.method} {request.path}: {why(error)}" for error in document.iter_request_errors(seen))
        answer = await handler(request)
        told = document.iter_response_errors(seen, AIOHTTPOpenAPIWebResponse(answer))
        broken.extend(f"answer {request.method} {request.path}: {why(error)}" for error in told)
        return answer

    return check


def why(error: BaseException) -> str:
    """What is wrong, with its place."""
    cause = error.__cause__ or error
    details = getattr(cause, "schema_errors", [])
    return f"{cause!r} {[one.message[:200] + ' at ' + '/'.join(map(str, one.path)) for one in details]}"
