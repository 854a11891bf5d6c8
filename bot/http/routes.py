"""The application on the one port: health for orchestrators, and what the platforms add."""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.http.gate import MAX_BODY
from bot.watch.health import Health

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(health: Health, routes: Iterable[AbstractRouteDef]) -> web.Application:
    """The aiohttp application. What no route knows gets 404."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[plain_errors])
    app.on_response_prepare.append(harden)
    app.add_routes([web.get("/healthz", live), web.get("/readyz", readiness(health)), *routes])
    return app


async def live(_request: web.Request) -> web.Response:
    """The process runs and its loop turns."""
    return web.json_response({"status": "ok"})


def readiness(health: Health) -> Handler:
    """200 when every probe is content, else 503 with the reasons."""

    async def ready(_request: web.Request) -> web.Response:
        reasons = await health.reasons()
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    return ready


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Headers that keep a browser from guessing, framing or loading from elsewhere."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """HTTP errors as JSON with one sentence, in the place of aiohttp's text."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects pass
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return web.json_response({"error": error.reason}, status=error.status, headers=allow)
