"""Each message once. Teams knows no key for a message and lets no bot look into a log, so one whose answer was lost is not sent again."""

from collections.abc import Awaitable, Callable, Mapping

from bot.platforms.teams.api import TeamsApi
from bot.platforms.teams.receive import ROOT
from bot.platforms.teams.refusals import TeamsRefused
from bot.platforms.teams.words import Message
from bot.store.talk.conversations import Conversation
from bot.store.talk.sent import Sent, SentStore
from bot.watch import log
from handlers.errors import Busy, Invalid, Unavailable, Unknown

ALONE = "alone"
"""In the place of an id: a message that cannot be changed later, because one person sees it, or because Teams named no id."""
LOST = "lost"
"""In the place of an id: Teams did not say whether it took the message."""
NOTICED = 60.0
"""Seconds after which the person is told that an answer may not have arrived: Teams may just have been slow."""
TARGETED = {"isTargetedActivity": "true"}
"""Query of a message that one person of a conversation sees (teams.net, targeted messages)."""
logger = log.get("teams")


class MayBeLostError(Invalid):
    """Teams did not say whether it took a message; it is not sent again."""

    def __init__(self) -> None:
        hint = "If you do not see it, ask again; /approvals shows what waits for you."
        super().__init__(f"Teams did not say whether it took my answer, and I never send one twice. {hint}")


class Once:
    """Sends messages, announced in SQL before they go out."""

    def __init__(self, api: TeamsApi, sent: SentStore, *, bot: str) -> None:
        self._api = api
        self._sent = sent
        self._bot = bot

    async def post(
        self,
        place: Conversation,
        row: Sent,
        message: Message,
        *,
        over: Mapping[str, object] | None = None,
        stands_as: str = "",
    ) -> bool:
        """Send it, unless it was sent. True when it went out right now. `over` are fields that replace those of the message.

        `stands_as` is its id where Teams names none, as at the end of a stream: that message has stood there from the beginning.

        Raises TeamsRefused, Busy or Unavailable when it was not posted. When nobody can say: Busy at first, MayBeLostError later.
        """
        if await self._stands(row):
            return False
        body = {**activity(message, bot=self._bot), **(over or {})}
        post = await self._going(row, lambda: self._api.post(place.service_url, address(place, row.thread), body))
        await self._sent.landed(row.key, post or stands_as or ALONE)
        return True

    async def whisper(self, place: Conversation, row: Sent, message: Message, *, person: str) -> bool:
        """Send what one person of a conversation sees. False where Teams does not take such a message there; nothing was said then."""
        if await self._stands(row):
            return True
        body = {**activity(message, bot=self._bot), "recipient": {"id": person, "isTargeted": True}}
        try:
            await self._going(row, lambda: self._api.post(place.service_url, address(place, row.thread), body, params=TARGETED))
        except TeamsRefused as refused:
            logger.info("no targeted message here", status=refused.status, code=refused.code)
            return False
        await self._sent.landed(row.key, ALONE)
        return True

    async def typing(self, place: Conversation, thread: str, over: Mapping[str, object] | None = None) -> str:
        """Show that an answer is on its way; the id where Teams gave one. Raises what `TeamsApi.post` raises."""
        body = {"type": "typing", "from": {"id": self._bot}, **(over or {})}
        return await self._api.post(place.service_url, address(place, thread), body)

    async def redraw(self, place: Conversation, post: str, message: Message, *, thread: str) -> None:
        """Change a message that stands. Raises TeamsRefused, Busy, Unavailable."""
        await self._api.put(place.service_url, address(place, thread), post, activity(message, bot=self._bot))

    async def _stands(self, row: Sent) -> bool:
        """Whether it was sent before. Announced and never heard of again: the process ended on the way, and nobody can say."""
        known, new = await self._sent.announce(row)
        if new:
            return False
        if known.post in ("", LOST):
            await self._sent.landed(row.key, LOST)
            raise MayBeLostError
        return True

    async def _going(self, row: Sent, send: Callable[[], Awaitable[str]]) -> str:
        try:
            post = await send()
        except Unknown as lost:
            await self._sent.landed(row.key, LOST)
            logger.warning("a message may be lost, it is not sent again", reason=str(lost))
            raise Busy("Teams did not say whether it took this message.", after=NOTICED) from lost
        except (Invalid, Unavailable):  # nothing was posted, so another attempt is the first one again
            await self._sent.withdraw(row.key)
            raise
        return post


def address(place: Conversation, thread: str) -> str:
    """The conversation as the connector names it: in a channel together with the thread."""
    return f"{place.id}{ROOT}{thread}" if thread and place.kind == "channel" else place.id


def activity(message: Message, *, bot: str) -> dict[str, object]:
    """A message as it goes over the wire. Written as JSON by us: the SDK's own serialiser drops every field it does not know."""
    text = {"text": message.text, "textFormat": "markdown"} if message.text else {}
    label = {"entities": message.entities} if message.entities else {}
    thumbs = {"channelData": {"feedbackLoop": {"type": "default"}}} if message.is_answer else {}
    shown = {"attachments": message.attachments} if message.attachments else {}
    return {"type": "message", "from": {"id": bot}, "summary": message.summary, **text, **label, **thumbs, **shown}
