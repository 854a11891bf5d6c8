"""Keeps a knowledge base in step with folders: what is new is taken in, what is gone is forgotten, the rest is left alone."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from knowledge.disk import Disk
from knowledge.extract import Limits
from knowledge.files import Unchanged, find_files, read_files
from knowledge.listing import Listing, Root, printable
from knowledge.manifest import Manifest
from knowledge.models import Document, IngestReport, Rejected
from knowledge.ports import Progress

_BATCH = 64
_BATCH_LETTERS = 2_000_000
_NOTHING = "The folder holds no file that can be read, so nothing of it was forgotten: check that it is the right one, or forget the documents by their ids."


class Shelf(Protocol):
    """The part of a knowledge base that files are put into; `Knowledge` has it."""

    async def ingest(self, documents: Sequence[Document], /) -> IngestReport:
        """Take documents in; the same ones again change nothing."""
        ...

    async def forget(self, ids: Sequence[str], /) -> object:
        """Remove documents; unknown ids are no error."""
        ...

    async def documents(self, *, source: str) -> Mapping[str, str]:
        """The documents of a source: id to a fingerprint that changes whenever the document does."""
        ...


async def ingest_files(
    shelf: Shelf,
    paths: Sequence[Path],
    *,
    audience: frozenset[str],
    source: str = "",
    manifest: Path | None = None,
    progress: Progress | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    alone: bool = False,
    disk: Disk | None = None,
) -> IngestReport:
    """Put files and folders into a knowledge base and forget what the folders no longer hold.

    `manifest` is the file with the notes of earlier runs (see `Manifest`); without it everything is read again. A file that
    can no longer be read is reported and its last good version stays. `alone`: these paths are all of the source, so what came
    from others is forgotten. Raises `Unreadable` for a path that does not exist, before anything is changed, and `Hung` when `disk`,
    where the files are, does not answer: what was read by then may be taken in, and nothing is forgotten.
    """
    disk = disk or Disk()
    listing = await find_files(paths, source=source, disk=disk)
    notes = await asyncio.to_thread(Manifest, manifest, printable(source) if alone else "") if manifest else None
    intake = _Intake(shelf, notes, listing, disk)
    await intake.look()
    items = read_files(
        listing, audience=audience, manifest=intake.manifest, held=intake.held, progress=progress, limits=limits, disk=disk
    )
    async with aclosing(items):
        async for item in items:
            await intake.take(item)
    await intake.put()
    await intake.settle()
    return intake.report


class _Intake:
    """One run: documents on their way in, and the report that grows with them."""

    def __init__(self, shelf: Shelf, manifest: Manifest | None, listing: Listing, disk: Disk) -> None:
        self.manifest = manifest
        self.held: dict[str, str] = {}
        self.report = IngestReport()
        self._shelf = shelf
        self._listing = listing
        self._disk = disk
        self._batch: list[Document] = []

    async def look(self) -> None:
        """Ask the knowledge base what it holds of the sources at hand."""
        held = [await self._shelf.documents(source=source) for source in sorted({root.source for root in self._listing.roots})]
        self.held = {id_: mark for documents in held for id_, mark in documents.items()}

    async def take(self, item: Document | Unchanged | Rejected) -> None:
        """Sort one item; documents wait until there are enough of them."""
        if isinstance(item, Rejected):
            self._add(IngestReport(rejected=(item,)))
        elif isinstance(item, Unchanged):
            self._add(IngestReport(unchanged=(item.id,)))
        else:
            self._batch.append(item)
            if len(self._batch) >= _BATCH or sum(len(one.text) for one in self._batch) > _BATCH_LETTERS:
                await self.put()

    async def put(self) -> None:
        """Hand the waiting documents over."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        report = await self._shelf.ingest(batch)
        self._add(report)
        if self.manifest:
            for line in report.rejected:  # what is held under this id, if anything, is not what the file says
                self.manifest.drop(line.name)

    async def settle(self) -> None:
        """Forget the documents whose files are gone, then note the files of those that the knowledge base really holds."""
        await self.look()
        gone = await self._disk(lambda: sorted({id_ for root in self._listing.roots for id_ in self._gone(root)}))
        if gone:
            await self._shelf.forget(gone)
            self._add(IngestReport(forgotten=tuple(gone)))
        if self.manifest:
            self.manifest.confirm(self.held)
            self.manifest.forget(gone)
            await asyncio.to_thread(self.manifest.save)

    def _gone(self, root: Root) -> list[str]:
        gone = self._listing.gone(root, self.held)
        if gone and not any(file.id.startswith(f"{root.name}/") for file in self._listing.files):
            self._add(IngestReport(rejected=(Rejected(root.name, _NOTHING),)))
            return []
        if self.manifest is None:
            return gone
        # Two folders may share a source: what came from the other one is not missed here while its file is there.
        return [id_ for id_ in gone if not self.manifest.elsewhere(id_, root.path)]

    def _add(self, more: IngestReport) -> None:
        now = self.report
        self.report = replace(
            now,
            added=now.added + more.added,
            changed=now.changed + more.changed,
            unchanged=now.unchanged + more.unchanged,
            forgotten=now.forgotten + more.forgotten,
            rejected=now.rejected + more.rejected,
            chunks=now.chunks + more.chunks,
        )
