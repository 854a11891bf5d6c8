"""Word search with BM25 over the same chunks as the index, and rebuilt from it when needed; the only importer of tantivy."""

import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.models import Chunk

if TYPE_CHECKING:
    import tantivy

HEAP = 30_000_000
"""Bytes that the writer may fill before it writes a segment."""
LONGEST_WORD = 40
WORDS = "words"
ANALYSER = "words_en"
MOST_TERMS = 256
"""Different words of a question that are searched; a longer text says no more."""
MOST_CHARACTERS = 20_000


class Lexical:
    """A tantivy index in a folder. Blocking: whoever uses it does so from a thread of its own.

    Words are folded to lower case and to their English stem; the title counts twice. The audience is part of every
    query. The folder is a copy of what the index knows: `stamp` says which revision of the index it mirrors.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp = folder / "stamp"
        self._schema = _schema()
        self._stems = _analyser(stop=False)
        self._content = _analyser(stop=True)
        self._writer: tantivy.IndexWriter | None = None
        self._index = self._open_or_create()

    @property
    def stamp(self) -> str:
        """The revision that this copy mirrors; empty while it is being changed, after a crash, or when it is new."""
        try:
            return self._stamp.read_text(encoding="utf-8")
        except OSError:
            return ""

    def mark(self, revision: str) -> None:
        """Say which revision is mirrored; an empty one says that changes are under way."""
        if revision:
            self._stamp.write_text(revision, encoding="utf-8")
        else:
            self._stamp.unlink(missing_ok=True)

    def count(self) -> int:
        """Number of chunks."""
        return self._index.searcher().num_docs

    def clear(self) -> None:
        """Forget everything, the files included, and start afresh."""
        self._let_go()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._index = self._open_or_create()

    def change(self, add: Iterable[Chunk], drop: Iterable[str]) -> None:
        """Replace or add chunks and take others out, in one step that a search sees whole."""
        import tantivy  # noqa: PLC0415 - a native library, loaded only where it is used

        if self._writer is None:
            self._writer = self._index.writer(HEAP, 1)
        for chunk_id in drop:
            self._writer.delete_documents_by_term("id", chunk_id)
        for chunk in add:
            self._writer.delete_documents_by_term("id", chunk.id)
            words = "\n".join(_storable(part) for part in (chunk.title, chunk.title, chunk.heading, chunk.text))
            audience = [_storable(name) for name in sorted(chunk.audience)]
            self._writer.add_document(tantivy.Document(id=[chunk.id], audience=audience, words=[words]))
        self._writer.commit()
        self._index.reload()

    def search(self, text: str, *, audience: AbstractSet[str], count: int) -> dict[str, float]:
        """BM25 score of the `count` best chunks that the audience may read, by chunk id. Any text is a valid question."""
        import tantivy  # noqa: PLC0415 - a native library, loaded only where it is used

        terms = self.terms(text)
        names = sorted(_storable(name) for name in audience if name)
        if not terms or not names:
            return {}
        query = tantivy.Query
        readable = query.const_score_query(query.term_set_query(self._schema, "audience", names), 0.0)
        wanted = [(tantivy.Occur.Should, query.term_query(self._schema, WORDS, term)) for term in terms]
        both = query.boolean_query([(tantivy.Occur.Must, readable), (tantivy.Occur.Must, query.boolean_query(wanted))])
        searcher = self._index.searcher()
        hits = searcher.search(both, count, count=False).hits
        return {str(searcher.doc(address).get_first("id")): float(score) for score, address in hits}

    def terms(self, text: str) -> list[str]:
        """The different stems of a text in order of appearance."""
        return list(dict.fromkeys(self._stems.analyze(_storable(text[:MOST_CHARACTERS]))))[:MOST_TERMS]

    def content(self, text: str) -> list[str]:
        """The different stems of a text without the words that carry no topic ("the", "is")."""
        return list(dict.fromkeys(self._content.analyze(_storable(text[:MOST_CHARACTERS]))))[:MOST_TERMS]

    def weights(self, terms: Sequence[str]) -> Mapping[str, float]:
        """How telling each stem is here: BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        found = {term: min(total, searcher.doc_freq(WORDS, term)) for term in terms}
        return {term: math.log1p((total - n + 0.5) / (n + 0.5)) for term, n in found.items()}

    def close(self) -> None:
        """Write what is open and let go of the folder."""
        self._let_go()

    def _let_go(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _open_or_create(self) -> "tantivy.Index":
        """The index in the folder, or an empty one without a stamp when there is none or it cannot be read."""
        try:
            return self._open()
        except (ValueError, OSError, RuntimeError):
            shutil.rmtree(self._folder, ignore_errors=True)
            return self._open()

    def _open(self) -> "tantivy.Index":
        import tantivy  # noqa: PLC0415 - a native library, loaded only where it is used

        self._folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(self._schema, path=str(self._folder))
        index.register_tokenizer(ANALYSER, self._stems)
        searcher = index.searcher()
        for _, address in searcher.search(tantivy.Query.all_query(), 1, count=False).hits:
            searcher.doc(address)
        return index


def _schema() -> "tantivy.Schema":
    import tantivy  # noqa: PLC0415 - a native library, loaded only where it is used

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    builder.add_text_field(WORDS, tokenizer_name=ANALYSER, index_option="freq")
    return builder.build()


def _analyser(*, stop: bool) -> "tantivy.TextAnalyzer":
    """Words in lower case, without accents, as English stems; with `stop` without the commonest words."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer  # noqa: PLC0415 - a native library, loaded only where it is used

    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for step in (Filter.remove_long(LONGEST_WORD), Filter.lowercase(), Filter.ascii_fold()):
        builder = builder.filter(step)
    if stop:
        builder = builder.filter(Filter.stopword("english"))
    return builder.filter(Filter.stemmer("english")).build()


def _storable(text: str) -> str:
    """`text` without half surrogates, which cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
