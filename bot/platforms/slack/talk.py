"""What people said in Slack, and the files that they sent, read with the bot's own token."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.members.spoken import ELSEWHERE, MOST, at
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.members import Directory
from bot.platforms.slack.once import split
from bot.platforms.slack.receive import SPOKEN_SUBTYPES, text
from bot.platforms.slack.refusals import SlackRefused
from bot.platforms.slack.tokens import Tokens
from bot.platforms.slack.translate import files_of, words
from handlers.errors import Invalid
from handlers.models import Attachment, Place, Utterance

LINK = re.compile(
    r"https://[\w.-]+/archives/(?P<channel>\w+)/p(?P<seconds>\d{10})(?P<rest>\d{6})(?:\?(?:[^\s]*&)?thread_ts=(?P<root>\d+\.\d+)\S*)?\S*",
    re.ASCII,
)
"""The address that Slack copies for a message."""
PAGE = 200
"""Messages a page; Slack advises no more."""
CLOSED = "The bot cannot read this channel. Invite it, then try again."
MENTION = re.compile(r"@(U\w{1,20})\b", re.ASCII)


class SlackTalk:
    """The log of every workspace that the bot is in."""

    def __init__(self, api: SlackApi, tokens: Tokens, directory: Directory) -> None:
        self._api = api
        self._tokens = tokens
        self._directory = directory

    async def read(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """See `bot.work.voice.Voice.talk`. A channel's window has no answers from threads: Slack tells those by thread only."""
        team, channel = split(place.channel)
        thread = linked(link, channel) if link else "" if since or last else place.thread
        if not thread and not since and not last:
            return ()
        try:
            found = [m async for m in self._messages(team, channel, thread, since, last or MOST)]
        except SlackRefused as refused:
            raise Invalid(CLOSED) from refused
        me = await self._tokens.bot(team)
        found = [m for m in found if is_said(m, me.bot_user)]
        return [await self._told(team, one, me.bot_user) for one in sorted(found, key=lambda m: text(m, "ts"))]

    async def file(self, file: Attachment, place: Place) -> bytes:
        """The bytes of a file that was sent. Raises Invalid, NotFound, NotAllowed, Unavailable."""
        return await self._api.file(split(place.channel)[0], file.reference)

    async def _messages(
        self, team: str, channel: str, thread: str, since: datetime | None, most: int
    ) -> AsyncIterator[Mapping[str, Any]]:
        if thread:
            pages = self._api.pages(team, "conversations.replies", channel=channel, ts=thread, limit=PAGE)
        else:
            oldest = f"{since.timestamp():.6f}" if since else None
            pages = self._api.pages(team, "conversations.history", channel=channel, oldest=oldest, limit=min(PAGE, most))
        count = 0
        async for page in pages:
            for message in page.get("messages") or ():
                if isinstance(message, Mapping) and count < most:
                    count += 1
                    yield message
            if count >= most:
                return

    async def _told(self, team: str, message: Mapping[str, Any], me: str) -> Utterance:
        said = words(text(message, "text"), bot_user=me)
        names = {user: (await self._directory.person(team, user)).name for user in dict.fromkeys(MENTION.findall(said))}
        said = MENTION.sub(lambda hit: f"@{names[hit[1]]}", said)
        speaker = await self._directory.person(team, text(message, "user"))
        then = at(float(text(message, "ts")), now=datetime.now(UTC))
        return Utterance(speaker.name, then, said, files_of(message), speaker.names)


def is_said(message: Mapping[str, Any], me: str) -> bool:
    """Whether a person said it."""
    is_person = text(message, "user") not in ("", me) and not message.get("bot_id")
    return is_person and text(message, "subtype") in SPOKEN_SUBTYPES


def linked(link: str, channel: str) -> str:
    """The thread of the message that a link leads to. Raises Invalid for one that leads out of the channel."""
    found = LINK.fullmatch(link.strip("<>"))
    if found is None or found["channel"] != channel:
        raise Invalid(ELSEWHERE)
    return found["root"] or f"{found['seconds']}.{found['rest']}"
