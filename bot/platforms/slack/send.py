"""How the bot speaks in Slack: every message once, cards that follow their draft wherever they stand, private words in private."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.cards import card
from bot.platforms.slack.direct import direct
from bot.platforms.slack.members import Directory
from bot.platforms.slack.receive import NAME, text
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.render import say as rendered
from bot.platforms.slack.stream import Streams
from bot.platforms.slack.tokens import Tokens
from bot.platforms.slack.translate import DIRECT, words
from bot.platforms.slack.words import Message
from bot.store.answers import answer_id
from bot.store.drafts import DraftStore
from bot.store.sent import Sent, SentStore
from bot.watch import log
from handlers.errors import Invalid, Trouble
from handlers.models import Draft, Person, Place, Reply

MARK = "countersign_post"
"""Type of the metadata by which a message of ours is found again."""
ALONE = "only you"
"""Stands for the id of a message that only one person sees: Slack gives it none that could be used."""
CLOSED = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
"""Refusals that mean: the bot cannot speak in this channel."""
LOST = frozenset(
    {"message_not_found", "cant_update_message", "channel_not_found", "is_archived", "edit_window_closed", "not_in_channel"}
)
"""Refusals that mean: this card cannot be drawn again, because it is gone or out of reach."""
EARLIER = 120.0
"""Seconds before an announcement from which on a lost message is looked for: clocks differ."""
TURNS = 4
LOOKED_AT = 100
"""Messages a page of Slack's log."""
NAMESPACE = uuid.UUID("6f2f0c7e-6f0e-4a58-9a55-0c1b0f2a5d11")
logger = log.get("slack")


class SlackVoice:
    """The Voice of Slack. A place's channel is `T1/C1`."""

    def __init__(self, api: SlackApi, tokens: Tokens, directory: Directory, sent: SentStore, drafts: DraftStore) -> None:
        self._api = api
        self._tokens = tokens
        self._directory = directory
        self._sent = sent
        self._drafts = drafts
        self._streams = Streams(api)

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

    async def busy(self, place: Place) -> None:
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

    async def say(self, place: Place, reply: Reply, *, key: str, to: str, via: str = "") -> None:
        """Post a reply, its drafts as live cards, and what one person may know beyond the others to that person alone."""
        if reply.text:
            await self._words(place, reply, key=key, to=to, via=via)
        if reply.aside is not None:
            await self._words(place, reply.aside, key=f"{key}:aside", to=to, via=via)
        for draft in (*([reply.draft] if reply.draft else []), *reply.waiting):
            there = place if draft.place.channel == place.channel or not reply.private else await self._direct(place, to)
            await self._card(there, draft, key=f"{key}:{draft.id}", via=via)

    async def amend(self, draft: Draft) -> None:
        """Draw every card of the draft again. One that is gone or out of reach stays as it is; the others are drawn all the same."""
        rows = await self._sent.cards(draft.id, NAME)
        messages = card(draft, now=datetime.now(UTC))
        for group in groups(rows):
            await self._redraw(group, messages, draft)

    async def history(self, place: Place, *, before: str) -> tuple[str, ...]:
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
        said = [words(text(m, "text"), bot_user=me.bot_user) for m in turns if not is_card(m)]
        return tuple(turn for turn in said if turn)[-TURNS:]

    async def _words(self, place: Place, reply: Reply, *, key: str, to: str, via: str) -> None:
        is_answer = reply.confidence is not None
        name = answer_id(key) if is_answer else ""
        alone = split(place.channel)[1].startswith(DIRECT)
        whisper = reply.private and not alone
        messages = rendered(reply, answer_id=name, share=is_answer and whisper)
        streamed = is_answer and alone and bool(place.thread) and len(messages) == 1
        for number, message in enumerate(messages):
            row = Sent(f"{NAME}:{key}:{number}", NAME, place.channel, place.thread, part=number)
            if whisper:
                await self._whisper(place, row, message, to=to, via=via)
            else:
                await self._post(place, row, message, via=via, stream_to=to if streamed else "")

    async def _card(self, place: Place, draft: Draft, *, key: str, via: str) -> None:
        messages = card(draft, now=datetime.now(UTC))
        for number, message in enumerate(messages):
            row = Sent(f"{NAME}:{key}:{number}", NAME, place.channel, place.thread, draft.id, number)
            await self._post(place, row, message, via=via)
        now = await self._drafts.read(draft.id)
        if (now.version, now.state, now.votes) != (draft.version, draft.state, draft.votes):
            await self.amend(now)  # somebody decided elsewhere before Slack's id of this card was known

    async def _post(self, place: Place, row: Sent, message: Message, *, via: str = "", stream_to: str = "") -> None:
        """Send a message once. Raises Unknown when its answer was lost: the next attempt looks it up before anything is sent."""
        known, new = await self._sent.announce(row)
        if known.post:
            return
        if not new and (post := await self._find(known)):
            await self._sent.landed(row.key, post)
            return
        team, channel = split(place.channel)
        try:
            post = await self._streams.say(team, channel, place.thread, message, to=user_of(stream_to)) if stream_to else ""
            if not post:
                given: dict[str, object] = {"thread_ts": place.thread} if place.thread else {}
                answer = await self._api.write(
                    team, "chat.postMessage", channel=channel, **given, **content(message), **mark(row.key)
                )
                post = text(answer, "ts")
        except SlackRefused as refused:
            if refused.code not in CLOSED or not via:
                raise
            await self._api.respond(via, {"response_type": "ephemeral", "replace_original": False, "text": closed(row, refused)})
            post = ALONE
        await self._sent.landed(row.key, post)

    async def _whisper(self, place: Place, row: Sent, message: Message, *, to: str, via: str) -> None:
        """Say something that one person sees. It cannot be looked up, so an attempt whose answer was lost is made again."""
        known, _ = await self._sent.announce(row)
        if known.post:
            return
        team, channel = split(place.channel)
        given: dict[str, object] = {"thread_ts": place.thread} if place.thread else {}
        try:
            await self._api.write(team, "chat.postEphemeral", channel=channel, user=user_of(to), **given, **content(message))
        except SlackRefused as refused:
            if refused.code not in CLOSED | {"user_not_in_channel"} or not via:
                raise
            body = {"response_type": "ephemeral", "replace_original": False, **content(message)}
            await self._api.respond(via, body)
        await self._sent.landed(row.key, ALONE)

    async def _find(self, row: Sent) -> str:
        """The id of a message whose answer was lost; empty when Slack does not have it. Raises Unavailable."""
        team, channel = split(row.channel)
        since = {"oldest": f"{row.at - EARLIER:.6f}", "limit": LOOKED_AT, "include_all_metadata": True}
        if row.thread:
            pages = self._api.pages(team, "conversations.replies", channel=channel, ts=row.thread, **since)
        else:
            pages = self._api.pages(team, "conversations.history", channel=channel, **since)
        async for page in pages:
            for message in page.get("messages") or ():
                if isinstance(message, Mapping) and is_ours(message, row.key):
                    return text(message, "ts")
        return ""

    async def _redraw(self, group: Sequence[Sent], messages: Sequence[Message], draft: Draft) -> None:
        """The last message has the buttons, so parts are counted from the end; new ones follow in the card's own thread."""
        team, channel = split(group[0].channel)
        last = group[-1]
        spare = len(messages) - len(group)
        for number, message in enumerate(messages[: max(spare, 0)]):
            row = Sent(f"{last.key}:v{draft.version}:{number}", NAME, last.channel, last.thread or last.post)
            await self._post(Place(NAME, last.channel, row.thread), row, message)
        for row, message in zip(reversed(group), reversed(messages), strict=False):
            try:
                await self._api.write(team, "chat.update", channel=channel, ts=row.post, **content(message))
            except SlackRefused as refused:
                if refused.code not in LOST:
                    raise
                logger.info("card out of reach", draft=draft.id, code=refused.code)

    async def _direct(self, place: Place, to: str) -> Place:
        """The direct message with a person: the place for cards that were drawn up elsewhere."""
        team, channel = split(place.channel)
        if channel.startswith(DIRECT):
            return place
        return Place(NAME, f"{team}/{await direct(self._api, team, user_of(to))}")


def split(channel: str) -> tuple[str, str]:
    """Workspace and channel. Raises Invalid for a channel of `bot.toml` that names no workspace."""
    team, slash, name = channel.partition("/")
    if not slash:
        raise Invalid(f"slack:{channel} names no workspace: write it like slack:T1/C1 in bot.toml.")
    return team, name


def user_of(person: str) -> str:
    """Slack's id of a person, out of `slack:T1/U1`."""
    return person.partition("/")[2]


def content(message: Message) -> dict[str, object]:
    """What is shown. Slack fetches no page for a link, so no address that a model or a ticket brought is called by showing it."""
    return {"text": message.text, "blocks": list(message.blocks), "unfurl_links": False, "unfurl_media": False}


def mark(key: str) -> dict[str, object]:
    """What a message is found by again, in both places that Slack keeps."""
    return {"client_msg_id": client_id(key), "metadata": {"event_type": MARK, "event_payload": {"key": key}}}


def client_id(key: str) -> str:
    """The same for every attempt to send a message."""
    return str(uuid.uuid5(NAMESPACE, key))


def is_ours(message: Mapping[str, Any], key: str) -> bool:
    """Whether a message is the one that was sent under this key."""
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
    by_mark = isinstance(payload, Mapping) and payload.get("key") == key
    return by_mark or text(message, "client_msg_id") == client_id(key)


def is_card(message: Mapping[str, Any]) -> bool:
    """Whether a message is a draft's card: it is no turn of a conversation."""
    blocks = message.get("blocks")
    return any(
        isinstance(b, Mapping) and text(b, "block_id").startswith("draft.") for b in (blocks if isinstance(blocks, list) else ())
    )


def groups(rows: Sequence[Sent]) -> list[list[Sent]]:
    """The messages of each card: they share a key up to the number of the part."""
    found: dict[str, list[Sent]] = {}
    for row in rows:
        if row.post != ALONE:
            found.setdefault(row.key.rpartition(":")[0], []).append(row)
    return [sorted(group, key=lambda row: row.part) for group in found.values()]


def closed(row: Sent, refused: SlackRefused) -> str:
    """What the asking person reads where the bot cannot speak."""
    what = "a proposed change" if row.draft else "an answer"
    return f"I have {what} for you, and cannot post it here. {refused}"
