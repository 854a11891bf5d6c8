"""manifest: what a chat platform has to be told about the bot."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from bot.cli.out import Failure, Out
from bot.platforms.slack.manifest import PLACE, as_yaml
from bot.platforms.slack.manifest import manifest as slack_manifest
from bot.platforms.teams.manifest import manifest as teams_manifest
from bot.platforms.teams.manifest import package, problems
from bot.settings import Settings
from bot.settings.addresses import public_problem
from handlers.catalogue import COMMANDS

Arguments = Mapping[str, Any]


async def manifest(settings: Settings, arguments: Arguments, out: Out) -> int:
    """Print or write it. It needs no data directory, so it works before anything else does."""
    url = arguments["url"] or settings.public_url or PLACE
    if problem := public_problem(url):
        raise Failure(problem.replace("PUBLIC_URL", "--url"))
    if arguments["platform"] == "teams":
        teams(settings.teams_app_id, url, arguments, out)
    else:
        slack(url, arguments, out)
    if url == PLACE and not arguments.get("socket"):
        out.note(f"{PLACE} stands where your own address has to: use --url or set PUBLIC_URL.")
    return 0


def slack(url: str, arguments: Arguments, out: Out) -> None:
    """The manifest, to be pasted."""
    found = slack_manifest(COMMANDS.values(), url=url, socket_mode=arguments["socket"])
    out.line(json.dumps(found) if arguments["json"] else as_yaml(found).rstrip())


def teams(app_id: str, url: str, arguments: Arguments, out: Out) -> None:
    """The package, to be uploaded. Raises Failure when Teams would not take it."""
    if not app_id:
        raise Failure("The Teams app package names its bot: set TEAMS_APP_ID to the application (client) id of the registration.")
    found = teams_manifest(COMMANDS.values(), app_id=app_id, url=url, reads_channels=arguments["read_channels"])
    if wrong := problems(found):
        raise Failure(f"Teams would not take this package: {'; '.join(wrong)}. The botId comes from TEAMS_APP_ID.")
    if arguments["json"]:
        out.line(json.dumps(found, indent=2, ensure_ascii=False))
    elif str(arguments["output"]) == "-":
        sys.stdout.buffer.write(package(found))
        sys.stdout.flush()
    else:
        arguments["output"].write_bytes(package(found))
        out.line(f"Wrote {arguments['output']}.")
        out.note("Upload it in Teams: Apps, Manage your apps, Upload an app. docs/teams.md has the steps before and after.")
