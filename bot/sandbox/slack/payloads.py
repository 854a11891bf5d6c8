"""The bodies of what Slack sends: events, commands, interactions. Only who and where is filled in here. Pure, but for fresh ids."""

from bot.sandbox.models import Payload
from bot.sandbox.slack.state import APP, BOT_USER, DOMAIN, TEAM, Channel, Workspace

TOKEN = "verification-token-of-old"  # noqa: S105 - Slack still sends one; nobody may trust it
KINDS = {"im": "im", "groups": "group", "channels": "channel"}


def event(workspace: Workspace, happened: Payload) -> Payload:
    """An event in its envelope, with a fresh event_id."""
    channel = happened.get("channel")
    about: Payload = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
    found: Payload = {
        "token": TOKEN, "team_id": TEAM, "api_app_id": APP, "event": {**happened, "event_ts": happened.get("ts", workspace.next_ts())},
        "type": "event_callback", "event_id": workspace.next_id("Ev"), "event_time": int(workspace.now()), "authorizations": [about],
        "is_ext_shared_channel": False,
    }  # fmt: skip
    return found | ({"context_team_id": TEAM, "event_context": f"4-{channel}"} if isinstance(channel, str) else {})


def spoken(message: Payload, channel: Channel, kind: str) -> Payload:
    """The event of a message: `message`, or `app_mention`, which does not tell the kind of channel."""
    shown = {name: value for name, value in message.items() if name not in ("type", "reactions", "metadata")}
    where = {"channel_type": KINDS[channel.kind]} if kind == "message" else {}
    return {**shown, "type": kind, "channel": channel.id, **where}


def command(workspace: Workspace, user: str, channel: Channel, words: tuple[str, str], response_url: str) -> Payload:
    """The fields of a slash command."""
    return {
        "token": TOKEN, "team_id": TEAM, "team_domain": DOMAIN, "channel_id": channel.id, "channel_name": shown_name(channel),
        "user_id": user, "user_name": workspace.people[user].name, "command": words[0], "text": words[1], "api_app_id": APP,
        "is_enterprise_install": "false", "response_url": response_url, "trigger_id": workspace.trigger(user),
    }  # fmt: skip


def interaction(workspace: Workspace, kind: str, user: str) -> Payload:
    """What every interaction carries, with a fresh trigger."""
    name = workspace.people[user].name
    return {
        "type": kind, "token": TOKEN, "api_app_id": APP, "team": {"id": TEAM, "domain": DOMAIN}, "enterprise": None,
        "user": {"id": user, "username": name, "name": name, "team_id": TEAM}, "is_enterprise_install": False,
        "trigger_id": workspace.trigger(user),
    }  # fmt: skip


def place(channel: Channel) -> Payload:
    """A channel, as interactions name it."""
    return {"id": channel.id, "name": shown_name(channel)}


def shown_name(channel: Channel) -> str:
    """The name that Slack gives away: none of what is private."""
    return {"im": "directmessage", "groups": "privategroup"}.get(channel.kind, channel.name)


def container(message: Payload, channel: str, *, is_ephemeral: bool) -> Payload:
    """Where a button stands."""
    thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    return {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": is_ephemeral, **thread}
