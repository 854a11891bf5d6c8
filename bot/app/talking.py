"""What handlers are given of conversations and documents: read through the platform's voice, files read by a confined child."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.net.download import MOST, TOO_LARGE
from bot.net.fetch import Fetcher
from bot.work.voice import Voice
from handlers.errors import Invalid
from handlers.models import Attachment, Place, Utterance
from knowledge.errors import Unreadable
from knowledge.extract import SUFFIXES, extract
from knowledge.models import Document

PLAIN = (".vtt", ".srt", ".txt", ".md")
"""Endings of files that are text as they are."""
TYPES: Mapping[str, str] = {
    "text/html": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
"""Media types of the web that are read, and under which ending."""
WEB = "web"
"""The source of what is fetched, as `[llm] never_send` in `bot.toml` names it."""
KINDS = ", ".join(sorted(suffix[1:] for suffix in {*PLAIN, *SUFFIXES}))


class Stored(Protocol):
    """Documents of the knowledge base by their address."""

    async def __call__(self, url: str, *, audience: AbstractSet[str]) -> Document | None:
        """None where there is none that the audience may read."""
        ...


class Talking:
    """The Talk and Files ports over the voices of the platforms, and the Documents port over the web."""

    def __init__(self, voices: Mapping[str, Voice], fetcher: Fetcher, stored: Stored) -> None:
        self._voices = voices
        self._fetcher = fetcher
        self._stored = stored

    async def talk(self, place: Place, *, since: datetime | None = None, last: int = 0, link: str = "") -> Sequence[Utterance]:
        """See `handlers.ports.Talk`."""
        return await self._voice(place).talk(place, since=since, last=last, link=link)

    async def file(self, file: Attachment, *, place: Place) -> str:
        """See `handlers.ports.Files`."""
        suffix = Path(file.name).suffix.lower()
        if suffix not in {*PLAIN, *SUFFIXES}:
            raise Invalid(f"Files of this kind cannot be read. Save it as one of {KINDS}, and send that.")
        if file.size > MOST:
            raise Invalid(TOO_LARGE)
        return await text_of(await self._voice(place).file(file, place), suffix)

    async def document(self, url: str, *, audience: AbstractSet[str]) -> Document:
        """See `handlers.ports.Documents`."""
        if (known := await self._stored(url, audience=audience)) is not None:
            return known
        found = await self._fetcher.fetch(url, types=TYPES)
        return Document(found.url, found.url, await text_of(found.data, TYPES[found.type]), found.url, source=WEB)

    def ports(self) -> Mapping[str, object]:
        """By the names of handlers' parameters."""
        return {"talk": self.talk, "files": self.file, "documents": self.document}

    def _voice(self, place: Place) -> Voice:
        if (voice := self._voices.get(place.platform)) is None:
            raise Invalid("There is no conversation on the command line. Give this command in Slack, Teams or the playground.")
        return voice


async def text_of(data: bytes, suffix: str) -> str:
    """The text of a file. Raises Invalid with what to do."""
    if suffix in PLAIN:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
        return text.replace("\x00", "")
    with tempfile.TemporaryDirectory(prefix="file-") as folder:
        path = Path(folder) / f"sent{suffix}"
        await asyncio.to_thread(path.write_bytes, data)
        try:
            return await extract(path)
        except Unreadable as unreadable:
            raise Invalid(str(unreadable)) from unreadable
