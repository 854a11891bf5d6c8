"""How the bot speaks in Slack: every message once, cards that follow their draft wherever they stand, private words in private."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.cards.following import catch_up
from bot.cards.pictures import in_words
from bot.cards.revising import ABOVE, ONE_PERSON, InTurn, Revision, Revisions
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.cards import card
from bot.platforms.slack.direct import direct
from bot.platforms.slack.members import Directory
from bot.platforms.slack.once import ALONE, Once, content, split, user_of
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.receive import NAME, text
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.render import say as rendered
from bot.platforms.slack.surface import Surface
from bot.platforms.slack.talk import SlackTalk, is_said
from bot.platforms.slack.tokens import Tokens
from bot.platforms.slack.translate import DIRECT, words
from bot.platforms.slack.words import Message
from bot.store.drafts.drafts import DraftStore
from bot.store.talk.answers import answer_id
from bot.store.talk.offers import buttons
from bot.store.talk.sent import Sent, SentStore
from bot.watch import log
from handlers.errors import Invalid, Trouble
from handlers.models import Attachment, Draft, Person, Place, Reply, Utterance

LOST = frozenset(
    {"message_not_found", "cant_update_message", "channel_not_found", "is_archived", "edit_window_closed", "not_in_channel"}
)
"""Refusals that mean: this card cannot be drawn again, because it is gone or out of reach."""
AGAIN = ":again"
"""Ends the key of a card that answers another request for the same thing: it says so whenever it is drawn."""
TURNS = 4
LOOKED_AT = 100
"""Messages a page of Slack's log."""
logger = log.get("slack")


class SlackVoice:
    """The Voice of Slack. A place's channel is `T1/C1`."""

    def __init__(self, api: SlackApi, tokens: Tokens, directory: Directory, sent: SentStore, drafts: DraftStore) -> None:
        self._api = api
        self._tokens = tokens
        self._directory = directory
        self._sent = sent
        self._drafts = drafts
        self._once = Once(api, tokens, sent)
        self._pictures = Pictures(api, self._once, sent)
        self._surface = Surface(api, self._once)
        self._in_turn = InTurn()
        self._revisions = Revisions(sent, unknown=frozenset({ALONE}))
        self._talk = SlackTalk(api, tokens, directory)

    async def person(self, name: str, *, shown_as: str = "") -> Person:  # noqa: ARG002 - Slack knows the name better
        """A person as `bot.toml` and the workspace know them now."""
        team, _, user = name.removeprefix(f"{NAME}:").partition("/")
        return await self._directory.person(team, user)

    async def place(self, channel: str, thread: str, person: Person | None) -> Place:
        """A channel shows what all of its members may read, a direct message what its one person may."""
        team, name = split(channel)
        if name.startswith(DIRECT) and person is not None:
            return Place(NAME, channel, thread, person.audience)
        return Place(NAME, channel, thread, await self._directory.audience(team, name))

    async def direct(self, person: str) -> Place:
        """The direct message with a person (`slack:T1/U1`)."""
        team, user = split(person.removeprefix(f"{NAME}:"))
        channel = await direct(self._api, team, user)
        return await self.place(f"{team}/{channel}", "", await self.person(person))

    async def busy(self, place: Place, *, key: str) -> None:  # noqa: ARG002 - Slack shows one line a thread
        """The status line of a direct message; where Slack does not show one, there is none."""
        team, channel = split(place.channel)
        if not channel.startswith(DIRECT) or not place.thread:
            return
        try:
            await self._api.write(
                team, "assistant.threads.setStatus", channel_id=channel, thread_ts=place.thread, status="is looking it up…"
            )
        except Trouble as trouble:  # an answer is worth more than the line that announces it
            logger.info("no status shown", reason=str(trouble))

    async def say(self, place: Place, reply: Reply, *, key: str, to: str, via: str = "", under: str = "") -> None:
        """Post a reply, its drafts as live cards, and what one person may know beyond the others to that person alone."""
        place = await self._thread(place, under)
        if reply.picture is not None and is_whispered(place, reply):
            logger.info("a file cannot be shown to one person of a channel, its words are said")
            reply = in_words(reply)
        again = await self._again(reply, key)
        if reply.text and not again:
            await self._words(place, reply, key=key, to=to, via=via)
        if reply.picture is not None:
            await self._pictures.follow(place, reply.picture, key=key)
        if reply.aside is not None:
            await self._words(place, in_words(reply.aside), key=f"{key}:aside", to=to, via=via)
        for draft in (*([reply.draft] if reply.draft else []), *reply.waiting):
            there = place if draft.place.channel == place.channel or not reply.private else await self._direct(place, to)
            await self._card(there, draft, key=f"{key}:{draft.id}{AGAIN if again else ''}", via=via)

    async def revise(self, place: Place, reply: Reply, *, key: str) -> None:
        """Draw the reply again where it stands; see Revisions. A picture is a file: one that was shared stays as it is."""
        if is_whispered(place, reply):
            raise Invalid(ONE_PERSON)
        messages = rendered(reply, answer_id=named(reply, key), offers=buttons(key, reply))
        revision = Revision(f"{NAME}:{key}", place, messages, rendered(Reply(ABOVE))[0])
        async with self._in_turn.of(key):
            await self._revisions.draw(revision, self._surface)
            if reply.picture is not None:
                await self._pictures.follow(place, reply.picture, key=key)

    async def amend(self, draft: Draft) -> None:
        """Draw every card of the draft again. One that is gone or out of reach stays as it is; the others are drawn all the same."""
        rows = await self._sent.cards(draft.id, NAME)
        for key, group in groups(rows).items():
            messages = card(draft, now=datetime.now(UTC), again=key.endswith(AGAIN))
            await self._redraw(group, messages, draft)

    async def history(self, place: Place, *, before: str) -> tuple[Utterance, ...]:
        """Earlier turns of the thread, as everybody in it has read them."""
        if not place.thread or place.thread == before:
            return ()
        team, channel = split(place.channel)
        me = await self._tokens.bot(team)
        found: list[Mapping[str, Any]] = []
        try:
            pages = self._api.pages(team, "conversations.replies", channel=channel, ts=place.thread, limit=LOOKED_AT)
            async for page in pages:
                found += [m for m in page.get("messages") or () if isinstance(m, Mapping)]
        except SlackRefused as refused:
            logger.info("thread not readable", reason=str(refused))
            return ()
        turns = [m for m in found if not before or text(m, "ts") < before]
        said = [(m, words(text(m, "text"), bot_user=me.bot_user)) for m in turns if not is_card(m)]
        return tuple([await self._turn(team, m, turn, me.bot_user) for m, turn in [each for each in said if each[1]][-TURNS:]])

    async def talk(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """What people said; see SlackTalk."""
        return await self._talk.read(place, since=since, last=last, link=link)

    async def file(self, file: Attachment, place: Place) -> bytes:
        """A file that was sent; see SlackTalk."""
        return await self._talk.file(file, place)

    async def _turn(self, team: str, message: Mapping[str, Any], said: str, me: str) -> Utterance:
        """A turn with whose it is: nobody's where it is the bot's, or that of another program."""
        author = await self._directory.person(team, text(message, "user")) if is_said(message, me) else None
        return Utterance("", "", said, authors=author.names if author else frozenset())

    async def _words(self, place: Place, reply: Reply, *, key: str, to: str, via: str) -> None:
        is_answer, name = reply.confidence is not None, named(reply, key)
        alone, whisper = is_alone(place), is_whispered(place, reply)
        messages = rendered(reply, answer_id=name, share=is_answer and whisper, offers=buttons(key, reply))
        streamed = is_answer and alone and bool(place.thread) and len(messages) == 1
        for number, message in enumerate(messages):
            row = Sent(f"{NAME}:{key}:{number}", NAME, place.channel, place.thread, part=number)
            if whisper:
                await self._once.whisper(place, row, message, to=to, via=via)
            else:
                await (
                    self._once.stream(place, row, message, to=to) if streamed else self._once.post(place, row, message, via=via)
                )

    async def _again(self, reply: Reply, key: str) -> bool:
        """Whether the words of a reply stand in the one message of its card: Slack takes a message a second in a channel, and people
        wait. Whatever was chosen once holds for every attempt at the same reply.
        """
        if reply.draft is None:
            return False
        if await self._sent.is_known(f"{NAME}:{key}:0"):
            return False
        if await self._sent.is_known(f"{NAME}:{key}:{reply.draft.id}{AGAIN}:0"):
            return True  # also for a later attempt, whose reply is the draft and no longer says that it was there already
        return reply.again and len(card(reply.draft, now=datetime.now(UTC), again=True)) == 1

    async def _card(self, place: Place, draft: Draft, *, key: str, via: str) -> None:
        messages = card(draft, now=datetime.now(UTC), again=key.endswith(AGAIN))
        fresh = True
        for number, message in enumerate(messages):
            row = Sent(f"{NAME}:{key}:{number}", NAME, place.channel, place.thread, draft.id, number)
            fresh &= await self._once.post(place, row, message, via=via)
        await catch_up(draft, read=self._drafts.read, draw=self.amend, certain=fresh)  # somebody may have decided meanwhile

    async def _redraw(self, group: Sequence[Sent], messages: Sequence[Message], draft: Draft) -> None:
        """The last message has the buttons, so parts are counted from the end; new ones follow in the card's own thread."""
        team, channel = split(group[0].channel)
        last = group[-1]
        spare = len(messages) - len(group)
        for number, message in enumerate(messages[: max(spare, 0)]):
            row = Sent(f"{last.key}:v{draft.version}:{number}", NAME, last.channel, last.thread or last.post)
            await self._once.post(Place(NAME, last.channel, row.thread), row, message)
        for row, message in zip(reversed(group), reversed(messages), strict=False):
            try:
                await self._api.write(team, "chat.update", channel=channel, ts=row.post, **content(message))
            except SlackRefused as refused:
                if refused.code not in LOST:
                    raise
                logger.info("card out of reach", draft=draft.id, code=refused.code)

    async def _thread(self, place: Place, under: str) -> Place:
        """The place in the thread of what was said under a key in the same channel."""
        above = await self._sent.find(f"{NAME}:{under}:0") if under else None
        if above is None or above.channel != place.channel or above.post in ("", ALONE):
            return place
        return replace(place, thread=above.thread or above.post)

    async def _direct(self, place: Place, to: str) -> Place:
        """The direct message with a person: the place for cards that were drawn up elsewhere."""
        team, channel = split(place.channel)
        if channel.startswith(DIRECT):
            return place
        return Place(NAME, f"{team}/{await direct(self._api, team, user_of(to))}")


def is_alone(place: Place) -> bool:
    """Whether a place is the direct message of one person."""
    return split(place.channel)[1].startswith(DIRECT)


def is_whispered(place: Place, reply: Reply) -> bool:
    """Whether one person alone is to see a reply where others read along."""
    return reply.private and not is_alone(place)


def named(reply: Reply, key: str) -> str:
    """The name under which people vote on a reply; empty for one that is no answer."""
    return answer_id(key) if reply.confidence is not None else ""


def is_card(message: Mapping[str, Any]) -> bool:
    """Whether a message is a draft's card: it is no turn of a conversation."""
    blocks = message.get("blocks")
    return any(
        isinstance(b, Mapping) and text(b, "block_id").startswith("draft.") for b in (blocks if isinstance(blocks, list) else ())
    )


def groups(rows: Sequence[Sent]) -> dict[str, list[Sent]]:
    """The messages of each card, by the key that they share up to the number of the part."""
    found: dict[str, list[Sent]] = {}
    for row in rows:
        if row.post != ALONE:
            found.setdefault(row.key.rpartition(":")[0], []).append(row)
    return {key: sorted(group, key=lambda row: row.part) for key, group in found.items()}
