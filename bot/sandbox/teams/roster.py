"""Who is in a conversation, what it is, and how a new one begins."""

import base64
import binascii
from collections.abc import Callable, Mapping

from bot.sandbox.models import Payload
from bot.sandbox.teams.state import BOT, TENANT, Conversation, Person
from bot.sandbox.teams.world import Answer, Refused, World

PAGE = 200
"""Members of a page unless the bot asks for another number."""
Say = Callable[[Conversation, str, Payload], Answer]


def create(world: World, body: Payload, say: Say) -> Answer:
    """The chat with one person, always the same one, or a new post in a channel. Raises Refused."""
    data = _mapping(body.get("channelData"))
    if _mapping(body.get("bot")).get("id") != BOT:
        raise Refused(400, "BadSyntax", "bot.id is not this bot's.")
    if body.get("isGroup"):
        return _post(world, str(_mapping(data.get("channel")).get("id")), body, say)
    tenant = body.get("tenantId") or _mapping(data.get("tenant")).get("id")
    if tenant != TENANT:
        raise Refused(400, "BadSyntax", "Bad format of conversation ID: the tenant is missing or another one.")
    person = _only(world, body.get("members"))
    if not person.is_installed:
        raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
    chat = world.tenant.personal(person.id)
    activity = body.get("activity")
    more = (say(chat, "", activity)[1] or {}) if isinstance(activity, dict) else {}
    return 201, {"id": chat.id, **({"activityId": more["id"]} if more else {})}


def about(conversation: Conversation) -> Payload:
    """A conversation, as the connector describes it."""
    rest = {"name": conversation.name} if conversation.name else {}
    is_group = conversation.kind != "personal"
    return {"id": conversation.id, "conversationType": conversation.kind, "isGroup": is_group, "tenantId": TENANT, **rest}


def member(world: World, conversation: Conversation, name: str) -> Payload:
    """A member by their id in Teams or in the directory. Raises Refused."""
    for person in people(world, conversation):
        if name in (person.id, person.aad_object_id):
            return person.as_member
    raise Refused(404, "MemberNotFoundInConversation", "Member not found in conversation.")


def page(world: World, conversation: Conversation, query: Mapping[str, str]) -> Payload:
    """Some of the members, and the token of the next ones unless there are none. Raises Refused."""
    wanted = query.get("pageSize") or str(PAGE)
    if not (wanted.isascii() and wanted.isdecimal() and int(wanted)):
        raise Refused(400, "BadArgument", "pageSize is no number.")
    size = min(int(wanted), world.tenant.largest_page)
    start = _start(query.get("continuationToken", ""))
    there = people(world, conversation)
    onward = {"continuationToken": _token(start + size)} if start + size < len(there) else {}
    return {"members": [person.as_member for person in there[start : start + size]], **onward}


def people(world: World, conversation: Conversation) -> list[Person]:
    """Everybody in a conversation."""
    return [world.tenant.people[name] for name in conversation.members]


def _post(world: World, channel: str, body: Payload, say: Say) -> Answer:
    conversation, _ = world.place(channel)
    activity = body.get("activity")
    if conversation.kind != "channel" or not isinstance(activity, dict):
        raise Refused(400, "BadSyntax", "A new post needs a channel and an activity.")
    _, answer = say(conversation, "", activity)
    name = (answer or {})["id"]
    return 201, {"id": conversation.address(name), "activityId": name}


def _only(world: World, members: object) -> Person:
    """The one person of a new chat. Raises Refused."""
    several = members if isinstance(members, list) else []
    if len(several) != 1:
        raise Refused(400, "BadSyntax", "A chat begins with one member.")
    name = _mapping(several[0]).get("id")
    found = next((each for each in world.tenant.people.values() if name in (each.id, each.aad_object_id)), None)
    if found is None:
        raise Refused(400, "BadArgument", "Failed to decrypt pairwise id")
    return found


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode()


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("from:"))
    except (binascii.Error, ValueError):
        raise Refused(400, "BadArgument", "The continuation token is not valid.") from None
