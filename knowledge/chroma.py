"""Opens the Chroma collection, in a folder or on a server, behind one shape; the only importer of chromadb."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BrokenIndex, Closed
from knowledge.lane import Lane

if TYPE_CHECKING:
    from chromadb.config import Settings

COLLECTION = "countersign"
PATIENCE = 60.0
"""Seconds for one call to a server; Chroma's client itself would wait for ever."""
WRITES = frozenset({"upsert", "update", "delete", "modify"})

Metadata = Mapping[str, str | int | list[str]]
Filter = Mapping[str, object]
Call = Callable[[str, Mapping[str, object]], Awaitable[object]]
"""Runs the named method of the collection with these arguments."""


class Rows(TypedDict):
    """Rows of the collection; what was not asked for is None."""

    ids: list[str]
    embeddings: NDArray[np.float32] | None
    documents: list[str] | None
    metadatas: list[Metadata] | None


class Nearest(TypedDict):
    """Nearest rows, one list per vector asked for, nearest first; distance = 1 - cosine."""

    ids: list[list[str]]
    distances: list[list[float]]


class Collection:
    """A Chroma collection whose calls never block the event loop. Each method is Chroma's of the same name.

    Every failure of the engine comes out as BrokenIndex with a sentence; a call after `close` as Closed.
    """

    def __init__(self, call: Call, place: str, batch: int, close: Callable[[], Awaitable[None]]) -> None:
        self._call = call
        self._place = place
        self._close = close
        self._is_closed = False
        self.batch = batch

    async def about(self) -> dict[str, str]:
        """The collection's own metadata."""
        return dict(cast("Mapping[str, str]", await self._run("about")))

    async def mark(self, about: Mapping[str, str]) -> None:
        """Replace the collection's own metadata."""
        await self._run("modify", metadata=dict(about))

    async def get(
        self,
        include: Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        where: Filter | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Rows:
        """Rows by id, by filter, or all; `include` names the columns."""
        found = await self._run("get", include=list(include), ids=ids, where=where, limit=limit, offset=offset)
        return cast("Rows", found)

    async def query(self, vectors: NDArray[np.float32], count: int, where: Filter) -> Nearest:
        """The nearest rows of each vector that pass the filter."""
        found = await self._run("query", query_embeddings=vectors, n_results=count, where=where, include=["distances"])
        return cast("Nearest", found)

    async def upsert(
        self, ids: Sequence[str], vectors: NDArray[np.float32], documents: Sequence[str], metadatas: Sequence[Metadata]
    ) -> None:
        """Add rows, or replace those with the same ids. At most `batch` at once."""
        await self._run("upsert", ids=list(ids), embeddings=vectors, documents=list(documents), metadatas=list(metadatas))

    async def update(self, ids: Sequence[str], metadatas: Sequence[Metadata]) -> None:
        """Change the metadata of rows. At most `batch` at once."""
        await self._run("update", ids=list(ids), metadatas=list(metadatas))

    async def delete(self, ids: Sequence[str]) -> None:
        """Take rows out. At most `batch` at once."""
        await self._run("delete", ids=list(ids))

    async def count(self) -> int:
        """How many rows there are."""
        return cast("int", await self._run("count"))

    async def close(self) -> None:
        """Give back files, connections and threads."""
        self._is_closed = True
        await self._close()

    async def _run(self, method: str, **arguments: object) -> object:
        if self._is_closed:
            raise Closed
        try:
            return await self._call(method, arguments)
        except Closed:
            raise
        except Exception as error:
            raise broken(self._place, error) from error


def broken(place: str, error: Exception) -> BrokenIndex:
    """The sentence for an engine that fails."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    if "://" in place:
        return BrokenIndex(
            f"The Chroma server at {place} does not answer as it should ({reason}): check that it runs and is reachable."
        )
    return BrokenIndex(
        f"The search index in {place} cannot be used ({reason}): restore the folder from a backup, or delete it and ingest again."
    )


def _settings(*, verify: bool | None = None) -> "Settings":
    """No telemetry; `verify` turns on the check of a server's certificate, which Chroma leaves off."""
    from chromadb.config import Settings  # noqa: PLC0415 - heavy import, off the event loop

    return Settings(anonymized_telemetry=False, chroma_server_ssl_verify=verify)


async def open_folder(folder: Path, about: Mapping[str, str]) -> Collection:
    """The collection kept in `folder`; made with `about` as its own metadata when there is none yet.

    Reads and writes have a thread each, so that a question does not wait for a long write.
    """
    reading, writing = Lane("chroma-read"), Lane("chroma-write")

    def start() -> tuple[object, object, int]:
        import chromadb  # noqa: PLC0415 - heavy import, off the event loop

        folder.mkdir(parents=True, exist_ok=True)
        client = chromadb.PersistentClient(str(folder), settings=_settings())
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}, metadata=dict(about)
        )
        return client, collection, client.get_max_batch_size()

    async def call(method: str, arguments: Mapping[str, object]) -> object:
        if method == "about":
            return getattr(collection, "metadata")  # noqa: B009 - the engine's object is opaque to us
        lane = writing if method in WRITES else reading
        return await lane(getattr(collection, method), **arguments)

    async def close() -> None:
        await writing.close()
        await reading(getattr(client, "close"))  # noqa: B009 - as above
        await reading.close()

    try:
        client, collection, batch = await reading(start)
    except Exception as error:
        await writing.close()
        await reading.close()
        raise broken(str(folder), error) from error
    return Collection(call, str(folder), batch, close)


async def open_server(url: str, about: Mapping[str, str], *, token: str = "") -> Collection:
    """The collection on the Chroma server at `url`; `token` goes out as bearer and as Chroma's own header.

    Raises BrokenIndex when the server cannot be reached.
    """
    lane = Lane("chroma-import")
    try:
        await lane(import_module, "chromadb")
        import chromadb  # noqa: PLC0415 - already loaded by the line above, off the event loop

        parts = urlsplit(url)
        secure = parts.scheme == "https"
        headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
        client = await chromadb.AsyncHttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if secure else 80),
            ssl=secure,
            headers=headers,
            settings=_settings(verify=True),
        )
        collection = await client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}, metadata=dict(about)
        )
        batch = await client.get_max_batch_size()
    except Exception as error:
        raise broken(url, error) from error
    finally:
        await lane.close()

    async def call(method: str, arguments: Mapping[str, object]) -> object:
        if method == "about":
            return (await client.get_collection(COLLECTION, embedding_function=None)).metadata
        async with asyncio.timeout(PATIENCE):
            return await getattr(collection, method)(**arguments)

    async def close() -> None:
        await getattr(client, "_server").__aexit__(None, None, None)  # noqa: B009 - the client offers no other way to hang up

    return Collection(call, url, batch, close)
