"""The direct message with a person."""

from collections.abc import Mapping

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.receive import text
from handlers.errors import Unavailable


async def direct(api: SlackApi, team: str, user: str) -> str:
    """Its channel, opened where there was none. Raises SlackRefused, Unavailable."""
    answer = await api.write(team, "conversations.open", users=user)
    opened = answer.get("channel")
    if not isinstance(opened, Mapping) or not (channel := text(opened, "id")):
        raise Unavailable("Slack opened no direct message. Try again in a minute.")
    return channel
