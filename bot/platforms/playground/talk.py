"""What people said in the playground, and the files that they sent there."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.members.spoken import ELSEWHERE, MOST, at
from bot.platforms.playground.receive import BOT
from bot.settings.people import People
from bot.store.talk.posts import Post, Posts
from bot.store.talk.uploads import Uploads
from handlers.errors import Invalid
from handlers.models import Attachment, Place, Utterance

LINK = re.compile(r"\S*[?&]channel=(?P<channel>[^&#\s]+)\S*#post-(?P<post>\d{1,18})", re.ASCII)
"""The address of a post on the page."""


class PlaygroundTalk:
    """The page's log."""

    def __init__(self, posts: Posts, uploads: Uploads, people: People) -> None:
        self._posts = posts
        self._uploads = uploads
        self._people = people

    async def read(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """See `bot.work.voice.Voice.talk`."""
        if link or not (since or last):
            thread = await self._linked(link, place.channel) if link else int(place.thread or 0)
            found = await self._posts.thread(thread, viewer="") if thread else ()
        else:
            found = await self._posts.channel(place.channel, viewer="")
            found = [one for one in found if since is None or one.at > since.timestamp()][-(last or MOST) :]
        return [told(one, authors(one, self._people)) for one in found if one.author != BOT]

    async def file(self, file: Attachment, place: Place) -> bytes:
        """The bytes of a file that was sent in this channel. Raises NotFound, Unavailable."""
        return await self._uploads.read(file.reference, place.channel)

    async def _linked(self, link: str, channel: str) -> int:
        found = LINK.fullmatch(link)
        thread = await self._posts.thread(int(found["post"]), viewer="") if found else ()
        if not thread or thread[0].channel != channel:
            raise Invalid(ELSEWHERE)
        return thread[0].thread or thread[0].id


def authors(post: Post, people: People) -> frozenset[str]:
    """The names of who wrote a post; nobody's for the bot's."""
    return frozenset() if post.author == BOT else people.find(post.author).names


def told(post: Post, by: frozenset[str]) -> Utterance:
    """A post of a person's, who goes by these names."""
    words = str(post.body.get("text") or "")
    return Utterance(post.name, at(post.at, now=datetime.now(UTC)), words, files_of(post.body), by)


def files_of(body: Mapping[str, object]) -> tuple[Attachment, ...]:
    """The files of a post as the log keeps them."""
    kept = body.get("files")
    rows = [row for row in kept if isinstance(row, Mapping)] if isinstance(kept, list) else []
    return tuple(Attachment(str(row["name"]), int(str(row["size"])), str(row["reference"])) for row in rows)
