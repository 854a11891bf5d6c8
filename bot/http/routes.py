"""The application on the one port: health for orchestrators, and what the platforms add."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.http.gate import MAX_BODY
from bot.watch import log, metrics
from bot.watch.health import PATIENCE, Health
from handlers.errors import Unavailable

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}
ACKNOWLEDGED = frozenset({200, 202})
REJECTED = {401: "signature", 403: "origin", 421: "host"}
"""Status of a request that was turned away unread -> the reason that is counted."""
PLATFORMS = {"slack": "slack", "api": "teams", "hooks": "hooks"}
"""First part of a path -> whose front door it is; all the rest is the page's."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Read = Callable[[], Awaitable[metrics.Standing]]
logger = log.get("http")


def application(health: Health, routes: Iterable[AbstractRouteDef], *, standing: Read | None = None) -> web.Application:
    """The aiohttp application. What no route knows gets 404. With `standing` it answers scrapes, too."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[measured, plain_errors])
    app.on_response_prepare.append(harden)
    figures = [web.get("/metrics", scrape(standing))] if standing else []
    app.add_routes([web.get("/healthz", live), web.get("/readyz", readiness(health)), *figures, *routes])
    return app


def figures_only(standing: Read) -> web.Application:
    """The application on METRICS_PORT: scrapes and nothing else."""
    app = web.Application(middlewares=[plain_errors])
    app.on_response_prepare.append(harden)
    app.add_routes([web.get("/metrics", scrape(standing))])
    return app


async def live(_request: web.Request) -> web.Response:
    """The process runs and its loop turns."""
    return web.json_response({"status": "ok"})


def readiness(health: Health) -> Handler:
    """200 when every probe is content or can be done without, else 503; the reasons stand in both."""

    async def ready(_request: web.Request) -> web.Response:
        reasons, degraded = await health.reasons(), await health.degraded()
        answer = {"ready": not reasons, "reasons": {**reasons, **degraded}, **({"degraded": True} if degraded else {})}
        return web.json_response(answer, status=503 if reasons else 200)

    return ready


def scrape(standing: Read) -> Handler:
    """What Prometheus reads. A database that is down costs its own figures only; the rest tells what happened."""

    async def read(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await standing()
        except (Unavailable, TimeoutError) as down:
            logger.warning("scrape without the figures of the database", reason=str(down))
            found = None
        return web.Response(body=metrics.exposition(found), headers={"Content-Type": metrics.CONTENT_TYPE})

    return read


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """How long acknowledgements take, and what was turned away."""
    started = time.monotonic()
    answer = await handler(request)
    if request.method == "POST" and answer.status in ACKNOWLEDGED:
        metrics.ACK.observe(time.monotonic() - started)
    if reason := REJECTED.get(answer.status):
        platform = PLATFORMS.get(request.path.strip("/").partition("/")[0], "playground")
        metrics.AUTH_REJECTS.labels(platform=platform, reason=reason).inc()
    return answer


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Headers that keep a browser from guessing, framing or loading from elsewhere."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


SENTENCES: Mapping[int, str] = {
    413: "This is larger than 1 MiB, with everything that goes with it. Send a smaller file, or a part of it."
}
"""What is said instead of HTTP's own words for a status."""


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """HTTP errors as JSON with one sentence, in the place of aiohttp's text. What says itself that it is too large goes no further."""
    try:
        if request.method == "POST" and (request.content_length or 0) > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects pass
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return web.json_response({"error": SENTENCES.get(error.status, error.reason)}, status=error.status, headers=allow)
