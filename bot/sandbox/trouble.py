"""The scripted faults around every request of a chat platform's stand-in, before its effect or after it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.faults import Fault, Faults

OUTSIDE = ("/_sandbox/",)
"""Paths that no fault hits: our own."""
Missed = Callable[[web.Request, Fault], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Lets the faults strike, outside of some paths. `missed` is told of a request that was never carried out.

    `bodies` is what the platform says with a status, for faults that bring no body.
    """

    faults: Faults
    stopping: asyncio.Event
    missed: Missed
    outside: tuple[str, ...] = OUTSIDE
    bodies: Mapping[int, object] = field(default_factory=dict)

    def middleware(self) -> Middleware:
        """For the application."""

        @web.middleware
        async def strike(request: web.Request, handler: Handler) -> web.StreamResponse:
            fault = None if request.path.startswith(self.outside) else self.faults.strike(request.method, request.path)
            if fault is None:
                return await handler(request)
            return await (self._after if fault.late else self._before)(request, handler, fault)

        return strike

    async def _before(self, request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
        if fault.kind == "delay":
            await self._wait(fault.seconds)
            return await handler(request)
        if fault.kind == "duplicate":
            await handler(request)
            return await handler(request)
        await self.missed(request, fault)
        if fault.kind == "status":
            return self._refused(fault)
        if fault.kind == "hang":
            await self._wait(None)
        return cut(request)

    async def _after(self, request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
        answer = await handler(request)
        match fault.kind:
            case "status":
                return self._refused(fault)
            case "delay":
                await self._wait(fault.seconds)
                return answer
            case "malformed":
                return web.Response(status=answer.status, text='{"half": [1, 2', content_type="application/json")
            case "half_body":
                await half(request, answer)
            case "hang":
                await self._wait(None)
        return cut(request)

    def _refused(self, fault: Fault) -> web.Response:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        body = self.bodies.get(fault.status) if fault.body is None else fault.body
        if body is None:
            return web.Response(status=fault.status, headers=headers)
        return web.json_response(body, status=fault.status, headers=headers)

    async def _wait(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return


def cut(request: web.Request) -> web.Response:
    """Break the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def half(request: web.Request, answer: web.StreamResponse) -> None:
    """Promise the whole body, send half of it."""
    raw = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b'{"ok": true}'
    stream = web.StreamResponse(
        status=answer.status, headers={"Content-Type": "application/json", "Content-Length": str(len(raw))}
    )
    await stream.prepare(request)
    await stream.write(raw[: len(raw) // 2])
