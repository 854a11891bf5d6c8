"""The activities that the Bot Connector sends: only who, where and when is filled in here. Pure, but for fresh ids."""

import uuid
from datetime import UTC
from html import escape
from zoneinfo import ZoneInfo

from bot.sandbox.models import Payload
from bot.sandbox.teams.state import (
    BOT,
    BOT_NAME,
    CHANNEL,
    GENERAL,
    TEAM_GUID,
    TENANT,
    Conversation,
    Message,
    Person,
    Tenant,
)  # fmt: skip

AT = f"<at>{BOT_NAME}</at>"
"""How a mention of the bot stands in a text."""
ZONE, LOCALE = "Europe/Berlin", "en-GB"


def activity(tenant: Tenant, service_url: str, kind: str, who: Person, where: tuple[Conversation, str]) -> Payload:
    """What every activity carries. `where` is the conversation and, in a channel, the post that it is about."""
    now = tenant.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    local = tenant.clock().astimezone(ZoneInfo(ZONE)).isoformat(timespec="milliseconds")
    conversation, thread = where
    client = {"type": "clientInfo", "locale": LOCALE, "country": "DE", "platform": "Web", "timezone": ZONE}
    return {
        "type": kind, "id": f"f:{uuid.uuid4()}", "timestamp": now, "localTimestamp": local, "localTimezone": ZONE, "locale": LOCALE,
        "channelId": CHANNEL, "serviceUrl": service_url, "from": who.as_sender, "recipient": {"id": BOT, "name": BOT_NAME},
        "conversation": place(conversation, thread), "entities": [client], "channelData": channel_data(tenant, conversation),
    }  # fmt: skip


def place(conversation: Conversation, thread: str = "") -> Payload:
    """A conversation, as activities name it."""
    rest: Payload = {} if conversation.kind == "personal" else {"isGroup": True, "name": conversation.name}
    return {"id": conversation.address(thread), "conversationType": conversation.kind, "tenantId": TENANT, **rest}


def channel_data(tenant: Tenant, conversation: Conversation) -> Payload:
    """What only Teams says about a place."""
    found: Payload = {"tenant": {"id": TENANT}}
    if conversation.kind == "channel":
        team = {"id": GENERAL, "name": tenant.team_name, "aadGroupId": TEAM_GUID}
        found |= {"teamsChannelId": conversation.id, "teamsTeamId": GENERAL, "team": team}
        found |= {"channel": {"id": conversation.id, "name": conversation.name}}
    return found


def spoken(text: str, *, has_mention: bool) -> Payload:
    """The words of a message; with a mention they come as HTML, too, in an attachment that nobody attached."""
    if not has_mention:
        return {"text": text, "textFormat": "plain", "attachments": []}
    shown = text if AT in text else f"{AT} {text}"
    mentioned = f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">{BOT_NAME}</span>'
    html = f"<p>{escape(shown, quote=False).replace(escape(AT, quote=False), mentioned)}</p>"
    return {"text": shown, "textFormat": "plain", "attachments": [{"contentType": "text/html", "content": html}]}


def attached(service_url: str, name: str, title: str) -> Payload:
    """A file that somebody sends, with the address at which it is handed out for a few minutes."""
    at = service_url.removesuffix("/connector/")
    content = {"downloadUrl": f"{at}/files/{name}?tempauth=v1.{name}", "uniqueId": name, "fileType": title.rpartition(".")[2]}
    shared = f"https://harbourlight-my.sharepoint.com/personal/{name}/{title}"
    return {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "contentUrl": shared,
        "name": title,
        "content": content,
    }


def mention() -> Payload:
    """The entity of a mention of the bot."""
    return {"type": "mention", "mentioned": {"id": BOT, "name": BOT_NAME}, "text": AT}


def invoke(name: str, value: Payload, *, reply_to: str = "") -> Payload:
    """What makes an activity an invoke."""
    rest = {"replyToId": reply_to} if reply_to else {}
    return {"name": name, "value": value, **rest}


def picked(message: Message, who: Person | None, link: str) -> Payload:
    """A message, as an action on it tells it to the bot: the text is HTML there. None: the bot itself said it."""
    user = who and {"userIdentityType": "aadUser", "id": who.aad_object_id, "displayName": who.name}
    application = None if who else {"applicationIdentityType": "bot", "id": BOT.removeprefix("28:"), "displayName": BOT_NAME}
    reply = {"replyToId": message.thread} if message.thread and message.thread != message.id else {}
    return {
        "id": message.id, "createdDateTime": message.activity.get("timestamp"), "deleted": False, "subject": None,
        "importance": "normal", "locale": LOCALE, "linkToMessage": link, "attachments": [], "mentions": [], "reactions": [],
        "from": {"device": None, "conversation": None, "user": user, "application": application},
        "body": {"contentType": "html", "content": f"<div>{escape(message.text, quote=False)}</div>"}, **reply,
    }  # fmt: skip
