"""`POST /hooks/{connector}`: what systems tell by themselves. Verified over the raw bytes, recorded with its job, then answered."""

import hashlib
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef
from multidict import CIMultiDict, MultiMapping

from bot.http.gate import Delivery, Record, Recording, refuse, verified
from bot.watch import log
from handlers.errors import Unavailable

KIND = "hook"
"""Kind of the job that reads what was recorded."""
logger = log.get("hooks")


class Hook(Protocol):
    """The webhook of one system."""

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether the system sent these very bytes."""
        ...

    def told(self, headers: Mapping[str, str], raw: bytes) -> Mapping[str, object]:
        """What is kept of the request, as the payload of its job. Never raises: what cannot be read is kept to be looked at."""
        ...


class Door:
    """One route for every system that is configured. `record` is durable when it returns and says whether it was new."""

    def __init__(self, hooks: Mapping[str, Hook], record: Record) -> None:
        self._hooks = hooks
        self._recording = Recording(record)

    def routes(self, route: str) -> list[AbstractRouteDef]:
        """The route, with `{connector}` in it."""
        return [web.post(route, self.__call__)]

    async def __call__(self, request: web.Request) -> web.Response:
        """202 once recorded (also for a copy), 401, 404 for a system that is unknown or not configured, 413 or 503.

        A copy is known by its bytes, and each event in it by the system's own id: not every system signs the id of a delivery.
        """
        name = request.match_info["connector"]
        if (hook := self._hooks.get(name)) is None:
            return refuse(404, "No webhook of this system is configured here.")
        raw, headers = await request.read(), single(request.headers)
        if not verified(hook.verify, headers, raw):
            return refuse(401, "This request does not carry a valid signature.")
        event_id = hashlib.sha256(raw).hexdigest()
        delivery = Delivery(f"hooks:{name}", event_id, KIND, hook.told(headers, raw))
        try:
            new = await self._recording(delivery)
        except Unavailable as down:
            logger.warning("delivery not recorded", source=delivery.source, reason=str(down))
            return refuse(503, "This could not be recorded. Send it again.")
        return web.json_response({"id": event_id, "new": new}, status=202)


def single(headers: MultiMapping[str]) -> Mapping[str, str]:
    """The headers that are there once. One that is there twice counts as none: who reads the other one would see another request."""
    return CIMultiDict((name, value) for name, value in headers.items() if len(headers.getall(name)) == 1)
