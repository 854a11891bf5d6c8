"""The way to the bot: signed requests as Slack sends them, or envelopes over its socket."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import urlencode

from bot.sandbox.delivery import AGAIN, BUSY, Reply, Sender
from bot.sandbox.models import Clock, Payload
from bot.sandbox.slack.socket import Hub

PATIENCE = 3.0
"""Seconds that Slack waits for an answer (docs.slack.dev/apis/events-api)."""
STALE = 400
"""Seconds by which a stale request's time is off; five minutes are allowed."""
EVENTS, COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"


class How(TypedDict, total=False):
    """How something is sent. `copies`: that often at once, the very same bytes. `retry`: marked as sent again.

    `bad_signature`: signed with another secret. `stale`: signed some minutes ago. `insist`: for so many seconds it is sent again,
    marked so, until somebody acknowledges it.
    """

    copies: int
    retry: bool
    bad_signature: bool
    stale: bool
    insist: float


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, so that it can be sent again, and the status of each answer."""

    kind: str
    payload: Payload
    answers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Courier:
    """Sends to `events_url`, or through the socket. `patience` is in seconds, as is `insist`: for so long what the bot is too busy for is
    sent again, where a request does not say itself how long.
    """

    secret: str
    hub: Hub
    clock: Clock
    events_url: str = ""
    over_socket: bool = False
    patience: float = PATIENCE
    insist: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    sender: Sender = field(default_factory=Sender)

    async def send(self, kind: str, payload: Payload, how: How) -> list[Reply]:
        """Send, and the answers of all the copies. Raises ValueError when there is nowhere to send to, or no such way."""
        kept = Sent(kind, payload)
        self.sent.append(kept)
        replies = await self._copies(kind, payload, how)
        began = time.monotonic()
        while not any(status == 200 for status, _ in replies):  # noqa: PLR2004 - HTTP's own number
            own = self.insist if all(status in BUSY for status, _ in replies) else 0.0
            if time.monotonic() >= began + how.get("insist", own):
                break
            await asyncio.sleep(AGAIN)
            replies += await self._copies(kind, payload, {**how, "copies": 1, "retry": True})
        kept.answers.extend(status for status, _ in replies)
        return replies

    async def _copies(self, kind: str, payload: Payload, how: How) -> list[Reply]:
        copies = how.get("copies", 1)
        if copies < 1:
            raise ValueError("Send one copy or more.")
        if self.over_socket:
            if how.get("bad_signature") or how.get("stale"):
                raise ValueError("Nothing is signed on the socket: send over HTTP for that.")
            retry = 1 if how.get("retry") else 0
            return list(await asyncio.gather(*(self.hub.send(kind, payload, retry=retry) for _ in range(copies))))
        if not self.events_url:
            raise ValueError("Set events_url: where the bot takes Slack's requests.")
        raw, headers = self.signed(kind, payload, how)
        return list(
            await asyncio.gather(
                *(self.sender.post(self.events_url, raw, headers, patience=self.patience) for _ in range(copies))
            )
        )

    async def again(self, number: int = -1, *, how: How | None = None) -> list[Reply]:
        """Send something once more, as Slack does when it heard no answer. The last one, unless a number says otherwise."""
        if not self.sent:
            raise LookupError("Nothing was sent yet.")
        earlier = self.sent[number]
        return await self.send(earlier.kind, earlier.payload, how or {"retry": True})

    def signed(self, kind: str, payload: Payload, how: How) -> tuple[bytes, dict[str, str]]:
        """The bytes and the headers of one request."""
        stamp = str(int(self.clock().timestamp()) - (STALE if how.get("stale") else 0))
        text, content_type = written(kind, payload)
        secret = "of somebody else" if how.get("bad_signature") else self.secret
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{text}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
        again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"} if how.get("retry") else {}
        return text.encode(), headers | again | {"User-Agent": "Slackbot 1.0"}

    async def close(self) -> None:
        """Let go of the connections."""
        await self.sender.close()


def written(kind: str, payload: Payload) -> tuple[str, str]:
    """The body and its type: events are JSON, commands a form, interactions JSON inside a form."""
    if kind == EVENTS:
        return json.dumps(payload), "application/json"
    fields = payload if kind == COMMANDS else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"
