"""What a link to a record shows: the stand-in's own plain page, as a person would look at it in the vendor's product."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Protocol

from aiohttp import web

from bot.sandbox.models import Payload

STYLE = "body{font:15px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}th{text-align:left;vertical-align:top;padding-right:1rem}"


class Shown(Protocol):
    """What the page needs from a stand-in."""

    def record(self, record: str | int) -> Payload:
        """The record as it stands now."""
        ...


def add_routes(router: web.UrlDispatcher, standin: Shown, path: str) -> None:
    """Hang the page of a record into a stand-in's application."""

    async def show(request: web.Request) -> web.Response:
        name = request.match_info["id"]
        try:
            rows = "".join(
                f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in leaves(standin.record(name))
            )
        except KeyError:
            raise web.HTTPNotFound(text=f"There is no record {name}.") from None
        body = f"<!doctype html><title>{escape(name)}</title><style>{STYLE}</style><h1>{escape(name)}</h1><table>{rows}</table>"
        return web.Response(text=body, content_type="text/html")

    router.add_get(path, show)


def leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a record that is no container, with the path to it; empty ones are left out."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from leaves(inner, f"{name} {number}")
    elif value not in (None, ""):
        yield name, str(value)
