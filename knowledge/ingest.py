"""Takes documents in: skips what is unchanged, writes what is new, then removes what is stale."""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from knowledge.batches import in_batches
from knowledge.chunk import chunks
from knowledge.engines import Engines
from knowledge.index import Revision, Row
from knowledge.models import Chunk, Document, IngestReport, Rejected
from knowledge.ports import Progress, TokenEmbedder, Vectors

GROUP = 64
"""Documents that are looked up, embedded and written together."""


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class _Change:
    """What one document's new revision asks for."""

    new: list[Row]
    kept: list[Row]
    stale: frozenset[str]


class Ingest:
    """Writes to index and lexical index in step. One call at a time.

    Order of each group: chunks that stay get their new description (so a narrower audience holds at once), new chunks are
    written, stale ones removed. A crash in between leaves a document twice in part, never with a gap, and its stored hash
    tells the next ingestion to finish the work. The lexical copy loses its stamp first, so it is rebuilt after a crash.
    """

    def __init__(self, engines: Engines) -> None:
        self._index = engines.index
        self._lexical = engines.lexical
        self._words = engines.words
        self._embedder = engines.embedder
        self._tokens = engines.tokens
        self._pages = engines.pages

    async def take_in(self, documents: Iterable[Document], progress: Progress | None = None) -> IngestReport:
        """Bring the stored documents to this state. Of several documents with one id the last counts."""
        accepted, rejected = sift(documents)
        tally = _Tally()
        await self.mirror()
        await self._words(self._lexical.mark, "")
        for group in in_batches(accepted, GROUP):
            await self._take_in_group(group, tally)
            if progress:
                progress("documents", len(tally.added) + len(tally.changed) + len(tally.unchanged), len(accepted))
        await self._words(self._lexical.mark, await self._index.renew())
        return IngestReport(
            added=tuple(tally.added),
            changed=tuple(tally.changed),
            unchanged=tuple(tally.unchanged),
            rejected=tuple(rejected),
            chunks=tally.chunks,
        )

    async def forget(self, document_ids: Iterable[str]) -> tuple[str, ...]:
        """Remove documents; returns the ids of those that were there."""
        stored = await self._index.revisions(list(dict.fromkeys(document_ids)))
        if stored:
            await self.mirror()
            await self._words(self._lexical.mark, "")
            gone = sorted(chunk_id for revision in stored.values() for chunk_id in revision.chunk_ids)
            await self._index.drop(gone)
            await self._words(self._lexical.change, (), gone)
            await self._pages(self._tokens.drop, gone)
            await self._words(self._lexical.mark, await self._index.renew())
        return tuple(sorted(stored))

    async def narrow(self, source: str, audience: AbstractSet[str]) -> int:
        """Take the right to read a source from everybody outside of an audience; how many chunks that changed. Nobody is given one.

        The hash of a narrowed document is none that a file gives, so the next ingestion says who may read it after all.
        """
        narrowed = 0
        while found := await self._narrow(
            source, audience
        ):  # again until there is nothing left: the engine promises no order of its pages
            narrowed += found
        if narrowed:
            await self._words(self._lexical.mark, await self._index.renew())
        return narrowed

    async def _narrow(self, source: str, audience: AbstractSet[str]) -> int:
        narrowed = 0
        async for page in self._index.rows(source):
            rows = [_narrowed(row, audience) for row in page if row.chunk.audience - audience]
            if not rows:
                continue
            if not narrowed:
                await self.mirror()
                await self._words(self._lexical.mark, "")
            await self._index.describe(rows)
            await self._words(self._lexical.change, [row.chunk for row in rows], ())
            narrowed += len(rows)
        return narrowed

    async def mirror(self) -> None:
        """Rebuild the lexical index when it is not a copy of this revision of the index."""
        revision, stamp = await self._index.revision(), await self._words(lambda: self._lexical.stamp)
        total, mirrored = await self._index.count(), await self._words(self._lexical.count)
        if revision == stamp and total == mirrored:
            return
        await self._words(self._lexical.clear)
        async for page in self._index.all_chunks():
            await self._words(self._lexical.change, page, ())
        await self._words(self._lexical.mark, revision)

    async def _take_in_group(self, documents: Sequence[Document], tally: _Tally) -> None:
        stored = await self._index.revisions([document.id for document in documents])
        changes: list[_Change] = []
        for document in documents:
            former = stored.get(document.id)
            fingerprint = content_hash(document)
            if former and former.whole and former.hash == fingerprint:
                tally.unchanged.append(document.id)
                continue
            changes.append(await self._change(document, fingerprint, former))
            (tally.changed if former else tally.added).append(document.id)
        if changes:
            await self._write(changes, tally)

    async def _change(self, document: Document, fingerprint: str, former: Revision | None) -> _Change:
        pieces = await asyncio.to_thread(chunks, document, count=self._embedder.count, model=self._embedder.id)
        known = former.chunk_ids if former else frozenset[str]()
        rows = [Row(piece, fingerprint, len(pieces)) for piece in pieces]
        return _Change(
            new=[row for row in rows if row.chunk.id not in known],
            kept=[row for row in rows if row.chunk.id in known],
            stale=known - {row.chunk.id for row in rows},
        )

    async def _write(self, changes: Sequence[_Change], tally: _Tally) -> None:
        new = [row for change in changes for row in change.new]
        kept = [row for change in changes for row in change.kept]
        stale = sorted(chunk_id for change in changes for chunk_id in change.stale)
        vectors = await self._vectors([row.chunk for row in new])
        await self._index.describe(kept)
        await self._index.put(new, vectors)
        await self._index.drop(stale)
        written: list[Chunk] = [row.chunk for row in (*kept, *new)]
        await self._words(self._lexical.change, written, stale)
        await self._pages(self._tokens.drop, stale)
        tally.chunks += len(new)

    async def _vectors(self, new: Sequence[Chunk]) -> Vectors:
        """The vectors of new chunks; token vectors are put aside on the way when the model gives both at once."""
        texts = [chunk.passage for chunk in new]
        if not isinstance(self._embedder, TokenEmbedder):
            return await self._embedder.embed(texts)
        vectors, tokens = await self._embedder.embed_with_tokens(texts)
        await self._pages(self._tokens.write, {chunk.id: one for chunk, one in zip(new, tokens, strict=True)})
        return vectors


def sift(documents: Iterable[Document]) -> tuple[list[Document], list[Rejected]]:
    """The documents that can be stored, each id once (the last one counts), and those that cannot, with the reason."""
    last = {document.id: document for document in documents}
    accepted, rejected = [], []
    for document in last.values():
        if not document.id.strip():
            rejected.append(Rejected(document.title or "(no id)", "The document has no id: give it one that stays the same."))
        elif _clean(document.id) != document.id:
            reason = "The document's id holds characters that cannot be stored: give it one of ordinary letters."
            rejected.append(Rejected(_clean(document.id), reason))
        elif not document.text.strip():
            rejected.append(Rejected(document.id, "The document has no text: add some, or leave the document out."))
        else:
            accepted.append(_storable(document))
    return accepted, rejected


def content_hash(document: Document) -> str:
    """Of everything that is stored about a document; the same hash means that nothing is to be done."""
    parts = [document.id, document.title, document.text, document.url, sorted(document.audience), document.source]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _narrowed(row: Row, audience: AbstractSet[str]) -> Row:
    kept = row.chunk.audience & audience
    fingerprint = hashlib.sha256(json.dumps([row.hash, sorted(kept)]).encode()).hexdigest()
    return Row(replace(row.chunk, audience=kept), fingerprint, row.siblings)


def _storable(document: Document) -> Document:
    """Without half surrogates (no engine can store them) and without nameless audiences."""
    audience = frozenset(_clean(name) for name in document.audience if name)
    return replace(
        document, title=_clean(document.title), text=_clean(document.text), url=_clean(document.url), audience=audience
    )


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
