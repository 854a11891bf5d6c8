"""The one door to a knowledge base: open it, put documents in, search, ask, close."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from knowledge import calibrate
from knowledge.answer import Answering
from knowledge.calibrate import Calibration
from knowledge.chroma import open_folder, open_server
from knowledge.embed import MiniLM
from knowledge.errors import InUse
from knowledge.index import Index
from knowledge.ingest import Ingest
from knowledge.lane import Lane
from knowledge.lexical import Lexical
from knowledge.models import Answer, Document, IngestReport, Passage
from knowledge.ports import Embedder, Progress
from knowledge.search import Search, spread
from knowledge.tokenstore import TokenStore


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is: documents, chunks, and the embedding model that made the vectors."""

    documents: int
    chunks: int
    model: str


class Knowledge:
    """A knowledge base. Made by `open`; also an async context manager that closes itself.

    Searches may run while an ingestion runs; ingestions wait for each other.
    """

    def __init__(
        self,
        index: Index,
        lexical: Lexical,
        words: Lane,
        embedder: Embedder,
        tokens: TokenStore,
        pages: Lane,
        folder: Path,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._rooms = AsyncExitStack()
        self._folder = folder
        self._writing = asyncio.Lock()
        self._search = Search(index, lexical, words, embedder, tokens, pages)
        self._ingest = Ingest(index, lexical, words, embedder, tokens, pages)
        self._answering = Answering(self._search, lexical, words, embedder)
        self._calibration = calibrate.load(folder / "calibration.json")

    @classmethod
    async def open(
        cls,
        data: str | os.PathLike[str] | None = None,
        *,
        url: str = "",
        token: str = "",
        models: str | os.PathLike[str] | None = None,
        embedder: Embedder | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open the knowledge base in the folder `data`, or the one on the Chroma server at `url` (`token` if it asks for one).

        With `url`, `data` holds only what is derived (the lexical index); without it a temporary folder does. `models` is
        where the built embedding model is kept: by default `$MODEL_DIR`, else `models` in the data folder. `embedder`
        replaces the local model; the caller closes it. Raises InUse when another process has the folder open, WrongModel
        when the index was made with another model, BrokenIndex when it cannot be read.
        """
        async with AsyncExitStack() as rooms:
            if data is None:
                data = await asyncio.to_thread(lambda: rooms.enter_context(tempfile.TemporaryDirectory(prefix="knowledge-")))
            folder = Path(data)
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            await rooms.enter_async_context(_owned(folder))
            if embedder is None:
                local = MiniLM(Path(models or os.environ.get("MODEL_DIR") or folder / "models"), progress=progress)
                rooms.push_async_callback(local.close)
                embedder = local
            about = {"model": embedder.id}
            collection = await (open_server(url, about, token=token) if url else open_folder(folder / "chroma", about))
            index = await Index.over(collection, model=embedder.id)
            rooms.push_async_callback(index.close)
            words = Lane("words")
            rooms.push_async_callback(words.close)
            lexical = await words(Lexical, folder / "lexical")
            rooms.push_async_callback(words, lexical.close)
            pages = Lane("tokens")
            rooms.push_async_callback(pages.close)
            tokens = await pages(TokenStore, folder / "tokens.sqlite")
            rooms.push_async_callback(pages, tokens.close)
            base = cls(index, lexical, words, embedder, tokens, pages, folder)
            await base._ingest.mirror()
            base._rooms = rooms.pop_all()
            return base

    @property
    def embedder(self) -> Embedder:
        """The embedding model, for others who compare texts: it is loaded once."""
        return self._embedder

    async def ingest(self, documents: Iterable[Document], *, progress: Progress | None = None) -> IngestReport:
        """Put documents in: new ones are added, changed ones replaced, unchanged ones skipped, and the report says which."""
        async with self._writing:
            return await self._ingest.take_in(documents, progress)

    async def search(self, question: str, *, audience: Set[str], k: int = 10, history: Sequence[str] = ()) -> list[Passage]:
        """The `k` passages that fit the question best, best first, among what the audience may read.

        Different documents come before second passages of the same one, as far as there are enough of them.
        """
        found = await self._search(question, audience=audience, count=k, history=history)
        return [one.passage() for one in spread(found, k)]

    async def answer(self, question: str, *, audience: Set[str], history: Sequence[str] = ()) -> Answer:
        """What the documents that the audience may read say to the question, with citations, or that they don't."""
        return await self._answering(question, audience=audience, history=history, calibration=self._calibration)

    async def forget(self, document_ids: Iterable[str]) -> tuple[str, ...]:
        """Remove documents; returns the ids of those that were there."""
        async with self._writing:
            return await self._ingest.forget(document_ids)

    async def documents(self, *, source: str | None = None) -> Mapping[str, str]:
        """Content hash of each stored document by id: of all, or of one source."""
        return await self._index.documents(source)

    async def stats(self) -> Stats:
        """How much there is."""
        documents = await self._index.documents()
        return Stats(len(documents), await self._index.count(), self._embedder.id)

    async def close(self) -> None:
        """Write what is open and let go of the folder. Closing twice is fine."""
        async with self._writing:
            await self._rooms.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


@asynccontextmanager
async def _owned(folder: Path) -> AsyncIterator[None]:
    """Holds the folder's lock, which the system takes back when the process dies."""
    lock = FileLock(folder / "knowledge.lock", thread_local=False)
    try:
        await asyncio.to_thread(lock.acquire, blocking=False)
    except Timeout:
        raise InUse(
            f"Another process uses the knowledge base in {folder}: stop it, or let both use a Chroma server (CHROMA_URL)."
        ) from None
    try:
        yield
    finally:
        await asyncio.to_thread(lock.release)
