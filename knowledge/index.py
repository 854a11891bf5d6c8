"""The truth of the knowledge base: chunks with their vectors and who may read them, kept in a Chroma collection."""

from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from uuid import uuid4

import numpy as np

from knowledge.batches import in_batches
from knowledge.chroma import Collection, Filter, Metadata
from knowledge.errors import WrongModel
from knowledge.models import Chunk
from knowledge.ports import Vectors

PAGE = 500
"""Rows per call: keeps single calls short, so that questions get their turn between them."""
NOBODY = ""
"""Stored for an empty audience, because Chroma cannot store an empty list; no question can ask as it."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What is stored of a document: the hash of its content, the ids of its chunks, and whether all of them are there."""

    hash: str
    chunk_ids: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A chunk as it is stored, with the content hash of its document and the number of the document's chunks."""

    chunk: Chunk
    hash: str
    siblings: int


@dataclass(slots=True)
class _Gathered:
    hashes: set[str] = field(default_factory=set)
    siblings: set[int] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


class Index:
    """Vectors, texts and permissions. Every read that serves a question takes the asker's audience and denies by default."""

    def __init__(self, collection: Collection, about: Mapping[str, str]) -> None:
        self._collection = collection
        self._about = dict(about)

    @classmethod
    async def over(cls, collection: Collection, *, model: str) -> "Index":
        """The index in `collection`. Raises WrongModel (and closes the collection) when it was made with another model."""
        about = await collection.about()
        if about.get("model") != model:
            await collection.close()
            raise WrongModel(
                f"The index was made with the embedding model {about.get('model')!r}, and this program uses {model!r}: "
                "set the former model again, or delete the index and ingest the documents again."
            )
        return cls(collection, about)

    async def nearest(self, vectors: Vectors, *, audience: AbstractSet[str], count: int) -> list[dict[str, float]]:
        """For each vector the cosine of the `count` nearest chunks that the audience may read, by chunk id."""
        where = _allowed(audience)
        if where is None or not len(vectors):
            return [{} for _ in vectors]
        found = await self._collection.query(np.ascontiguousarray(vectors, np.float32), count, where)
        return [
            {chunk_id: 1.0 - distance for chunk_id, distance in zip(ids, distances, strict=True)}
            for ids, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    async def fetch(self, chunk_ids: Sequence[str], *, audience: AbstractSet[str]) -> dict[str, tuple[Chunk, Vectors]]:
        """Chunks and their vectors by id; what is gone or not for this audience is left out."""
        if not chunk_ids:
            return {}
        rows = await self._collection.get(["documents", "metadatas", "embeddings"], ids=chunk_ids)
        vectors = rows["embeddings"]
        fetched: dict[str, tuple[Chunk, Vectors]] = {}
        for place, row in enumerate(_rows(rows["ids"], rows["documents"], rows["metadatas"])):
            if vectors is not None and row.chunk.audience & audience:
                fetched[row.chunk.id] = (row.chunk, np.asarray(vectors[place], np.float32))
        return fetched

    async def revisions(self, document_ids: Sequence[str]) -> dict[str, Revision]:
        """What is stored of these documents; unknown ones are left out."""
        gathered: dict[str, _Gathered] = {}
        for page in in_batches(document_ids, PAGE):
            rows = await self._collection.get(["metadatas"], where={"document_id": {"$in": list(page)}})
            for chunk_id, about in zip(rows["ids"], rows["metadatas"] or (), strict=True):
                one = gathered.setdefault(str(about["document_id"]), _Gathered())
                one.ids.add(chunk_id)
                one.hashes.add(str(about["hash"]))
                one.siblings.add(_number(about, "siblings"))
        return {
            document_id: Revision(
                hash=min(one.hashes),
                chunk_ids=frozenset(one.ids),
                whole=len(one.hashes) == 1 and one.siblings == {len(one.ids)},
            )
            for document_id, one in gathered.items()
        }

    async def readable(self, document_ids: Sequence[str], *, audience: AbstractSet[str]) -> frozenset[str]:
        """Those of the documents that somebody of the audience may read; nobody may read what is not there."""
        allowed = _allowed(audience)
        if allowed is None:
            return frozenset()
        found: set[str] = set()
        for page in in_batches(document_ids, PAGE):
            where: Filter = {"$and": [{"document_id": {"$in": list(page)}}, allowed]}
            rows = await self._collection.get(["metadatas"], where=where)
            found |= {str(about["document_id"]) for about in rows["metadatas"] or ()}
        return frozenset(found)

    async def chunks_at(self, url: str, *, audience: AbstractSet[str]) -> list[Chunk]:
        """The pieces of the document with this address, in order; of the first one where several have it, none of what is not for them."""
        allowed = _allowed(audience)
        if allowed is None:
            return []
        rows = await self._collection.get(["documents", "metadatas"], where={"$and": [{"url": url}, allowed]}, limit=PAGE)
        found = [row.chunk for row in _rows(rows["ids"], rows["documents"], rows["metadatas"])]
        first = min((chunk.document_id for chunk in found), default="")
        return sorted((chunk for chunk in found if chunk.document_id == first), key=lambda chunk: chunk.position)

    async def documents(self, source: str | None = None) -> dict[str, str]:
        """Content hash by document id, of all documents or of one source."""
        where: Filter | None = None if source is None else {"source": source}
        found: dict[str, str] = {}
        offset = 0
        while True:
            rows = await self._collection.get(["metadatas"], where=where, limit=PAGE * 4, offset=offset)
            for about in rows["metadatas"] or ():
                found[str(about["document_id"])] = str(about["hash"])
            if len(rows["ids"]) < PAGE * 4:
                return found
            offset += PAGE * 4

    async def all_chunks(self) -> AsyncIterator[list[Chunk]]:
        """Every chunk, page by page. Nothing may be written meanwhile."""
        offset = 0
        while True:
            rows = await self._collection.get(["documents", "metadatas"], limit=PAGE * 4, offset=offset)
            if rows["ids"]:
                yield [row.chunk for row in _rows(rows["ids"], rows["documents"], rows["metadatas"])]
            if len(rows["ids"]) < PAGE * 4:
                return
            offset += PAGE * 4

    async def rows(self, source: str) -> AsyncIterator[list[Row]]:
        """Every chunk of a source as it is stored, page by page. No row may come or go meanwhile; what is said of one may change."""
        offset = 0
        while True:
            found = await self._collection.get(["documents", "metadatas"], where={"source": source}, limit=PAGE, offset=offset)
            yield _rows(found["ids"], found["documents"], found["metadatas"])
            if len(found["ids"]) < PAGE:
                return
            offset += PAGE

    async def put(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Store new chunks with their vectors."""
        for places in in_batches(range(len(rows)), min(PAGE, self._collection.batch)):
            part = [rows[place] for place in places]
            await self._collection.upsert(
                [row.chunk.id for row in part],
                np.ascontiguousarray(vectors[list(places)], np.float32),
                [row.chunk.text for row in part],
                [_about(row) for row in part],
            )

    async def describe(self, rows: Sequence[Row]) -> None:
        """Rewrite what is said about chunks that are already stored: audience, position, URL, hash; vectors stay."""
        for part in in_batches(rows, min(PAGE, self._collection.batch)):
            await self._collection.update([row.chunk.id for row in part], [_about(row) for row in part])

    async def drop(self, chunk_ids: Sequence[str]) -> None:
        """Take chunks out."""
        for part in in_batches(chunk_ids, min(PAGE, self._collection.batch)):
            await self._collection.delete(list(part))

    async def revision(self) -> str:
        """Changes whenever an ingestion has ended; the lexical index carries the one that it mirrors."""
        return (await self._collection.about()).get("revision", "")

    async def renew(self) -> str:
        """Give the index a new revision and say which."""
        self._about = {**self._about, "revision": uuid4().hex}
        await self._collection.mark(self._about)
        return self._about["revision"]

    async def count(self) -> int:
        """Number of chunks."""
        return await self._collection.count()

    async def close(self) -> None:
        """Give files, connections and threads back."""
        await self._collection.close()


def _allowed(audience: AbstractSet[str]) -> Filter | None:
    """Chroma's filter for rows that name one of the audience; None when nobody can be meant."""
    names = sorted(name for name in audience if name != NOBODY)
    if not names:
        return None
    clauses = [{"audience": {"$contains": name}} for name in names]
    return clauses[0] if len(clauses) == 1 else {"$or": clauses}


def _about(row: Row) -> Metadata:
    chunk = row.chunk
    return {
        "document_id": chunk.document_id,
        "title": chunk.title,
        "heading": chunk.heading,
        "url": chunk.url,
        "source": chunk.source,
        "audience": sorted(chunk.audience) or [NOBODY],
        "position": chunk.position,
        "hash": row.hash,
        "siblings": row.siblings,
    }


def _number(about: Metadata, name: str) -> int:
    value = about[name]
    return value if isinstance(value, int) else 0


def _rows(ids: Sequence[str], documents: Sequence[str] | None, metadatas: Sequence[Metadata] | None) -> list[Row]:
    """What Chroma returned, as rows in the same order."""
    rows = []
    for chunk_id, text, about in zip(ids, documents or (), metadatas or (), strict=True):
        audience = about["audience"]
        names = frozenset(audience if isinstance(audience, list) else ()) - {NOBODY}
        chunk = Chunk(
            id=chunk_id,
            document_id=str(about["document_id"]),
            title=str(about["title"]),
            heading=str(about["heading"]),
            text=text,
            url=str(about["url"]),
            audience=names,
            source=str(about["source"]),
            position=_number(about, "position"),
        )
        rows.append(Row(chunk, str(about["hash"]), _number(about, "siblings")))
    return rows
