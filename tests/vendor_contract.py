"""A vendor's interface document around its stand-in: notes every request and every answer that does not keep to it."""

import functools
import json
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from aiohttp import web

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"
"""The documents lie beside the checkout, or nowhere: they are no part of the project."""


@functools.cache
def api(vendor: str, root: str = "/") -> Any:
    """The vendor's document, with the stand-in's address; its paths begin at `root`."""
    from openapi_core import OpenAPI  # noqa: PLC0415 - costs a second, and only contract checks need it

    spec = json.loads((SPECS / f"{vendor}.json").read_text(encoding="utf-8"))
    return OpenAPI.from_dict(spec | {"servers": [{"url": root}]})


def contract(vendor: str, broken: list[str], *, root: str = "/", unsaid: Collection[int] = ()) -> Any:
    """A middleware that appends to `broken` whatever does not keep to the vendor's document.

    Statuses in `unsaid` are those of which the document says nothing; neither does it of a stream's events.
    """
    from openapi_core.contrib.aiohttp import (  # noqa: PLC0415 - as above
        AIOHTTPOpenAPIWebRequest,
        AIOHTTPOpenAPIWebResponse,
    )

    document = api(vendor, root)

    @web.middleware
    async def check(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        seen = AIOHTTPOpenAPIWebRequest(request, body=await request.read())
        broken.extend(f"request {request.method} {request.path}: {why(error)}" for error in document.iter_request_errors(seen))
        answer = await handler(request)
        if answer.status in unsaid or not isinstance(answer, web.Response):
            return answer
        told = document.iter_response_errors(seen, AIOHTTPOpenAPIWebResponse(answer))
        broken.extend(f"answer {request.method} {request.path}: {why(error)}" for error in told)
        return answer

    return check


def why(error: BaseException) -> str:
    """What is wrong, with its place."""
    cause = error.__cause__ or error
    details = getattr(cause, "schema_errors", [])
    return f"{cause!r} {[one.message[:200] + ' at ' + '/'.join(map(str, one.path)) for one in details]}"
