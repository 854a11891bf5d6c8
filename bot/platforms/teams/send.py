"""How the bot speaks in Teams: every message once, cards that follow their draft wherever they stand, private words in private."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.cards.following import catch_up
from bot.cards.pictures import in_words
from bot.cards.revising import ABOVE, ONE_PERSON, InTurn, Revision, Revisions
from bot.platforms.teams.cards import card
from bot.platforms.teams.members import Directory
from bot.platforms.teams.once import ALONE, LOST, MayBeLostError, Once
from bot.platforms.teams.places import CHANNEL, DIRECT, Places
from bot.platforms.teams.receive import NAME
from bot.platforms.teams.refusals import TeamsRefused
from bot.platforms.teams.render import fits
from bot.platforms.teams.render import say as rendered
from bot.platforms.teams.stream import Streams
from bot.platforms.teams.surface import UNKNOWN, Surface
from bot.platforms.teams.talk import TeamsTalk
from bot.platforms.teams.words import Message
from bot.store.drafts.drafts import DraftStore
from bot.store.talk.answers import answer_id
from bot.store.talk.conversations import Conversation
from bot.store.talk.offers import buttons
from bot.store.talk.sent import Sent, SentStore
from bot.store.talk.turns import Turn, Turns
from bot.watch import log
from handlers.errors import Invalid, Trouble
from handlers.models import Attachment, Draft, Person, Place, Reply, Utterance

TURNS = 4
RECENT = 1800.0
"""Seconds for which a turn of a direct message belongs to what is said next; a thread has no such end."""
PATIENCE = 2.0
"""Seconds for the sign that an answer is on its way; the answer does not wait longer for it."""
ALWAYS = 10 * 365 * 24 * 3600.0
logger = log.get("teams")


class TeamsVoice:
    """The Voice of Teams. A place's channel is the conversation without its thread."""

    def __init__(
        self,
        once: Once,
        places: Places,
        directory: Directory,
        *,
        sent: SentStore,
        drafts: DraftStore,
        turns: Turns,
        talk: TeamsTalk,
    ) -> None:
        self._once = once
        self._places = places
        self._directory = directory
        self._sent = sent
        self._drafts = drafts
        self._turns = turns
        self._talk = talk
        self._in_turn = InTurn()
        self._revisions = Revisions(sent, unknown=UNKNOWN)
        self._streams = Streams(once)

    async def person(self, name: str, *, shown_as: str = "") -> Person:
        """A person as `bot.toml` and the company's directory know them now."""
        return await self._directory.person(name.removeprefix(f"{NAME}:"), shown_as=shown_as)

    async def place(self, channel: str, thread: str, person: Person | None) -> Place:
        """A conversation shows what all of its people may read, a direct message what its one person may."""
        where = await self._places.find(channel)
        if where.kind == DIRECT and person is not None:
            return Place(NAME, channel, thread, person.audience)
        return Place(NAME, channel, thread, await self._directory.audience(channel))

    async def direct(self, person: str) -> Place:
        """The direct message with a person (`teams:29:...`, or the directory's id)."""
        known = await self.person(person)
        there = await self._places.direct(user_of(known.id))
        return Place(NAME, there.id, "", known.audience)

    async def busy(self, place: Place, *, key: str) -> None:
        """A line in a direct message that the answer takes the place of; elsewhere the sign of somebody who types."""
        try:
            async with asyncio.timeout(PATIENCE):
                where = await self._places.find(place.channel)
                if where.kind == DIRECT:
                    await self._streams.begin(key, where)
                else:
                    await self._once.typing(where, place.thread)
        except (Trouble, TimeoutError) as trouble:  # an answer is worth more than the sign that announces it
            logger.info("nothing shown while busy", reason=str(trouble))

    async def say(self, place: Place, reply: Reply, *, key: str, to: str, via: str = "", under: str = "") -> None:  # noqa: ARG002 - Teams has no such address
        """Post a reply, its drafts as live cards, and what one person may know beyond the others to that person alone."""
        place = await self._thread(place, under)
        if reply.text or reply.picture:
            await self._pictured(reply, lambda shown: self._words(place, shown, key=key, to=to))
        if reply.aside is not None:
            await self._words(place, in_words(reply.aside), key=f"{key}:aside", to=to)
        for draft in (*([reply.draft] if reply.draft else []), *reply.waiting):
            there = place if draft.place.channel == place.channel or not reply.private else await self._direct(place, to)
            await self._card(there, draft, key=f"{key}:{draft.id}", stream=key)

    async def revise(self, place: Place, reply: Reply, *, key: str) -> None:
        """Draw the reply again where it stands; see Revisions."""
        async with self._in_turn.of(key):
            await self._revise(place, reply, key=key)

    async def _revise(self, place: Place, reply: Reply, *, key: str) -> None:
        where = await self._places.find(place.channel)
        if reply.private and where.kind != DIRECT:
            raise Invalid(ONE_PERSON)

        async def draw(shown: Reply) -> None:
            messages = rendered(shown, answer_id=named(shown, key), offers=buttons(key, shown))
            revision = Revision(f"{NAME}:{key}", place, messages, rendered(Reply(ABOVE))[0])
            await self._revisions.draw(revision, Surface(self._once, where))

        await self._pictured(reply, draw)

    async def amend(self, draft: Draft) -> None:
        """Draw every card of the draft again. One that is gone or out of reach stays as it is; the others are drawn all the same."""
        rows = await self._sent.cards(draft.id, NAME)
        if not rows:
            return
        messages = await self.drawn(draft)
        for group in groups(rows):
            await self._redraw(group, messages, draft)

    async def history(self, place: Place, *, before: str) -> tuple[Utterance, ...]:
        """Earlier turns of the thread, or of the last half hour of a direct message, as everybody in it has read them."""
        age = ALWAYS if place.thread else RECENT
        found = await self._turns.before(NAME, place.channel, place.thread, post=before, limit=TURNS, age=age)
        authors = await self._directory.names(turn.author for turn in found)
        return tuple(Utterance("", "", turn.words, authors=authors[turn.author]) for turn in found)

    async def talk(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """What people said; see TeamsTalk."""
        return await self._talk.read(place, since=since, last=last, link=link)

    async def file(self, file: Attachment, place: Place) -> bytes:  # noqa: ARG002 - the port's signature
        """A file that was sent; see TeamsTalk."""
        return await self._talk.file(file)

    async def drawn(self, draft: Draft) -> tuple[Message, ...]:
        """The card of a draft as it is now. Whoever may have it drawn afresh when they look at it is named in it."""
        return card(draft, now=datetime.now(UTC), refresh=await self._directory.concerned(draft))

    async def _pictured(self, reply: Reply, send: Callable[[Reply], Awaitable[None]]) -> None:
        """Send a reply with its picture, or with the picture's words where Teams does not take it."""
        if reply.picture is not None and not fits(reply.picture):
            logger.warning("a picture is too large for a card, its words are said", bytes=len(reply.picture.png))
            reply = in_words(reply)
        try:
            await send(reply)
        except TeamsRefused as refused:
            if reply.picture is None or refused.is_gone:
                raise
            logger.warning("a picture cannot be shown, its words are said", status=refused.status, code=refused.code)
            await send(in_words(reply))

    async def _words(self, place: Place, reply: Reply, *, key: str, to: str) -> None:
        where = await self._places.find(place.channel)
        is_answer, alone = reply.confidence is not None, where.kind == DIRECT
        whisper = reply.private and not alone
        name = named(reply, key)
        messages = rendered(reply, answer_id=name, share=is_answer and whisper, offers=buttons(key, reply))
        for number, message in enumerate(messages):
            row = Sent(f"{NAME}:{key}:{number}", NAME, place.channel, place.thread, part=number)
            if not whisper:
                await self._post(where, row, message, stream=key if number == 0 else "")
            elif not await self._once.whisper(where, row, message, person=user_of(to)):
                there = await self._places.direct(user_of(to))
                await self._once.post(there, Sent(f"{row.key}:direct", NAME, there.id, part=number), message)
        if not whisper:
            thread = place.thread or (await self._sent.post(f"{NAME}:{key}:0") if where.kind == CHANNEL else "")
            await self._turns.note(Turn(f"{NAME}:{key}", NAME, place.channel, thread, reply.text))

    async def _post(self, where: Conversation, row: Sent, message: Message, *, stream: str = "") -> bool:
        ending = await self._streams.end(stream, where, message) if stream else None
        if ending is None:
            return await self._once.post(where, row, message)
        try:
            return await self._once.post(where, row, message, over=ending.fields, stands_as=ending.post)
        except TeamsRefused:
            return await self._once.post(where, row, message)  # the stream was over before its end came

    async def _card(self, place: Place, draft: Draft, *, key: str, stream: str) -> None:
        messages = await self.drawn(draft)
        where, fresh = await self._places.find(place.channel), True
        for number, message in enumerate(messages):
            row = Sent(f"{NAME}:{key}:{number}", NAME, place.channel, place.thread, draft.id, number)
            fresh &= await self._post(where, row, message, stream=stream if number == 0 else "")
        await catch_up(draft, read=self._drafts.read, draw=self.amend, certain=fresh)  # somebody may have decided meanwhile

    async def _redraw(self, group: Sequence[Sent], messages: Sequence[Message], draft: Draft) -> None:
        """The last message has the buttons, so parts are counted from the end; new ones follow in the card's own thread."""
        last, where = group[-1], await self._places.find(group[-1].channel)
        thread = last.thread or (last.post if where.kind == CHANNEL else "")
        for number, message in enumerate(messages[: max(len(messages) - len(group), 0)]):
            row = Sent(f"{last.key}:v{draft.version}:{number}", NAME, last.channel, thread)
            try:
                await self._once.post(where, row, message)
            except MayBeLostError as lost:  # the others are drawn all the same, the one with the buttons first of all
                logger.warning("a part of a card may be lost", draft=draft.id, reason=str(lost))
        for row, message in zip(reversed(group), reversed(messages), strict=False):
            try:
                await self._once.redraw(where, row.post, message, thread=row.thread)
            except TeamsRefused as refused:
                if not refused.is_gone:
                    raise
                logger.info("card out of reach", draft=draft.id, status=refused.status, code=refused.code)

    async def _thread(self, place: Place, under: str) -> Place:
        """The place in the thread of what was said under a key in the same channel of a team. Chats have no threads."""
        above = await self._sent.find(f"{NAME}:{under}:0") if under else None
        if above is None or above.channel != place.channel or above.post in UNKNOWN:
            return place
        return replace(place, thread=Surface(self._once, await self._places.find(place.channel)).thread(above))

    async def _direct(self, place: Place, to: str) -> Place:
        """The direct message with a person: the place for cards that were drawn up elsewhere."""
        where = await self._places.find(place.channel)
        return place if where.kind == DIRECT else Place(NAME, (await self._places.direct(user_of(to))).id)


def named(reply: Reply, key: str) -> str:
    """The name under which people vote on a reply; empty for one that is no answer."""
    return answer_id(key) if reply.confidence is not None else ""


def user_of(person: str) -> str:
    """Teams' id of a person, out of `teams:29:...`."""
    return person.removeprefix(f"{NAME}:")


def groups(rows: Sequence[Sent]) -> list[list[Sent]]:
    """The messages of each card: they share a key up to the number of the part."""
    found: dict[str, list[Sent]] = {}
    for row in rows:
        if row.post not in (ALONE, LOST):
            found.setdefault(row.key.rpartition(":")[0], []).append(row)
    return [sorted(group, key=lambda row: row.part) for group in found.values()]
