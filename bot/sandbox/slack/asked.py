"""One call of the Web API: its arguments, however they travelled, and the word with which it is refused."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from bot.sandbox.models import Payload
from bot.sandbox.slack.access import Access, No, Token
from bot.sandbox.slack.state import BOT_USER, Channel, Workspace

QUERY_ONLY = frozenset({
    "conversations.history", "conversations.info", "conversations.list", "conversations.members", "conversations.replies",
    "oauth.v2.access", "users.info", "users.list",
})  # fmt: skip
"""Methods that take a form or a query, and overlook a JSON body (the content types on each method's page)."""
Check = Callable[[Mapping[str, object]], list[str]]
"""What is wrong with a message or a view; nothing for one that Slack would show."""
Item = TypeVar("Item")
MOST = 999


@dataclass(frozen=True, slots=True)
class Asked:
    """A call whose token was checked. `args` holds JSON values whichever way they came."""

    method: str
    args: Payload
    token: Token | None = None

    def text(self, name: str) -> str:
        """A text; empty when it is missing."""
        value = self.args.get(name)
        return value if isinstance(value, str) else "" if value is None or isinstance(value, dict | list) else str(value)

    def flag(self, name: str) -> bool:
        """Whether a yes/no argument says yes; forms write it as 1 or true."""
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number above 0, bounded as Slack bounds a page. Raises No."""
        given = self.text(name) or str(default)
        if not (given.isascii() and given.isdecimal() and 0 < int(given) <= 10**6):
            raise No("invalid_limit")
        return min(int(given), MOST)

    def mapping(self, name: str) -> Payload:
        """An object; empty when it is missing. Raises No."""
        value = self._decoded(name)
        if value is not None and not isinstance(value, dict):
            raise No("invalid_arguments", response_metadata={"messages": [f"[ERROR] {name} must be an object"]})
        return value or {}

    def several(self, name: str) -> list[Payload] | None:
        """A list of objects, None when it is missing. Raises No, with the word for blocks."""
        value = self._decoded(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise No("invalid_blocks" if name == "blocks" else "invalid_arguments")
        return value

    def _decoded(self, name: str) -> object:
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            found: object = json.loads(value)
        except ValueError:
            raise No("invalid_blocks_format" if name == "blocks" else "invalid_arguments") from None
        return found


@dataclass(slots=True)
class World:
    """What every method works on. `refused` keeps the payloads that Slack would not have taken, with what is wrong."""

    workspace: Workspace
    access: Access
    check_message: Check
    check_view: Check
    url: str = ""
    refused: list[Payload] = field(default_factory=list)

    def judge(self, asked: Asked, payload: Payload, check: Check, word: str) -> None:
        """Refuse what Slack would refuse. Raises No."""
        if wrong := check(payload):
            self.refused.append({"method": asked.method, "payload": payload, "problems": list(wrong)})
            raise No(word, errors=list(wrong), response_metadata={"messages": [f"[ERROR] {each}" for each in wrong]})

    def channel(self, asked: Asked, name: str = "channel") -> Channel:
        """A channel that the bot can see. Raises No."""
        found = self.workspace.channels.get(asked.text(name))
        hidden = found is not None and (found.is_private or found.is_im) and BOT_USER not in found.members
        if found is None or hidden:
            raise No("channel_not_found")
        return found

    def inside(self, asked: Asked, name: str = "channel") -> Channel:
        """A channel that the bot is a member of. Raises No."""
        found = self.channel(asked, name)
        if BOT_USER not in found.members:
            raise No("not_in_channel")
        return found


async def arguments(request: web.Request, method: str) -> tuple[Payload, str]:
    """The arguments and the token of a call. Raises No for a body that is neither a form nor JSON."""
    given: Payload = dict(request.query)
    header = request.headers.get("Authorization", "")
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise No("invalid_json") from None
        if not isinstance(body, dict):
            raise No("json_not_object")
        given |= {} if method in QUERY_ONLY else body
    elif request.method == "POST":
        given |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    inside = str(given.pop("token", ""))
    return given, header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else inside


def page(items: Sequence[Item], name: Callable[[Item], str], asked: Asked, default: int = 100) -> tuple[list[Item], str]:
    """The items that the cursor asks for, and the cursor of the next ones; empty at the end. Raises No."""
    limit, start = asked.number("limit", default), 0
    if cursor := asked.text("cursor"):
        try:
            wanted = base64.b64decode(cursor, validate=True).decode().removeprefix("next:")
        except (binascii.Error, UnicodeDecodeError):
            raise No("invalid_cursor") from None
        found = [number for number, item in enumerate(items) if name(item) == wanted]
        if not found:
            raise No("invalid_cursor")
        start = found[0]
    following = items[start + limit : start + limit + 1]
    onward = base64.b64encode(f"next:{name(following[0])}".encode()).decode() if following else ""
    return list(items[start : start + limit]), onward
