"""Reads the log for one viewer: posts with the drafts that their cards show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.platforms.playground.receive import ALONE
from bot.platforms.playground.render import post, threads
from bot.platforms.playground.views import PostView, ThreadView
from bot.store.drafts.drafts import DraftStore
from bot.store.talk.posts import Post, Posts
from handlers.errors import NotFound
from handlers.models import Draft, Person


class Timeline:
    """Posts and drafts together. Everything raises Unavailable when the database is down."""

    def __init__(self, posts: Posts, drafts: DraftStore, clock: Callable[[], datetime]) -> None:
        self._posts = posts
        self._drafts = drafts
        self._clock = clock

    async def channel(self, channel: str, viewer: Person) -> tuple[ThreadView, ...]:
        """The threads of a channel, with the roots of those that begin before its latest posts."""
        latest = list(await self._posts.channel(channel, viewer=viewer.id))
        there = {one.id for one in latest}
        for root in sorted({one.thread for one in latest if one.thread} - there):
            latest += [one for one in await self._posts.thread(root, viewer=viewer.id) if one.id == root]
        drafts = await self._cards(latest)
        return threads(latest, viewer=viewer.id, drafts=drafts, now=self._clock())

    async def view(self, said: Post, viewer: Person) -> PostView:
        """One post."""
        drafts = await self._cards([said])
        return post(said, viewer=viewer.id, draft=drafts.get(said.draft), now=self._clock())

    async def since(self, revision: int, viewer: Person) -> Sequence[Post]:
        """What is new or changed after a revision, without the direct messages of others."""
        return await self._posts.since(revision, viewer=viewer.id)

    async def thread(self, answered: int, channel: str, viewer: Person) -> Sequence[Post]:
        """The whole thread that a post is part of. Raises NotFound when the viewer does not see that post in the channel."""
        found = await self._posts.thread(answered, viewer=viewer.id)
        if found and found[0].id == answered and found[0].thread:
            found = await self._posts.thread(found[0].thread, viewer=viewer.id)
        if not found or found[0].channel != channel:
            raise NotFound("The message that this answers is not there. Reload the page.")
        return found

    async def post(self, name: int, channel: str, viewer: Person) -> Post:
        """One post as the log has it. Raises NotFound when the viewer does not see it in the channel."""
        found = next((one for one in await self._posts.thread(name, viewer=viewer.id) if one.id == name), None)
        if found is None or found.channel != channel:
            raise NotFound("There is no such post for you.")
        return found

    async def _cards(self, said: Iterable[Post]) -> Mapping[str, Draft]:
        found: dict[str, Draft] = {}
        for name in {one.draft for one in said if one.draft}:
            try:
                found[name] = await self._drafts.read(name)
            except NotFound:
                continue
        return found


def is_hidden(channel: str, viewer: str) -> bool:
    """Whether a channel is somebody else's direct messages. `viewer` is the short id."""
    return channel.startswith(ALONE) and channel != f"{ALONE}{viewer}"
