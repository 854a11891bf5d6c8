"""The way to the bot: signed activities, as the Bot Connector sends them."""

import asyncio
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from bot.sandbox.delivery import AGAIN, BUSY, Reply, Sender
from bot.sandbox.models import Payload
from bot.sandbox.teams.issuer import Issuer

PATIENCE = 15.0
"""Seconds that the Bot Connector waits for an answer; then it sends the same activity again."""


class How(TypedDict, total=False):
    """How something is sent. `copies`: that often at once, the very same bytes. `insist`: for so many seconds it is sent again until
    somebody acknowledges it.

    `token` takes the place of the one that the issuer signs. `headers` go over the usual ones; None takes one away.
    """

    copies: int
    insist: float
    token: str
    headers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, so that it can be sent again, and the status of each answer."""

    activity: Payload
    answers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Courier:
    """Sends to `messages_url`. `patience` is in seconds, as is `insist`: for so long what the bot is too busy for is sent again, where an
    activity does not say itself how long.
    """

    issuer: Issuer
    messages_url: str = ""
    patience: float = PATIENCE
    insist: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    sender: Sender = field(default_factory=Sender)

    async def send(self, activity: Payload, how: How) -> list[Reply]:
        """Send, and the answers of all the copies. Raises ValueError when there is nowhere to send to."""
        if not self.messages_url:
            raise ValueError("Set messages_url: where the bot takes the Bot Connector's requests.")
        kept = Sent(activity)
        self.sent.append(kept)
        raw = json.dumps(activity).encode()
        replies = await self._copies(raw, how)
        began = time.monotonic()
        while not any(is_heard(reply) for reply in replies):
            own = self.insist if all(status in BUSY for status, _ in replies) else 0.0
            if time.monotonic() >= began + how.get("insist", own):
                break
            await asyncio.sleep(AGAIN)
            replies += await self._copies(raw, {**how, "copies": 1})
        kept.answers.extend(status for status, _ in replies)
        return replies

    async def again(self, number: int = -1, *, fresh_id: bool = False, how: How | None = None) -> list[Reply]:
        """Send something once more, as Teams does when it heard no answer: the same bytes, an invoke also under a new id."""
        if not self.sent:
            raise LookupError("Nothing was sent yet.")
        earlier = self.sent[number].activity
        over = {"id": f"f:{uuid.uuid4()}"} if fresh_id else {}
        return await self.send({**earlier, **over}, how or {})

    async def close(self) -> None:
        """Let go of the connections."""
        await self.sender.close()

    async def _copies(self, raw: bytes, how: How) -> list[Reply]:
        if how.get("copies", 1) < 1:
            raise ValueError("Send one copy or more.")
        token = how["token"] if "token" in how else self.issuer.sign()
        headers: dict[str, str | None] = {
            "Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)", **how.get("headers", {}),
        }  # fmt: skip
        given = {name: value for name, value in headers.items() if value is not None}
        url, patience = self.messages_url, self.patience
        copies = (self.sender.post(url, raw, given, patience=patience) for _ in range(how.get("copies", 1)))
        return list(await asyncio.gather(*copies))


def is_heard(reply: Reply) -> bool:
    """Whether an answer says that the bot has it."""
    return reply[0] in (200, 201, 202)
