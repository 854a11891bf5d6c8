"""Files and folders as documents: listed, read beside the event loop, and handed out one by one in a stable order."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.disk import Disk
from knowledge.errors import Hung, Unreadable
from knowledge.extract import Extractor, Limits
from knowledge.extraction.contract import too_large
from knowledge.listing import File, Listing, list_files, same_id
from knowledge.manifest import Manifest, stamp_of
from knowledge.models import Document, Rejected
from knowledge.ports import Progress
from knowledge.titles import entitle

__all__ = ["Item", "Unchanged", "find_files", "read_files"]

_AHEAD = 2
_CANNOT = "The file cannot be opened ({}): check that it exists and may be read."


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The document `id` is in the knowledge base already, as this file would give it; the file was not read."""

    id: str


Item = Document | Unchanged | Rejected
"""What becomes of one file."""


async def find_files(paths: Sequence[Path], *, source: str = "", disk: Disk | None = None) -> Listing:
    """List what stands behind `paths` (see `list_files`) without holding up the event loop.

    Raises `Unreadable` when one of them does not exist, `Hung` when the disk does not answer: then nothing was read.
    """
    disk = disk or Disk()
    return await disk(list_files, paths, source=source, beat=disk.beat)


async def read_files(
    listing: Listing,
    *,
    audience: frozenset[str],
    manifest: Manifest | None = None,
    held: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    disk: Disk | None = None,
) -> AsyncGenerator[Item, None]:
    """Turn each listed file into a document, in the order of the listing; rejected paths come first.

    One file that cannot be read costs one `Rejected` and nothing else; a disk that does not answer raises `Hung`. With a `manifest` and `held`, the fingerprints of
    the documents that the knowledge base has (id to fingerprint), an unchanged file is not read again. At most a few texts
    are in memory at a time. Close the iterator when leaving it early (`contextlib.aclosing`).
    """
    for line in listing.rejected:
        yield line
    async with Extractor(limits=limits, children=max(1, min(4, os.cpu_count() or 1))) as extractor:
        reader = _Reader(extractor, audience, manifest, held or {}, disk or Disk())
        waiting: deque[asyncio.Task[Item]] = deque()
        files = iter(listing.files)
        try:
            for done in range(len(listing.files)):
                while len(waiting) < _AHEAD * extractor.children and (file := next(files, None)):
                    waiting.append(asyncio.create_task(reader.read(file)))
                yield await waiting.popleft()
                if progress:
                    progress("reading files", done + 1, len(listing.files))
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


class _Reader:
    """One file to one item."""

    def __init__(
        self, extractor: Extractor, audience: frozenset[str], manifest: Manifest | None, held: Mapping[str, str], disk: Disk
    ) -> None:
        self._extractor = extractor
        self._audience = audience
        self._manifest = manifest
        self._held = held
        self._limits = extractor.limits
        self._disk = disk

    async def read(self, file: File) -> Item:
        """Read one file unless the knowledge base holds just this."""
        try:
            known = await self._disk(self._look, file)
            if known:
                return known
            text = await self._extractor.extract(file.path)
            return await self._disk(self._document, file, text)
        except Hung:  # of the other files nothing can be known either
            raise
        except Unreadable as error:
            self._drop(file)
            return Rejected(file.id, str(error))
        except OSError as error:
            self._drop(file)
            return Rejected(file.id, _CANNOT.format(error.strerror))

    def _look(self, file: File) -> Item | None:
        if stamp_of(file.path).size > self._limits.file_bytes:
            return Rejected(file.id, too_large(self._limits))
        if self._manifest is None:
            return None
        if other := self._manifest.elsewhere(file.id, file.path.parent):
            return Rejected(file.id, same_id(other))
        if self._manifest.unchanged(file, self._audience, self._held.get(file.id)):
            return Unchanged(file.id)
        self._manifest.stage(file, self._audience)
        return None

    def _document(self, file: File, text: str) -> Item:
        """The document of a file's text. A file that was written to meanwhile is read again the next time."""
        if self._manifest and self._manifest.staged(file.id) != stamp_of(file.path):
            self._manifest.drop(file.id)
        titled = entitle(text, file.id.rpartition("/")[2])
        if not titled.text:
            raise Unreadable("The file has a title and no text: write some below it or leave the file out.")
        return Document(file.id, titled.title, titled.text, titled.url, self._audience, file.source)

    def _drop(self, file: File) -> None:
        if self._manifest:
            self._manifest.drop(file.id)
