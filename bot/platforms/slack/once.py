"""One message, once: announced before it goes out, looked up before it is sent again, told privately where it cannot be posted."""

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.receive import NAME, text
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.stream import Streams
from bot.platforms.slack.tokens import Tokens
from bot.platforms.slack.words import Message
from bot.store.talk.sent import Sent, SentStore
from handlers.errors import Invalid
from handlers.models import Place

MARK = "countersign_post"
"""Type of the metadata by which a message of ours is found again."""
ALONE = "only you"
"""Stands for the id of a message that only one person sees: Slack gives it none that could be used."""
CLOSED = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
"""Refusals that mean: the bot cannot speak in this channel."""
EARLIER = 120.0
"""Seconds before an announcement from which on a lost message is looked for: clocks differ."""
LOOKED_AT = 100
"""Messages a page of Slack's log."""
NAMESPACE = uuid.UUID("6f2f0c7e-6f0e-4a58-9a55-0c1b0f2a5d11")


class Once:
    """How messages go out. Every method may be called again after a crash or a lost answer."""

    def __init__(self, api: SlackApi, tokens: Tokens, sent: SentStore) -> None:
        self._api = api
        self._tokens = tokens
        self._sent = sent
        self._streams = Streams(api)

    async def post(self, place: Place, row: Sent, message: Message, *, via: str = "") -> bool:
        """Send a message once. Raises Unknown when its answer was lost: the next attempt looks it up before anything is sent.

        False: an earlier attempt sent it, so what stands there may be older than `message`.
        """
        known, new = await self._sent.announce(row)
        if known.post:
            return False
        post = "" if new else await self._find(known)
        await self._sent.landed(row.key, post or await self._send(place, row, message, via=via))
        return not post

    async def stream(self, place: Place, row: Sent, message: Message, *, to: str) -> None:
        """The same, word by word. Where Slack has no streams it is posted as a whole."""
        known, new = await self._sent.announce(row)
        whole = Sent(f"{row.key}:whole", NAME, row.channel, row.thread)
        if known.post and await self._sent.is_known(whole.key):
            return
        team, channel = split(place.channel)
        post = known.post or ("" if new else await self._find(known, unmarked=True))
        begun = "" if post else await self._streams.begin(team, channel, place.thread, to=user_of(to))
        if not post and not begun:
            await self._sent.landed(row.key, await self._send(place, row, message))
        else:
            await self._sent.landed(row.key, post or begun)
            await self._streams.finish(team, channel, post or begun, message, is_new=bool(begun))
        await self._sent.announce(whole)

    async def whisper(self, place: Place, row: Sent, message: Message, *, to: str, via: str) -> None:
        """Say something that one person sees. It cannot be looked up, so an attempt whose answer was lost is made again."""
        known, _ = await self._sent.announce(row)
        if known.post:
            return
        team, channel = split(place.channel)
        given: dict[str, object] = {"thread_ts": place.thread} if place.thread else {}
        try:
            await self._api.write(team, "chat.postEphemeral", channel=channel, user=user_of(to), **given, **content(message))
        except SlackRefused:
            if not via:
                raise
            await self._api.respond(via, {"response_type": "ephemeral", "replace_original": False, **content(message)})
        await self._sent.landed(row.key, ALONE)

    async def _send(self, place: Place, row: Sent, message: Message, *, via: str = "") -> str:
        team, channel = split(place.channel)
        given: dict[str, object] = {"thread_ts": place.thread} if place.thread else {}
        try:
            answer = await self._api.write(
                team, "chat.postMessage", channel=channel, **given, **content(message), **mark(row.key)
            )
        except SlackRefused as refused:
            if refused.code not in CLOSED or not via:
                raise
            body = {"response_type": "ephemeral", "replace_original": False, "text": closed(row, refused)}
            await self._api.respond(via, body)
            return ALONE
        return text(answer, "ts")

    async def _find(self, row: Sent, *, unmarked: bool = False) -> str:
        """The id of a message whose answer was lost; empty when Slack does not have it. Raises Unavailable.

        A stream carries no mark before it is finished: with `unmarked` a message of the bot's that is no other one counts, too.
        """
        me = await self._tokens.bot(split(row.channel)[0])
        others = await self._sent.posts(NAME, row.channel, row.thread) if unmarked else frozenset()
        stray = ""
        async for message in self._log(row):
            if is_ours(message, row.key):
                return text(message, "ts")
            is_mine = text(message, "user") == me.bot_user and not message.get("metadata") and not message.get("files")
            if unmarked and is_mine and text(message, "ts") not in others:
                stray = text(message, "ts")
        return stray

    async def _log(self, row: Sent) -> AsyncIterator[Mapping[str, Any]]:
        team, channel = split(row.channel)
        since = {"oldest": f"{row.at - EARLIER:.6f}", "limit": LOOKED_AT, "include_all_metadata": True}
        if row.thread:
            pages = self._api.pages(team, "conversations.replies", channel=channel, ts=row.thread, **since)
        else:
            pages = self._api.pages(team, "conversations.history", channel=channel, **since)
        async for page in pages:
            for message in page.get("messages") or ():
                if isinstance(message, Mapping):
                    yield message


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


def closed(row: Sent, refused: SlackRefused) -> str:
    """What the asking person reads where the bot cannot speak."""
    what = "a proposed change" if row.draft else "an answer"
    return f"I have {what} for you, and cannot post it here. {refused}"
