"""The one door to a knowledge base: open it, put documents in, search, ask, close."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
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
from knowledge.engines import Engines
from knowledge.errors import InUse
from knowledge.evaluate import Figures, evaluate, right
from knowledge.index import Index
from knowledge.ingest import Ingest
from knowledge.lane import Lane
from knowledge.lexical import Lexical
from knowledge.models import ASKED, Answer, Document, IngestReport, Origin, Passage
from knowledge.ports import Embedder, Progress, Writer
from knowledge.questions import Question
from knowledge.search import Search, spread
from knowledge.tokenstore import TokenStore

CALIBRATION = "calibration.json"
PREPARED = 2000
"""Passages that are prepared by default: some minutes of one core, once."""


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

    def __init__(self, engines: Engines, folder: Path, writer: Writer | None = None) -> None:
        self._index = engines.index
        self._embedder = engines.embedder
        self._rooms = AsyncExitStack()
        self._folder = folder
        self._writing = asyncio.Lock()
        self._search = Search(engines)
        self._ingest = Ingest(engines)
        self._answering = Answering(self._search, engines, writer)
        self._calibration = calibrate.load(folder / CALIBRATION)

    @classmethod
    async def open(
        cls,
        data: str | os.PathLike[str] | None = None,
        *,
        url: str = "",
        token: str = "",
        models: str | os.PathLike[str] | None = None,
        embedder: Embedder | None = None,
        writer: Writer | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open the knowledge base in the folder `data`, or the one on the Chroma server at `url` (`token` if it asks for one).

        With `url`, `data` holds only what is derived (the lexical index); without it a temporary folder does. `models` is
        where the built embedding model is kept: by default `$MODEL_DIR`, else `models` in the data folder. `embedder`
        replaces the local model; the caller closes it. `writer` puts answers into words; without one they are quoted. Raises InUse when another process has the folder open, WrongModel
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
            base = cls(await _started(rooms, folder, url, token, embedder), folder, writer)
            await base._ingest.mirror()
            base._rooms = rooms.pop_all()
            return base

    @property
    def embedder(self) -> Embedder:
        """The embedding model, for others who compare texts: it is loaded once."""
        return self._embedder

    async def load(self) -> None:
        """Load the local embedding model now, beside the event loop, instead of at the first text. Another one is its owner's to load."""
        if isinstance(self._embedder, MiniLM):
            await self._embedder.load()

    async def prepare(self, *, most: int = PREPARED) -> int:
        """Read what could be quoted of up to `most` passages, one after the other, where the model is the local one; how many those were.

        It is kept with them, so the second time costs next to nothing. What is asked meanwhile waits for one passage at most.
        """
        done = 0
        if not isinstance(self._embedder, MiniLM):
            return done
        async for page in self._index.all_chunks():
            for chunk in page[: most - done]:
                await self._answering.prepare(chunk)
                done += 1
            if done == most:
                break
        return done

    async def ingest(
        self,
        documents: Iterable[Document],
        *,
        source: str | None = None,
        complete: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Put documents in: new ones are added, changed ones replaced, unchanged ones skipped, and the report says which.

        `source` is written over the documents' own. With `complete` these are all documents of that source: others that
        came from it before are forgotten, after the new ones are in. A call that fails halfway is finished by repeating it.
        """
        if complete and not source:
            raise ValueError("Name the source whose documents these are: complete=True forgets its others.")
        given = list(documents)
        if source is not None:
            given = [replace(document, source=source) for document in given]
        async with self._writing:
            report = await self._ingest.take_in(given, progress)
            if not complete:
                return report
            kept = {*report.added, *report.changed, *report.unchanged}
            gone = [name for name in await self._index.documents(source) if name not in kept]
            return replace(report, forgotten=await self._ingest.forget(gone))

    async def search(
        self, question: str, *, audience: AbstractSet[str], k: int = 10, history: Sequence[str] = ()
    ) -> list[Passage]:
        """The `k` passages that fit the question best, best first, among what the audience may read.

        Different documents come before second passages of the same one, as far as there are enough of them.
        """
        ranking = await self._search(question, audience=audience, count=k, history=history)
        return [one.passage() for one in spread(ranking.found, k)]

    async def answer(
        self,
        question: str,
        *,
        audience: AbstractSet[str],
        history: Sequence[str] = (),
        quoted: bool = False,
        origin: Origin = ASKED,
    ) -> Answer:
        """What the documents that the audience may read say to the question, with citations, or that they don't.

        `quoted` asks no writer, also where there is one; `origin` tells the writer whose words the question is.
        """
        return await self._answering(
            question, audience=audience, history=history, calibration=self._calibration, quoted=quoted, origin=origin
        )

    async def evaluate(
        self, questions: Sequence[Question], *, audience: AbstractSet[str], progress: Progress | None = None
    ) -> Figures:
        """How well it ranks, abstains and cites on labelled questions (`knowledge.questions` reads a file of them).

        No writer is asked: the figures are those of what is found and quoted, and the same each time.
        """
        return await evaluate(_Quoting(self), questions, audience=audience, progress=progress)

    async def calibrate(self, questions: Sequence[Question], *, audience: AbstractSet[str]) -> Calibration:
        """Fit the confidence to labelled questions of one's own and keep the result in the data folder.

        Raises BadQuestions when there are fewer than five of either kind, answered here or not.
        """
        samples = []
        for one in questions:
            ranking = await self._search(one.question, audience=audience, count=10, history=one.history)
            if ranking.found:
                signals = await self._answering.signals(one.question, ranking, one.history)
                samples.append((signals, right(one, [ranked.passage() for ranked in ranking.found])))
        self._calibration = calibrate.fit(samples)
        await asyncio.to_thread(calibrate.save, self._calibration, self._folder / CALIBRATION)
        return self._calibration

    async def forget(self, document_ids: Iterable[str]) -> tuple[str, ...]:
        """Remove documents; returns the ids of those that were there."""
        async with self._writing:
            return await self._ingest.forget(document_ids)

    async def narrow(self, source: str, *, audience: AbstractSet[str]) -> int:
        """From now on nobody outside of the audience reads what came from a source, where it may stand for a while unread; how many pieces that changed.

        Nobody may read more than before: who may is said when the source is ingested again.
        """
        async with self._writing:
            return await self._ingest.narrow(source, audience)

    async def refresh(self) -> None:
        """Catch up with what other processes wrote to a shared server: word search copies their documents. Cheap if nothing."""
        async with self._writing:
            await self._ingest.mirror()

    async def readable(self, document_ids: Iterable[str], *, audience: AbstractSet[str]) -> frozenset[str]:
        """Those of the documents that are there and that the audience may read as things are now."""
        return await self._index.readable(sorted(set(document_ids)), audience=audience)

    async def document_at(self, url: str, *, audience: AbstractSet[str]) -> Document | None:
        """The stored document with this address, put together from its pieces; None where there is none that the audience may read."""
        found = await self._index.chunks_at(url, audience=audience)
        if not found:
            return None
        one = found[0]
        text = "\n\n".join(chunk.text for chunk in found)
        return Document(one.document_id, one.title, text, one.url, one.audience, one.source)

    async def documents(self, *, source: str | None = None) -> Mapping[str, str]:
        """Content hash of each stored document by id: of all, or of one source."""
        return await self._index.documents(source)

    async def stats(self) -> Stats:
        """How much there is."""
        documents = await self._index.documents()
        return Stats(len(documents), await self._index.count(), self._embedder.id)

    async def close(self) -> None:
        """Write what is open and let go of the folder. Closing twice is fine; what is asked afterwards raises Closed."""
        async with self._writing:
            await self._rooms.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


class _Quoting:
    """A knowledge base whose answers are quoted."""

    def __init__(self, base: Knowledge) -> None:
        self._base = base
        self.search = base.search

    async def answer(self, question: str, *, audience: AbstractSet[str], history: Sequence[str] = ()) -> Answer:
        """See `Knowledge.answer`."""
        return await self._base.answer(question, audience=audience, history=history, quoted=True)


async def _started(rooms: AsyncExitStack, folder: Path, url: str, token: str, embedder: Embedder) -> Engines:
    """The engines over the data folder, each entered into `rooms` so that it is closed in turn."""
    about = {"model": embedder.id}
    collection = await (open_server(url, about, token=token) if url else open_folder(folder / "chroma", about))
    index = await Index.over(collection, model=embedder.id)
    rooms.push_async_callback(index.close)
    words, pages = Lane("words"), Lane("tokens")
    rooms.push_async_callback(words.close)
    rooms.push_async_callback(pages.close)
    lexical = await words(Lexical, folder / "lexical")
    rooms.push_async_callback(words, lexical.close)
    tokens = await pages(TokenStore, folder / "tokens.sqlite")
    rooms.push_async_callback(pages, tokens.close)
    return Engines(index, lexical, words, tokens, pages, embedder)


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
