"""The two pages that a package of Teams has to name: what becomes of data, and on which terms the bot is used."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGES = ("privacy", "terms")
OURS = Path(__file__).with_name("pages")
LARGEST = 256 * 1024
"""Bytes of an operator's own page; what is larger is no text that somebody reads."""


def routes(data_dir: Path) -> list[AbstractRouteDef]:
    """`/privacy` and `/terms` as plain text: an operator's own `privacy.txt` and `terms.txt` in DATA_DIR, else ours."""
    return [web.get(f"/{name}", served(name, data_dir)) for name in PAGES]


def served(name: str, data_dir: Path) -> Handler:
    """The handler of one page. It is read each time: it is asked for rarely, and may be replaced while the bot runs."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=written(name, data_dir), content_type="text/plain", charset="utf-8")

    return page


def written(name: str, data_dir: Path) -> str:
    """The words of a page."""
    own = data_dir / f"{name}.txt"
    there = own if own.is_file() and own.stat().st_size <= LARGEST else OURS / f"{name}.txt"
    return there.read_text(encoding="utf-8", errors="replace")
