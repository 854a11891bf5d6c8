"""What people said in Teams as far as Teams told the bot, and the files that they sent to it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from bot.members.spoken import ELSEWHERE, MOST, at
from bot.platforms.teams.line import Line
from bot.platforms.teams.members import Directory
from bot.platforms.teams.receive import NAME, Letter
from bot.platforms.teams.translate import words
from bot.settings.hosts import is_file_host
from bot.store.talk.heard import Heard, Said
from handlers.errors import Invalid
from handlers.models import Attachment, Place, Utterance

PATH = re.compile(r"/l/message/(?P<conversation>[^/]+)/(?P<post>\d{1,20})")
NOT_TEAMS = "This file lies where the bot does not fetch any. Send it in a chat with the bot, from your own device."


class TeamsTalk:
    """A bot in Teams is told what mentions it, all of its direct chats, and with consent for a team all of its channels: that is kept."""

    def __init__(self, heard: Heard, line: Line, directory: Directory, *, hosts: str) -> None:
        self._heard = heard
        self._line = line
        self._directory = directory
        self._hosts = hosts

    async def note(self, letter: Letter, thread: str) -> None:
        """Keep a message of a person's."""
        if said := words(letter):
            await self._heard.note(
                Said(NAME, letter.conversation, thread, letter.id, letter.sender_name, said, letter.at, letter.sender)
            )

    async def of(self, conversation: str, post: str) -> Said | None:
        """One message of a person's; None where the bot was not told of it."""
        return await self._heard.of(NAME, conversation, post)

    async def read(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """See `bot.work.voice.Voice.talk`."""
        if link or not (since or last):
            thread = linked(link, place.channel) if link else place.thread
            found = await self._heard.thread(NAME, place.channel, thread) if thread else ()
        else:
            after = since.timestamp() if since else 0.0
            found = await self._heard.window(NAME, place.channel, since=after, limit=last or MOST)
        authors = await self._directory.names(one.author for one in found)
        now = datetime.now(UTC)
        return [Utterance(one.speaker, at(one.at, now=now), one.words, authors=authors[one.author]) for one in found]

    async def file(self, file: Attachment) -> bytes:
        """The bytes of a file that was sent. Teams signs its address for a few minutes, so no token goes along.

        Raises Invalid, NotFound, NotAllowed, Unavailable.
        """
        if not is_file_host(file.reference, self._hosts):
            raise Invalid(NOT_TEAMS)
        return await self._line.file(file.reference)


def linked(link: str, conversation: str) -> str:
    """The thread of the message that a link leads to. Raises Invalid for one that leads out of the conversation."""
    try:
        parts = urlsplit(link.strip("<>"))
    except ValueError:
        raise Invalid(ELSEWHERE) from None
    found = PATH.fullmatch(parts.path)
    if found is None or unquote(found["conversation"]) != conversation:
        raise Invalid(ELSEWHERE)
    parent = parse_qs(parts.query).get("parentMessageId", [""])[0]
    return parent if parent.isdecimal() else found["post"]
