"""Answers that appear as they are written. Only what has passed every check is ever streamed: streamed words are public at once."""

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.receive import text
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.words import Message
from bot.watch import log
from handlers.errors import Busy, Unavailable

PIECE = 400
"""Characters a piece: large enough that an answer takes few calls."""
OLD = frozenset({"unknown_method", "method_not_supported_for_channel_type", "not_allowed_token_type", "missing_scope"})
"""Refusals after which a workspace is not asked for a stream again."""
logger = log.get("slack")


class Streams:
    """Streams in direct messages; where Slack has none, or is busy, the caller posts the message as a whole."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._without: set[str] = set()

    async def say(self, team: str, channel: str, thread: str, message: Message, *, to: str) -> str:
        """The id of the streamed message; empty when nothing was sent. Raises Unknown when nobody can say.

        A stream that Slack closes halfway (it does after some minutes) is finished by an ordinary update.
        """
        if team in self._without or not thread:
            return ""
        try:
            begun = await self._api.write(
                team, "chat.startStream", channel=channel, thread_ts=thread, recipient_team_id=team, recipient_user_id=to
            )
        except SlackRefused as refused:
            if refused.code in OLD:
                self._without.add(team)
            logger.info("no stream", code=refused.code)
            return ""
        except (Busy, Unavailable):
            return ""
        ts = text(begun, "ts")
        if ts:
            await self._finish(team, channel, ts, message)
        return ts

    async def _finish(self, team: str, channel: str, ts: str, message: Message) -> None:
        shown = {"text": message.text, "blocks": list(message.blocks)}
        try:
            words = message.markdown
            for start in range(0, len(words), PIECE):
                piece = words[start : start + PIECE]
                await self._api.write(team, "chat.appendStream", channel=channel, ts=ts, markdown_text=piece)
            await self._api.write(team, "chat.stopStream", channel=channel, ts=ts)
        except (SlackRefused, Busy, Unavailable) as ended:
            logger.info("stream ended early", reason=str(ended))
        # The stream shows the bare words; the whole message, with its sources and buttons, takes their place.
        await self._api.write(team, "chat.update", channel=channel, ts=ts, **shown)
