"""How the bot speaks in the playground: posts in the log, and cards that every open page draws again."""

from collections.abc import Mapping

from bot.platforms.playground.receive import ALONE, NAME
from bot.store.posts import NewPost, Posts
from handlers.models import Draft, Place, Reply

BOT = "bot"
BOT_NAME = "Countersign"
TURNS = 4
"""Earlier turns of a thread that a question is understood with."""


class PlaygroundVoice:
    """The Voice of the playground."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    async def say(self, place: Place, reply: Reply, *, key: str, to: str) -> None:
        """Post once per key; a reply that carries drafts also posts each of them as a live card."""
        private_to = to if reply.private else ""
        drafts = ([reply.draft] if reply.draft else []) + list(reply.waiting)
        if reply.text:
            await self._post(place, key, body(reply), private_to=private_to)
        for draft in drafts:
            await self._post(place, f"{key}:{draft.id}", {}, private_to=private_to, draft=draft.id)

    async def amend(self, draft: Draft) -> None:
        """The pages draw cards from the store, so telling them that something changed is enough."""
        await self._posts.touch(draft.id)

    async def history(self, place: Place, *, before: str) -> tuple[str, ...]:
        """Earlier public turns of the thread."""
        if not place.thread:
            return ()
        turns = [p for p in await self._posts.thread(int(place.thread), viewer="") if str(p.id) != before and not p.draft]
        words = [text_of(post.body) for post in turns]
        return tuple(word for word in words if word)[-TURNS:]

    def is_alone(self, place: Place) -> bool:
        """Whether the channel is a direct message."""
        return place.channel.startswith(ALONE)

    async def _post(self, place: Place, key: str, content: dict[str, object], *, private_to: str, draft: str = "") -> None:
        thread = int(place.thread or 0)
        new = NewPost(f"{NAME}:{key}", place.channel, BOT, BOT_NAME, content, thread, private_to, draft)
        await self._posts.say(new)


def body(reply: Reply) -> dict[str, object]:
    """A reply as it is kept in the log."""
    return {
        "text": reply.text,
        "citations": [{"title": c.title, "url": c.url, "quote": c.quote} for c in reply.citations],
        "confidence": reply.confidence,
        "trouble": reply.trouble,
    }


def text_of(kept: Mapping[str, object]) -> str:
    """The words of a post as the log keeps it."""
    return str(kept.get("text") or "")
