"""The one way in for a delivery: size cap -> verify the raw bytes -> parse -> record -> answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.watch import log
from handlers.errors import Invalid, Unavailable

MAX_BODY = 1024 * 1024
"""Bytes of a POST; more gets 413."""
logger = log.get("gate")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a verified request asks for: the job it becomes. `event_id` is the same for every copy of it."""

    source: str
    event_id: str
    kind: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Gate:
    """`verify` sees raw bytes only; `parse` raises Invalid; `record` is durable when it returns and says whether it was new."""

    verify: Callable[[Mapping[str, str], bytes], bool]
    parse: Callable[[bytes], Delivery]
    record: Callable[[Delivery], Awaitable[bool]]

    async def __call__(self, request: web.Request) -> web.Response:
        """202 once recorded (also for a copy), 401, 400, 413 or 503. No body is ever logged."""
        raw = await request.read()
        if not self._verified(request.headers, raw):
            return refuse(401, "This request does not carry a valid signature.")
        try:
            delivery = self.parse(raw)
        except Invalid as wrong:
            return refuse(400, str(wrong))
        try:
            new = await self.record(delivery)
        except Unavailable as down:
            logger.warning("delivery not recorded", source=delivery.source, reason=str(down))
            return refuse(503, "This could not be recorded. Send it again.")
        return web.json_response({"id": delivery.event_id, "new": new}, status=202)

    def _verified(self, headers: Mapping[str, str], raw: bytes) -> bool:
        try:
            return self.verify(headers, raw)
        except (ValueError, TypeError):  # a header of strange bytes is no signature, and never a 5xx
            return False


def refuse(status: int, sentence: str) -> web.Response:
    """An error as JSON."""
    return web.json_response({"error": sentence}, status=status)
