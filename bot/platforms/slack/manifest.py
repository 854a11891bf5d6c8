"""The app as Slack is told about it, printed from the table of commands. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from bot.platforms.slack.methods import SCOPES
from bot.platforms.slack.receive import NEWS
from handlers.command import Command

PROMPTS = (
    ("What can you do?", "/bot help"),
    ("What waits for me?", "/approvals"),
    ("Ask the handbook", "How do refunds work?"),
)
"""Suggestions in a direct message: title, and what is said when it is chosen."""
SPOKEN = ("message.channels", "message.groups", "message.im")
"""The `message` event as Slack subscribes to it, by kind of channel."""
LONGEST_DESCRIPTION, LONGEST_HINT = 2000, 1000
PLACE = "https://countersign.example.com"
"""Stands where PUBLIC_URL has to."""


def manifest(commands: Iterable[Command], *, url: str = PLACE, socket_mode: bool = False) -> dict[str, Any]:
    """The manifest as data. Over a socket Slack calls no address, so none is named."""
    listed = list(commands)
    door = {} if socket_mode else {"url": f"{url.rstrip('/')}/slack/events"}
    request = {} if socket_mode else {"request_url": f"{url.rstrip('/')}/slack/events"}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Countersign",
            "description": "Answers with sources, drafts changes, writes nothing before a person has approved it.",
            "background_color": "#1f3a34",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "countersign", "always_online": True},
            "agent_view": {
                "agent_description": "Answers from your team's own documents, and drafts changes that you approve.",
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "shortcuts": [
                {"name": title, "type": "message", "callback_id": f"{command.name}_about", "description": told}
                for command in listed
                if command.shortcut
                for title, told in [command.shortcut]
            ],
            "slash_commands": [slash(command, door) for command in listed],
        },
        "oauth_config": {
            "redirect_urls": [f"{url.rstrip('/')}/slack/oauth_redirect"],
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": events()},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def slash(command: Command, door: Mapping[str, str]) -> dict[str, Any]:
    """One slash command. Names in its text come as ids: nobody has to guess whom a name means."""
    hint = {"usage_hint": command.argument[:LONGEST_HINT]} if command.argument else {}
    told = command.help[:1].upper() + command.help[1:LONGEST_DESCRIPTION]
    return {"command": f"/{command.name}", **door, "description": told, **hint, "should_escape": True}


def events() -> list[str]:
    """What the bot listens to, and nothing more."""
    return sorted([*(NEWS - {"message"}), *SPOKEN])


def as_yaml(found: Mapping[str, Any]) -> str:
    """The manifest as it is pasted into Slack."""
    text: str = yaml.safe_dump(dict(found), sort_keys=False, allow_unicode=True, width=1000)
    return text
