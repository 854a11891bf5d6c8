"""What the doctor says of Slack: whether it lets the bot in, what the bot may do there, and which workspaces need a hand."""

import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.cli.clock import ahead
from bot.platforms.slack.line import Line
from bot.platforms.slack.methods import SCOPES
from bot.platforms.slack.tokens import BotIdentity, identity_of
from bot.settings import Settings
from bot.settings.addresses import is_local
from bot.settings.environment import reveal
from bot.settings.review import Finding
from bot.store.access.installations import Installations
from bot.store.access.seal import Seal
from bot.store.database import Database
from handlers.errors import Trouble

PART = "slack"


async def slack(settings: Settings) -> tuple[Sequence[Finding], float | None]:
    """What there is to say, and how many seconds Slack's clock is ahead of ours where it told."""
    if not (reveal(settings.slack_signing_secret) or reveal(settings.slack_app_token)):
        return [Finding("ok", PART, "not connected")], None
    found = list(shape(settings))
    if not (token := reveal(settings.slack_bot_token)):
        return found, None
    before = time.time()
    try:
        async with Line(settings.slack_api_url) as line:
            said = await line.call("auth.test", token=token, form="form")
    except Trouble as trouble:
        return [*found, Finding("fail", PART, str(trouble))], None
    me = identity_of(token, said)
    found.append(Finding("ok", PART, f"connected to {me.name or me.team} as {me.bot_user}"))
    found += scopes(me)
    return found, ahead(said.headers, before)


def shape(settings: Settings) -> Iterator[Finding]:
    """What can be said of the settings without asking Slack."""
    token = reveal(settings.slack_bot_token)
    if token.startswith("xoxe."):
        hint = "is a rotating token and ends within 12 hours. Install through /slack/install, or switch token rotation off."
        yield Finding("fail", "SLACK_BOT_TOKEN", hint)
    elif token and not token.startswith("xoxb-"):
        yield Finding("warn", "SLACK_BOT_TOKEN", "does not start with xoxb-, so it may be another kind of token.")
    if settings.slack_client_id:
        if not settings.public_url:
            hint = "is empty, so Slack sends installing browsers to the first redirect URL of the app. Set it."
            yield Finding("warn", "PUBLIC_URL", hint)
        elif urlsplit(settings.public_url).scheme == "http" and not is_local(
            urlsplit(settings.public_url).hostname or "", private=False
        ):
            yield Finding("warn", "PUBLIC_URL", "is plain http: Slack sends browsers to https addresses only. Use https.")


def scopes(me: BotIdentity) -> Iterator[Finding]:
    """What the bot was granted against what it calls."""
    if not me.scopes:
        yield Finding("warn", "slack scopes", "Slack did not say what the bot was granted.")
        return
    missing, idle = sorted(SCOPES - me.scopes), sorted(me.scopes - SCOPES)
    if missing:
        hint = "Add them to the app and install it again; until then what needs them does not work."
        yield Finding("warn", "slack scopes", f"missing {', '.join(missing)}. {hint}")
    if idle:
        yield Finding("warn", "slack scopes", f"more than is used: {', '.join(idle)}. Take them out of the app.")
    if not missing and not idle:
        yield Finding("ok", "slack scopes", f"all {len(SCOPES)} that are needed, and no other")


async def workspaces(settings: Settings, database: Database, secret: bytes) -> Sequence[Finding]:
    """Where the bot is installed, and where it has to be installed again."""
    if not settings.slack_client_id:
        return []
    part = "slack workspaces"
    installations = Installations(database, Seal.derived(secret))
    try:
        teams = await installations.teams()
        found = [Finding("warn", f"{part} {team}", broken) for team, broken in teams.items() if broken]
        found += [await opened(installations, team) for team, broken in teams.items() if not broken]
    except Trouble as trouble:
        return [Finding("fail", part, str(trouble))]
    said = f"installed in {len(teams)}" if teams else "installed in none yet. Open /slack/install in a browser."
    return [Finding("ok", part, said), *(finding for finding in found if finding.level != "ok")]


async def opened(installations: Installations, team: str) -> Finding:
    """Whether a workspace's token can be read at all, under the SECRET_KEY of today."""
    part = f"slack workspaces {team}"
    try:
        found = await installations.read(team)
    except Trouble as trouble:
        return Finding("fail", part, str(trouble))
    if found.in_doubt:
        hint = "a renewal of its token had no answer. It works until the token ends; then it may need a new installation."
        return Finding("warn", part, hint)
    return Finding("ok", part, "installed")
