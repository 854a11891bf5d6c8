"""One message of the bot's in Teams: posted once, and changed where it stands."""

from bot.platforms.teams.once import ALONE, LOST, Once
from bot.platforms.teams.places import CHANNEL
from bot.platforms.teams.refusals import TeamsRefused
from bot.platforms.teams.words import Message
from bot.store.talk.conversations import Conversation
from bot.store.talk.sent import Sent
from bot.watch import log

UNKNOWN = frozenset({"", ALONE, LOST})
"""In the place of an id: a message that nobody can change, for Teams named none, or did not say whether it took the message."""
GONE = frozenset({404, 410})
"""Statuses that mean: this message is not there, as far as a change of it can tell."""
logger = log.get("teams")


class Surface:
    """Teams' Surface in one conversation."""

    def __init__(self, once: Once, where: Conversation) -> None:
        self._once = once
        self._where = where

    async def post(self, row: Sent, message: Message) -> bool:
        """See Once."""
        return await self._once.post(self._where, row, message)

    async def redraw(self, row: Sent, message: Message) -> bool:
        """Change it. Raises TeamsRefused where the bot cannot speak in the conversation any more, Busy, Unavailable."""
        try:
            await self._once.redraw(self._where, row.post, message, thread=row.thread)
        except TeamsRefused as refused:
            if refused.status not in GONE:
                raise
            logger.info("message cannot be changed", status=refused.status, code=refused.code)
            return False
        return True

    def thread(self, row: Sent) -> str:
        """The thread that a message of a channel stands in, or begins; chats have none."""
        return row.thread or (row.post if self._where.kind == CHANNEL else "")
