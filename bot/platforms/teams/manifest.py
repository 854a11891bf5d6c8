"""The app as Teams is told about it, printed from the table of commands, and the package that is uploaded. Pure."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from bot.platforms.teams.icons import color, outline
from handlers.catalogue import SHORTCUTS
from handlers.command import Command

SCHEMA = "1.29"
"""The first version that knows slash commands and messages to one person among many."""
VERSION = "1.2.1"
"""The app's version as Teams counts it. Teams takes an update only under a higher one: raise it when the manifest changes."""
BRAND = "#1f3a34"
"""The id of the command in the menu of a message."""
SCOPES = ("personal", "team", "groupChat")
TRIGGERS = {"personal": ["mention"], "team": ["mention", "slash"], "groupChat": ["mention", "slash"]}
"""Scope -> where its commands are offered; in a personal chat there is nobody to hide a message from, so there is no slash."""
LONGEST_NAME, LONGEST_FULL_NAME, LONGEST_SHORT, LONGEST_FULL, LONGEST_DEVELOPER = 30, 100, 80, 4000, 32
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_URL = 128, 4000, 2048
LONGEST_ACTION, LONGEST_ACTION_DESCRIPTION = 32, 128
MOST_LISTS, MOST_COMMANDS = 3, 12
"""Limits of the published schema for this version."""
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FILES = ("manifest.json", "color.png", "outline.png")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the package, so that the same app is the same bytes; a zip knows none earlier."""


def manifest(commands: Iterable[Command], *, app_id: str, url: str, reads_channels: bool = False) -> dict[str, Any]:
    """The manifest as data. `app_id` is the bot's (TEAMS_APP_ID), `url` where people reach the deployment.

    It asks for no permission: to be installed in a team or a chat is enough for what the bot calls. With `reads_channels` it asks the
    owners of a team to let the bot read what is said in the team's channels, also without a mention: for summaries.
    """
    at, offered = url.rstrip("/"), [entry(command) for command in commands if not command.rare]
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": VERSION,
        "id": package_id(app_id),
        "developer": {
            "name": "Countersign",
            "websiteUrl": at,
            "privacyUrl": f"{at}/privacy",
            "termsOfUseUrl": f"{at}/terms",
        },
        "name": {"short": "Countersign", "full": "Countersign: answers with sources, changes with a signature"},
        "description": {
            "short": "Answers with sources, and writes nothing before a person has approved it.",
            "full": "Answers from your team's own documents and says where it read it. Drafts changes in your systems, shows each "
            "exactly as it would be written, and writes nothing before a person has approved it.",
        },
        "icons": {"color": FILES[1], "outline": FILES[2]},
        "accentColor": BRAND,
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "supportsTargetedMessages": True,
                "supportsFiles": True,
                "commandLists": [{"scopes": [scope], "triggers": TRIGGERS[scope], "commands": offered} for scope in SCOPES],
            }
        ],
        "composeExtensions": [{"botId": app_id, "commands": list(map(action, SHORTCUTS))}],
        "validDomains": [urlsplit(url).hostname or ""],
        **(consent(app_id, at) if reads_channels else {}),
    }


def consent(app_id: str, at: str) -> dict[str, Any]:
    """What a team's owner agrees to when the app is added (resource-specific consent). `resource` is asked for and without effect."""
    permission = {"name": "ChannelMessage.Read.Group", "type": "Application"}
    return {
        "webApplicationInfo": {"id": app_id, "resource": at},
        "authorization": {"permissions": {"resourceSpecific": [permission]}},
    }


def package_id(app_id: str) -> str:
    """The app's own id, which stays the same for the same bot: Teams updates what it knows under this id."""
    return str(uuid5(NAMESPACE_URL, f"countersign:{app_id.casefold()}"))


def entry(command: Command) -> dict[str, str]:
    """One command. Teams puts its title before what the person types."""
    told = f"{command.argument}: {command.help}" if command.argument else f"{command.help[:1].upper()}{command.help[1:]}"
    return {"title": command.name, "description": told[:LONGEST_DESCRIPTION]}


def action(name: str) -> dict[str, Any]:
    """A command in the menu of a message."""
    title, told = SHORTCUTS[name].shortcut or ("", "")
    return {
        "id": name,
        "type": "action",
        "title": title,
        "description": told,
        "context": ["message"],
        "fetchTask": True,
    }


def package(found: Mapping[str, Any]) -> bytes:
    """The zip that is uploaded: the manifest and two icons, the same bytes for the same manifest."""
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in zip(FILES, (text.encode(), color(), outline()), strict=True):
            file = zipfile.ZipInfo(name, LONG_AGO)
            file.compress_type, file.external_attr, file.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(file, data)
    return held.getvalue()


def problems(found: Mapping[str, Any]) -> list[str]:
    """Why Teams would not take a manifest of ours, one sentence each; empty when it would.

    The published schema does not hold all of this: a `manifestVersion` of another version passes it.
    """
    return [*identity(found), *wording(found), *capabilities(found)]


def identity(found: Mapping[str, Any]) -> Iterator[str]:
    """Versions, ids and addresses."""
    if found["manifestVersion"] != SCHEMA or f"/v{SCHEMA}/" not in found["$schema"]:
        yield f"manifestVersion and $schema must both be those of {SCHEMA}"
    if not re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}", found["version"]):
        yield f"version must be three numbers, like 1.0.0, not {found['version']}"
    users = dict.fromkeys(user["botId"] for user in (*found["bots"], *found["composeExtensions"]))
    for where, value in (("id", found["id"]), *(("botId", user) for user in users)):
        if not GUID.fullmatch(value):
            yield f"{where} must be a GUID, not {value!r}"
    for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):
        parts = urlsplit(found["developer"][name])
        if parts.scheme not in ("http", "https") or not parts.hostname or len(found["developer"][name]) > LONGEST_URL:
            yield f"developer.{name} must be an http or https address"


def wording(found: Mapping[str, Any]) -> Iterator[str]:
    """Names and descriptions, each against its longest."""
    limits = (
        ("developer.name", found["developer"]["name"], LONGEST_DEVELOPER),
        ("name.short", found["name"]["short"], LONGEST_NAME),
        ("name.full", found["name"]["full"], LONGEST_FULL_NAME),
        ("description.short", found["description"]["short"], LONGEST_SHORT),
        ("description.full", found["description"]["full"], LONGEST_FULL),
    )
    yield from (sentence for limit in limits if (sentence := too_long(*limit)))
    for offered in (command for bot in found["bots"] for each in bot["commandLists"] for command in each["commands"]):
        for name, most in (("title", LONGEST_TITLE), ("description", LONGEST_DESCRIPTION)):
            if sentence := too_long(f"{name} of the command {offered['title'][:20]}", offered[name], most):
                yield sentence
    for action in (command for extension in found["composeExtensions"] for command in extension["commands"]):
        for name, most in (("title", LONGEST_ACTION), ("description", LONGEST_ACTION_DESCRIPTION)):
            if sentence := too_long(f"{name} of the action {action['id']}", action[name], most):
                yield sentence


def too_long(where: str, text: str, most: int) -> str:
    """The sentence against a text that is empty or longer than `most` characters; empty when it is neither."""
    return "" if 0 < len(text) <= most else f"{where} must have 1 to {most} characters, not {len(text)}"


def capabilities(found: Mapping[str, Any]) -> Iterator[str]:
    """How many of what."""
    for name in ("bots", "composeExtensions"):
        if len(found[name]) != 1:
            yield f"{name} must have one entry, not {len(found[name])}"
    for bot in found["bots"]:
        if len(bot["commandLists"]) > MOST_LISTS:
            yield f"commandLists may have {MOST_LISTS} entries, not {len(bot['commandLists'])}"
        for each in bot["commandLists"]:
            if len(each["commands"]) > MOST_COMMANDS:
                yield f"a command list may have {MOST_COMMANDS} commands, not {len(each['commands'])}"
