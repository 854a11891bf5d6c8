"""Pictures in Slack: uploaded as a file of the bot's, then shared where the words stand. Nobody outside of Slack serves them."""

import json

from bot.cards.pictures import NAME as FILE
from bot.cards.pictures import alternative, instead
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.once import ALONE, Once, split
from bot.platforms.slack.receive import NAME, text
from bot.platforms.slack.render import say as rendered
from bot.store.talk.sent import Sent, SentStore
from bot.watch import log
from handlers.errors import Trouble, Unknown
from handlers.models import Place, Reply
from handlers.speech import Picture

logger = log.get("slack")


class Pictures:
    """How a picture follows the words that it belongs to."""

    def __init__(self, api: SlackApi, once: Once, sent: SentStore) -> None:
        self._api = api
        self._once = once
        self._sent = sent

    async def follow(self, place: Place, picture: Picture, *, key: str) -> None:
        """Share it once. Whatever keeps it from being shared is logged, and its words are said: the reply stands there already.

        One whose answer was lost is not shared again: its words are said, and at worst both stand there. Raises what Once raises for words.
        """
        row = Sent(f"{NAME}:{key}:picture", NAME, place.channel, place.thread)
        known, new = await self._sent.announce(row)
        if known.post:
            return
        try:
            if not new:
                raise Unknown("an earlier attempt to share it ended without an answer")
            post = await self._share(place, picture)
        except Trouble as trouble:
            logger.warning("a picture cannot be shown, its words are said", reason=str(trouble))
            [message] = rendered(Reply(instead(picture)))
            await self._once.post(place, Sent(f"{row.key}:words", NAME, place.channel, place.thread), message)
            post = ALONE
        await self._sent.landed(row.key, post)

    async def _share(self, place: Place, picture: Picture) -> str:
        """Slack's id of the file. Its three steps: an address, the bytes, and where it is to be seen."""
        team, channel = split(place.channel)
        about = {"filename": FILE, "length": str(len(picture.png)), "alt_txt": alternative(picture)}
        given = await self._api.write(team, "files.getUploadURLExternal", **about)
        await self._api.upload(text(given, "upload_url"), picture.png)
        file = text(given, "file_id")
        thread = {"thread_ts": place.thread} if place.thread else {}
        files = json.dumps([{"id": file, "title": alternative(picture)[:80]}])
        await self._api.write(team, "files.completeUploadExternal", channel_id=channel, files=files, **thread)
        return file
