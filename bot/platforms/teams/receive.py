"""What the Bot Connector sends -> a Letter. Pure; nothing here is trusted before the token was checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.net.http import whole
from handlers.errors import Invalid

NAME = "teams"
CHANNEL = "msteams"
"""The one channel of the Bot Connector that the bot speaks on."""
ROOT = ";messageid="
"""Stands between a channel's id and the message that began a thread."""
LONGEST_ID = 255
"""Characters of an id; Microsoft's have up to about 150."""
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """One activity. `body` is what the Bot Connector sent."""

    body: Body

    @property
    def kind(self) -> str:
        """Microsoft's own word: message, invoke, conversationUpdate, ..."""
        return text(self.body, "type")

    @property
    def name(self) -> str:
        """What an invoke asks for, `adaptiveCard/action` for a press."""
        return text(self.body, "name")

    @property
    def service_url(self) -> str:
        """Where the bot may answer."""
        return text(self.body, "serviceUrl")

    @property
    def channel_id(self) -> str:
        """The Bot Connector's word for the platform."""
        return text(self.body, "channelId")

    @property
    def conversation(self) -> str:
        """The conversation without the thread."""
        return text(part(self.body, "conversation"), "id").partition(ROOT)[0]

    @property
    def thread(self) -> str:
        """The message that began the thread; empty outside channels."""
        return text(part(self.body, "conversation"), "id").partition(ROOT)[2]

    @property
    def conversation_kind(self) -> str:
        """personal, groupChat or channel. Microsoft leaves it out in channels now and then, whose ids tell."""
        given = text(part(self.body, "conversation"), "conversationType")
        if given in ("personal", "groupChat", "channel"):
            return given
        return "channel" if ROOT in text(part(self.body, "conversation"), "id") or self.team else "personal"

    @property
    def tenant(self) -> str:
        """The company in which it was said."""
        data = part(self.body, "channelData")
        return text(part(data, "tenant"), "id") or text(part(self.body, "conversation"), "tenantId")

    @property
    def team(self) -> str:
        """The team of a channel; empty elsewhere."""
        return text(part(part(self.body, "channelData"), "team"), "id")

    @property
    def sender(self) -> str:
        """Who said it: `29:...`."""
        return text(part(self.body, "from"), "id")

    @property
    def sender_name(self) -> str:
        """How the sender is called there."""
        return text(part(self.body, "from"), "name")

    @property
    def directory_id(self) -> str:
        """The sender's id in the company's directory (Entra)."""
        return text(part(self.body, "from"), "aadObjectId")

    @property
    def me(self) -> str:
        """The bot as it is called in this conversation: `28:...`."""
        return text(part(self.body, "recipient"), "id")

    @property
    def id(self) -> str:
        """The platform's id of the message; of an event it may be empty."""
        return text(self.body, "id")

    @property
    def at(self) -> float:
        """When it was said, in seconds since 1970; 0.0 where the platform does not tell."""
        try:
            told = datetime.fromisoformat(text(self.body, "timestamp"))
            return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return 0.0

    @property
    def value(self) -> Body:
        """What an invoke carries."""
        return part(self.body, "value")

    @property
    def action(self) -> Body:
        """The action of a press: its verb, and its data with what was typed."""
        return part(self.value, "action")

    @property
    def key(self) -> str:
        """The same for every copy of the activity, and short however long Microsoft's ids are.

        An invoke that Teams sends again has a new id; where it carries the number of the request, that one stays.
        """
        where, name = text(part(self.body, "conversation"), "id"), text(self.value, "requestId") or self.id
        named = f"{self.kind}:{self.name}:{where}:{name}" if name else json.dumps(dict(self.body), sort_keys=True)
        return hashlib.sha256(named.encode()).hexdigest()[:40]


def letter(raw: bytes) -> Letter:
    """The activity in a body. Raises Invalid with what is wrong."""
    try:
        found = whole(json.loads(raw.decode()))
    except (ValueError, RecursionError):  # UnicodeDecodeError is one, too
        raise Invalid("The body is no JSON object.") from None
    if not isinstance(found, dict):
        raise Invalid("The body is no JSON object.")
    made = Letter(found)
    missing = [name for name in ("type", "serviceUrl", "channelId") if not text(found, name)]
    if not made.conversation:
        missing.append("conversation.id")
    if made.kind in ("message", "invoke"):
        missing += [] if made.sender else ["from.id"]
        missing += [] if made.id or made.kind == "invoke" else ["id"]
    if missing:
        raise Invalid(f"The activity has no {', '.join(missing)}.")
    if made.channel_id != CHANNEL:
        raise Invalid("Only Microsoft Teams is listened to.")
    if max(map(len, (made.conversation, made.sender, made.id, made.service_url, made.thread))) > LONGEST_ID:
        raise Invalid(f"An id of the activity has more than {LONGEST_ID} characters.")
    return made


def part(body: object, name: str) -> Body:
    """An object inside the body; an empty one for anything that is none."""
    found = body.get(name) if isinstance(body, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(body: Body, name: str) -> str:
    """A text of the body; empty for anything that is none."""
    found = body.get(name)
    return found if isinstance(found, str) else ""
