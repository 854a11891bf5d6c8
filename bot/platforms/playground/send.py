"""How the bot speaks in the playground: posts in the log, and cards that every open page draws again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cards.pictures import NAME as FILE
from bot.cards.pictures import alternative, in_words
from bot.cards.revising import ONE_PERSON, InTurn
from bot.dispatch import place_of
from bot.platforms.playground.receive import ALONE, BOT, NAME
from bot.platforms.playground.talk import PlaygroundTalk, authors
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.talk.offers import buttons
from bot.store.talk.posts import NewPost, Posts
from bot.store.talk.uploads import Uploads
from handlers.errors import Invalid
from handlers.models import Attachment, Draft, Person, Place, Reply, Utterance

BOT_NAME = "Countersign"
TURNS = 4
"""Earlier turns of a thread that a question is understood with."""


class PlaygroundVoice:
    """The Voice of the playground."""

    def __init__(self, posts: Posts, configuration: Configuration, people: People, *, uploads: Uploads) -> None:
        self._posts = posts
        self._configuration = configuration
        self._people = people
        self._uploads = uploads
        self._in_turn = InTurn()
        self._talk = PlaygroundTalk(posts, uploads, people)

    async def person(self, name: str, *, shown_as: str = "") -> Person:
        """As `bot.toml` has the person."""
        return self._people.find(name, shown_as=shown_as)

    async def place(self, channel: str, thread: str, person: Person | None) -> Place:
        """A channel shows what `bot.toml` allows, a direct message what its one person may read."""
        alone = person if channel.startswith(ALONE) else None
        return place_of(self._configuration, NAME, channel, thread, alone=alone)

    async def direct(self, person: str) -> Place:
        """The person's own channel."""
        return await self.place(f"{ALONE}{person.removeprefix(f'{NAME}:')}", "", await self.person(person))

    async def busy(self, place: Place, *, key: str) -> None:
        """The page shows it by itself."""

    async def say(self, place: Place, reply: Reply, *, key: str, to: str, via: str = "", under: str = "") -> None:  # noqa: ARG002 - the port's signature
        """Post once per key; a reply that carries drafts also posts each of them as a live card, and an aside to one person alone."""
        place = await self._thread(place, under)
        private_to = to if reply.private else ""
        picture = await self._picture(place, reply, key)
        drafts = ([reply.draft] if reply.draft else []) + list(reply.waiting)
        if reply.text or picture:
            await self._post(place, key, body(reply, key=key) | picture, private_to=private_to)
        if reply.aside:
            await self._post(place, f"{key}:aside", body(in_words(reply.aside), key=f"{key}:aside"), private_to=to)
        for draft in drafts:
            await self._post(place, f"{key}:{draft.id}", {}, private_to=private_to, draft=draft.id)

    async def revise(self, place: Place, reply: Reply, *, key: str) -> None:
        """Replace the post, so that open pages draw it again."""
        if reply.private and not place.channel.startswith(ALONE):
            raise Invalid(ONE_PERSON)
        async with self._in_turn.of(key):
            content = body(reply, key=key) | await self._picture(place, reply, key)
            await self._posts.revise(new(place, key, content, private_to=""))

    async def amend(self, draft: Draft) -> None:
        """The pages draw cards from the store, so telling them that something changed is enough."""
        await self._posts.touch(draft.id)

    async def history(self, place: Place, *, before: str) -> tuple[Utterance, ...]:
        """Earlier public turns of the thread."""
        if not place.thread:
            return ()
        turns = [p for p in await self._posts.thread(int(place.thread), viewer="") if str(p.id) != before and not p.draft]
        said = [(post, text_of(post.body)) for post in turns]
        return tuple(Utterance("", "", words, authors=authors(post, self._people)) for post, words in said if words)[-TURNS:]

    async def talk(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """What people said; see PlaygroundTalk."""
        return await self._talk.read(place, since=since, last=last, link=link)

    async def file(self, file: Attachment, place: Place) -> bytes:
        """A file that was sent; see PlaygroundTalk."""
        return await self._talk.file(file, place)

    async def _post(self, place: Place, key: str, content: dict[str, object], *, private_to: str, draft: str = "") -> None:
        await self._posts.say(new(place, key, content, private_to=private_to, draft=draft))

    async def _picture(self, place: Place, reply: Reply, key: str) -> dict[str, object]:
        """What the log tells of a reply's picture; its bytes are kept with the files that people send."""
        if (picture := reply.picture) is None:
            return {}
        digest = hashlib.sha256(picture.png).hexdigest()
        kept = await self._uploads.keep(f"picture:{key}:{digest}", place.channel, FILE, picture.png)
        return {"picture": {"file": kept.reference, "alt": alternative(picture)}}

    async def _thread(self, place: Place, under: str) -> Place:
        """The place in the thread of what was said under a key in the same channel."""
        above = await self._posts.named(f"{NAME}:{under}") if under else None
        if above is None or above.channel != place.channel:
            return place
        return replace(place, thread=str(above.thread or above.id))


def new(place: Place, key: str, content: Mapping[str, object], *, private_to: str, draft: str = "") -> NewPost:
    """Something that the bot says, as the log takes it."""
    return NewPost(f"{NAME}:{key}", place.channel, BOT, BOT_NAME, content, int(place.thread or 0), private_to, draft)


def body(reply: Reply, *, key: str = "") -> dict[str, object]:
    """A reply as it is kept in the log."""
    return {
        "text": reply.text,
        "citations": [{"title": c.title, "url": c.url, "quote": c.quote} for c in reply.citations],
        "confidence": reply.confidence,
        "trouble": reply.trouble,
        **({"note": reply.note} if reply.note else {}),
        **({"offers": [{"id": one.id, "label": one.label} for one in shown]} if (shown := buttons(key, reply)) else {}),
    }


def text_of(kept: Mapping[str, object]) -> str:
    """The words of a post as the log keeps it."""
    return str(kept.get("text") or "")
