"""Answers that appear as they are written. Only what has passed every check is ever streamed: streamed words are public at once."""

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.receive import text
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.words import Message
from bot.watch import log
from handlers.errors import Busy, NotFound, Unavailable, Unknown

PIECE = 400
"""Characters a piece: large enough that an answer takes few calls."""
OLD = frozenset(
    {"unknown_method", "http_404", "method_not_supported_for_channel_type", "not_allowed_token_type", "missing_scope"}
)
"""Refusals after which a workspace is not asked for a stream again."""
STREAMING = "streaming_state_conflict"
"""Refusal of an update while a stream is open."""
logger = log.get("slack")


class Streams:
    """Streams in direct messages; where Slack has none, or is busy, the caller posts the message as a whole."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._without: set[str] = set()

    async def begin(self, team: str, channel: str, thread: str, *, to: str) -> str:
        """The id of a new, empty stream; empty when there is none. Raises Unknown when nobody can say."""
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
        except (Busy, NotFound, Unavailable):
            return ""
        return text(begun, "ts")

    async def finish(self, team: str, channel: str, ts: str, message: Message, *, is_new: bool) -> None:
        """Stream the words, then put the whole message in their place. A stream that Slack closed halfway is just updated.

        Raises Unavailable while Slack still takes it for a stream, Busy, Unknown.
        """
        words = message.markdown if is_new else ""
        steps = [("chat.appendStream", {"markdown_text": words[at : at + PIECE]}) for at in range(0, len(words), PIECE)]
        for method, given in (*steps, ("chat.stopStream", {})):
            try:
                await self._api.write(team, method, channel=channel, ts=ts, **given)
            except (SlackRefused, Busy, Unavailable, Unknown) as ended:
                logger.info("stream ended early", method=method, reason=str(ended))
        try:
            await self._api.write(team, "chat.update", channel=channel, ts=ts, text=message.text, blocks=list(message.blocks))
        except SlackRefused as refused:
            if refused.code != STREAMING:
                raise
            raise Unavailable("Slack has not ended the stream of this answer yet.") from refused
