"""The nouns of the knowledge floor. Frozen, comparable, free of any engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYONE: frozenset[str] = frozenset({"everyone"})
"""The audience that every person belongs to."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text of the knowledge base, as an operator thinks of it: a page, a file, a thread.

    `id` is unique in a knowledge base and stays the same over revisions. `text` is Markdown or plain text. `audience` names
    who may read it: a question sees the document when the two audiences share a name; an empty audience is seen by nobody.
    `source` groups documents that are kept in step together (a folder, a connector).
    """

    id: str
    title: str
    text: str
    url: str = ""
    audience: frozenset[str] = EVERYONE
    source: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document that is embedded, searched and quoted as one.

    `id` is derived from the document's id, the heading path, the text and the embedder, so an unchanged piece keeps its id.
    `position` counts from 0 within the document. `text` is what is shown; `passage` is what is embedded and searched.
    """

    id: str
    document_id: str
    title: str
    heading: str
    text: str
    url: str
    audience: frozenset[str]
    source: str
    position: int

    @property
    def passage(self) -> str:
        """Title and heading path, then the text: the form in which a chunk is embedded and indexed."""
        header = " > ".join(part for part in (self.title, self.heading) if part)
        return f"{header}\n{self.text}" if header else self.text


@dataclass(frozen=True, slots=True)
class Passage:
    """A ranked chunk. `score` orders the passages of one search (0 to 1, larger is better); it is no probability.

    `source` is that of the document.
    """

    document_id: str
    chunk_id: str
    title: str
    heading: str
    text: str
    url: str
    score: float
    signals: Mapping[str, float] = field(default_factory=dict, compare=False)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence of an answer stands. `quote` is verbatim from the document."""

    document_id: str
    title: str
    url: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the knowledge base says to a question.

    `confidence` is a calibrated probability (0 to 1) that the cited passages answer it. When `abstained` is true `text` says
    so in words, `citations` is empty and `passages` are the nearest sources. `note` says in one sentence why nobody has put it
    into words where somebody was to; then the text is quoted. `written` says that a writer did.
    """

    text: str
    confidence: float
    abstained: bool
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    note: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose words a question is: the system that they were read from, and by which names it knows the people on that record."""

    source: str = ""
    people: frozenset[str] = frozenset()


ASKED = Origin()
"""The words of whoever asks."""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that somebody wrote from passages, and the numbers of those that it rests on, from 1."""

    text: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file or document that was not taken in, and the one sentence that says why and what to do."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingestion did, document by document."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    chunks: int = 0
