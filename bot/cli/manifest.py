"""manifest: what a chat platform has to be told about the bot."""

import json
from collections.abc import Mapping
from typing import Any

from bot.cli.out import Out
from bot.platforms.slack.manifest import PLACE, as_yaml
from bot.platforms.slack.manifest import manifest as slack_manifest
from bot.settings import Settings
from handlers.catalogue import COMMANDS

Arguments = Mapping[str, Any]


async def manifest(settings: Settings, arguments: Arguments, out: Out) -> int:
    """Print it. It needs no data directory, so it works before anything else does."""
    url = arguments["url"] or settings.public_url or PLACE
    found = slack_manifest(COMMANDS.values(), url=url, socket_mode=arguments["socket"])
    out.line(json.dumps(found) if arguments["json"] else as_yaml(found).rstrip())
    if url == PLACE and not arguments["socket"]:
        out.note(f"{PLACE} stands where your own address has to: use --url or set PUBLIC_URL.")
    return 0
