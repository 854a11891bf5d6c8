"""The one way in for a delivery: size cap -> verify the raw bytes -> parse -> record -> answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.watch import log
from handlers.errors import Invalid, Unavailable

MAX_BODY = 1024 * 1024
"""Bytes of a POST; more gets 413."""
DEADLINE = 1.0
"""Seconds to record a delivery. The platforms wait three; after this they are told to send it again."""
MOST_LATE = 64
"""Recordings past their deadline that may still be under way; while there are more, nothing new is begun."""
logger = log.get("gate")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a verified request asks for: the job it becomes. `event_id` is the same for every copy of it."""

    source: str
    event_id: str
    kind: str
    payload: Mapping[str, object]


Record = Callable[[Delivery], Awaitable[bool]]


class Recording:
    """Recording with a deadline.

    A recording that is late is brought to its end all the same: cutting a commit off would leave nobody knowing whether it
    holds. If it did, the copy that is sent again has no second effect.
    """

    def __init__(self, record: Record, *, deadline: float = DEADLINE) -> None:
        self._record = record
        self._deadline = deadline
        self._late: set[asyncio.Task[bool]] = set()

    async def __call__(self, delivery: Delivery) -> bool:
        """Whether it was new, once it is durable. Raises Unavailable when it is not, or not in time."""
        if len(self._late) >= MOST_LATE:
            raise Unavailable("the database is too slow: earlier deliveries are still being recorded")
        task = asyncio.create_task(self._settle(delivery))
        done, _ = await asyncio.wait([task], timeout=self._deadline)
        if not done:
            self._late.add(task)
            task.add_done_callback(self._forget)
            raise Unavailable(f"the database took longer than {self._deadline:g} s")
        return task.result()

    async def _settle(self, delivery: Delivery) -> bool:
        return await self._record(delivery)

    def _forget(self, task: asyncio.Task[bool]) -> None:
        self._late.discard(task)
        if not task.cancelled() and (trouble := task.exception()) is not None:
            logger.warning("late delivery not recorded", reason=str(trouble))


@dataclass(frozen=True, slots=True)
class Gate:
    """`verify` sees raw bytes only; `parse` raises Invalid; `record` is durable when it returns and says whether it was new."""

    verify: Callable[[Mapping[str, str], bytes], bool]
    parse: Callable[[bytes], Delivery]
    record: Record
    deadline: float = DEADLINE
    _recording: Recording = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Recordings that are late are kept from one request to the next."""
        object.__setattr__(self, "_recording", Recording(self.record, deadline=self.deadline))

    async def __call__(self, request: web.Request) -> web.Response:
        """202 once recorded (also for a copy), 401, 400, 413 or 503. No body is ever logged."""
        raw = await request.read()
        if not verified(self.verify, request.headers, raw):
            return refuse(401, "This request does not carry a valid signature.")
        try:
            delivery = self.parse(raw)
        except Invalid as wrong:
            return refuse(400, str(wrong))
        try:
            new = await self._recording(delivery)
        except Unavailable as down:
            logger.warning("delivery not recorded", source=delivery.source, reason=str(down))
            return refuse(503, "This could not be recorded. Send it again.")
        return web.json_response({"id": delivery.event_id, "new": new}, status=202)


def verified(verify: Callable[[Mapping[str, str], bytes], bool], headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether a request is signed: a header of strange bytes is no signature, and never a 5xx."""
    try:
        return verify(headers, raw)
    except (ValueError, TypeError):
        return False


def refuse(status: int, sentence: str) -> web.Response:
    """An error as JSON."""
    return web.json_response({"error": sentence}, status=status)
