"""One message of the bot's in Slack: posted once, and changed where it stands."""

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.once import Once, content, split
from bot.platforms.slack.receive import NAME
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.words import Message
from bot.store.talk.sent import Sent
from bot.watch import log
from handlers.models import Place

FIXED = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Refusals that mean: this message cannot be changed, though others can be posted in its channel."""
logger = log.get("slack")


class Surface:
    """Slack's Surface."""

    def __init__(self, api: SlackApi, once: Once) -> None:
        self._api = api
        self._once = once

    async def post(self, row: Sent, message: Message) -> bool:
        """See Once."""
        return await self._once.post(Place(NAME, row.channel, row.thread), row, message)

    async def redraw(self, row: Sent, message: Message) -> bool:
        """Change it. Raises SlackRefused where the bot cannot speak in the channel any more, Busy, Unavailable, Unknown."""
        team, channel = split(row.channel)
        try:
            await self._api.write(team, "chat.update", channel=channel, ts=row.post, **content(message))
        except SlackRefused as refused:
            if refused.code not in FIXED:
                raise
            logger.info("message cannot be changed", code=refused.code)
            return False
        return True

    def thread(self, row: Sent) -> str:
        """The thread that a message stands in, or begins."""
        return row.thread or row.post
