"""Socket Mode: the same envelopes over a WebSocket that the bot opens. What is not acknowledged in time is sent again."""

import asyncio
import contextlib
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.sandbox.models import Payload
from bot.sandbox.slack.asked import Asked, World
from bot.sandbox.slack.state import APP

ATTEMPTS = 4
"""How often an envelope is sent: once, and three times again."""


@dataclass(slots=True)
class Hub:
    """The open connections. `ack_within` is in seconds. `sent` keeps every envelope as it went out, copies too."""

    ack_within: float = 3.0
    sent: list[Payload] = field(default_factory=list)
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[object]] = field(default_factory=dict)
    _turn: int = 0

    def open(self, world: World, asked: Asked) -> Payload:  # noqa: ARG002 - every method takes the call
        """apps.connections.open: an address that is good for one connection."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return {"url": f"{world.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection of the bot's, until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.remove(ticket)
        line = web.WebSocketResponse(autoping=True, timeout=0.2)
        await line.prepare(request)
        about = {"host": "standin", "approximate_connection_time": 18_060}
        hello = {"type": "hello", "num_connections": len(self.connections) + 1, "connection_info": {"app_id": APP}}
        await line.send_json(hello | {"debug_info": about})
        self.connections.append(line)
        try:
            async for message in line:
                if message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            self.connections.remove(line)
        return line

    async def send(self, kind: str, payload: Payload, *, retry: int = 0) -> tuple[int, object]:
        """Send an envelope until it is acknowledged: 200 and what came with it, or 0 when it never was."""
        name = str(uuid.uuid4())
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting[name] = answer
        try:
            for attempt in range(retry, retry + ATTEMPTS):
                await self._out(envelope(name, kind, payload, attempt))
                try:
                    return 200, await asyncio.wait_for(asyncio.shield(answer), self.ack_within)
                except TimeoutError:
                    continue
            return 0, "not acknowledged"
        finally:
            del self._waiting[name]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """End every connection as Slack does from time to time: it says so, then it closes."""
        for line in list(self.connections):
            await line.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}})
            await line.close()

    async def close(self) -> None:
        """End every connection without a word."""
        for line in list(self.connections):
            await line.close()

    async def _out(self, sent: Payload) -> None:
        """To one of the connections, in turn; without any it is lost, as Slack's are."""
        self._turn += 1
        alive = [line for line in self.connections if not line.closed]
        if alive:
            self.sent.append(sent)
            with contextlib.suppress(ConnectionError):  # it ended just now: what is not acknowledged is sent again
                await alive[self._turn % len(alive)].send_json(sent)

    def _heard(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return  # the client's own pings are plain words
        waiting = self._waiting.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(said.get("payload") or "")


def envelope(name: str, kind: str, payload: Payload, attempt: int) -> Payload:
    """One frame, as Slack writes it."""
    found = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
    if kind == "events_api":
        found |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
    return found
