import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import Document, Knowledge
from knowledge.errors import BrokenIndex
from knowledge.ports import Vectors

ALL = frozenset({"everyone"})
Open = Callable[..., Awaitable[Knowledge]]


class Plain:
    """An embedder as a remote service is one: no token vectors, and it can fail."""

    id = "plain-1"

    def __init__(self) -> None:
        self.runs = 0
        self.fail_at = 0

    async def embed(self, texts: Sequence[str]) -> Vectors:
        self.runs += 1
        if self.runs == self.fail_at:
            raise ConnectionError("the service hung up")
        rows = [np.bincount([sum(word.encode()) % 64 for word in text.lower().split()] or [0], minlength=64) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), 64)
        return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)

    async def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        return [np.zeros((0, 64), np.float32) for _ in texts]

    def count(self, text: str) -> int:
        return len(text.split())


def page(name: str, text: str = "", **fields: object) -> Document:
    return replace(Document(name, f"Title {name}", text or f"Text of page {name}."), **fields)  # type: ignore[arg-type]


async def ids(base: Knowledge, question: str, audience: frozenset[str] = ALL) -> list[str]:
    return [one.document_id for one in await base.search(question, audience=audience)]


async def test_the_report_says_what_was_added_changed_unchanged_and_rejected(open_base: Open) -> None:
    base = await open_base(embedder=Plain())
    first = await base.ingest([page("a"), page("b"), page("a", "The last of one id counts."), page("c", " \n"), page(" ", "x")])
    assert (first.added, first.changed, first.unchanged, first.chunks) == (("a", "b"), (), (), 2)
    assert [(one.name, one.reason.split(":")[0]) for one in first.rejected] == [
        ("c", "The document has no text"),
        ("Title  ", "The document has no id"),
    ]
    second = await base.ingest([page("a", "The last of one id counts."), page("b", "New words.")])
    assert (second.added, second.changed, second.unchanged, second.chunks) == ((), ("b",), ("a",), 1)
    assert [one.text for one in await base.search("new words", audience=ALL, k=1)] == ["New words."]
    assert (await base.stats()).chunks == 2


async def test_a_new_audience_or_url_needs_no_new_vectors(open_base: Open) -> None:
    embedder = Plain()
    base = await open_base(embedder=embedder)
    await base.ingest([page("a", "secret plans", audience=frozenset({"boss"}))])
    assert await ids(base, "secret plans") == []
    before = embedder.runs
    report = await base.ingest([page("a", "secret plans", url="https://new.example/")])
    assert (report.changed, report.chunks) == (("a",), 0)
    assert embedder.runs <= before + 1
    assert [one.url for one in await base.search("secret plans", audience=ALL)] == ["https://new.example/"]
    await base.ingest([page("a", "secret plans", audience=frozenset())])
    assert await ids(base, "secret plans") == []
    assert await ids(base, "secret plans", frozenset({"", "boss"})) == []


async def test_a_complete_source_forgets_what_it_no_longer_lists(open_base: Open) -> None:
    base = await open_base(embedder=Plain())
    await base.ingest([page("other", source="elsewhere")])
    await base.ingest([page("a"), page("b")], source="folder", complete=True)
    report = await base.ingest([page("b"), page("c")], source="folder", complete=True)
    assert (report.added, report.unchanged, report.forgotten) == (("c",), ("b",), ("a",))
    assert set(await base.documents(source="folder")) == {"b", "c"}
    assert set(await base.documents()) == {"b", "c", "other"}
    assert "a" not in await ids(base, "Text of page a.")
    with pytest.raises(ValueError, match="Name the source"):
        await base.ingest([], complete=True)


async def test_an_embedder_that_fails_halfway_leaves_a_base_that_the_next_ingestion_heals(open_base: Open) -> None:
    embedder = Plain()
    base = await open_base(embedder=embedder)
    many = [page(f"p{number:03}") for number in range(100)]
    embedder.fail_at = 2
    with pytest.raises(ConnectionError):
        await base.ingest(many)
    assert (await base.stats()).documents == 64
    assert await ids(base, "Text of page p001.")
    report = await base.ingest(many)
    assert (len(report.added), len(report.unchanged)) == (36, 64)
    assert "p099" in await ids(base, "page p099.")


async def test_a_lexical_index_that_is_lost_is_made_again(open_base: Open, tmp_path: Path) -> None:
    base = await open_base(embedder=Plain())
    await base.ingest([page("a", "zebras are striped")])
    await base.close()
    for path in (tmp_path / "data" / "lexical").iterdir():
        path.unlink()
    again = await open_base(embedder=Plain())
    found = await again.search("zebras", audience=ALL)
    assert found[0].score == pytest.approx(1.0)


async def test_searches_go_on_while_documents_come_in(open_base: Open) -> None:
    base = await open_base()
    await base.ingest([page("first", "The first page is about zebras.")])
    more = asyncio.create_task(base.ingest([page(f"n{number}", f"Page {number} is about horses. " * 20) for number in range(80)]))
    during = 0
    while not more.done():
        assert (await ids(base, "zebras"))[0] == "first"
        during += not more.done()
    assert during > 1
    assert len((await more).added) == 80


async def test_progress_counts_to_the_end(open_base: Open) -> None:
    base = await open_base(embedder=Plain())
    told: list[tuple[int, int]] = []
    await base.ingest([page(str(number)) for number in range(70)], progress=lambda _what, done, total: told.append((done, total)))
    assert told == [(64, 70), (70, 70)]


async def test_forgetting_takes_documents_out_of_everything(open_base: Open) -> None:
    base = await open_base(embedder=Plain())
    await base.ingest([page("a", "zebras here"), page("b", "horses there")])
    assert await base.forget(["a", "never there", "a"]) == ("a",)
    assert await base.forget(["a"]) == ()
    assert await ids(base, "zebras here") == ["b"]


async def test_strange_texts_are_stored_and_an_id_that_cannot_be_is_refused(open_base: Open) -> None:
    base = await open_base(embedder=Plain())
    await base.ingest([page("odd", "half \ud800 surrogate \0 and نص عربي 中文")])
    assert await ids(base, "surrogate") == ["odd"]
    report = await base.ingest([page("bad\ud800")])
    assert report.rejected[0].reason.startswith("The document's id holds characters that cannot be stored")


async def test_a_damaged_index_is_reported_in_a_sentence(open_base: Open, tmp_path: Path) -> None:
    base = await open_base(embedder=Plain())
    await base.ingest([page("a")])
    await base.close()
    (tmp_path / "data" / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(BrokenIndex, match="restore the folder from a backup, or delete it"):
        await open_base(embedder=Plain())


@pytest.mark.parametrize("left", [[], ["a"], ["a", "b"], ["c", "d"], ["d"]])
async def test_a_source_that_is_narrowed_is_read_by_nobody_outside_and_by_nobody_new(open_base: Open, left: list[str]) -> None:
    """Whatever its documents' audiences are; those of other sources stay as they are, and the same documents again say who may read after all."""
    base = await open_base(embedder=Plain())
    audiences = {"1": {"a"}, "2": {"a", "b"}, "3": {"b", "c"}, "4": set[str](), "5": {"a", "b", "c"}}
    pages = [page(name, audience=frozenset(who), source="docs") for name, who in audiences.items()]
    await base.ingest([*pages, page("x", audience=frozenset("abc"), source="other")])
    narrowed = await base.narrow("docs", audience=frozenset(left))

    assert narrowed == sum(not who <= set(left) for who in audiences.values())
    for reader in "abcd":
        expected = {name for name, who in audiences.items() if reader in who & set(left)} | ({"x"} if reader != "d" else set())
        assert set(await ids(base, "text of page", frozenset({reader}))) == expected
    assert await base.narrow("docs", audience=frozenset(left)) == 0

    report = await base.ingest(pages)
    assert (len(report.changed), report.chunks) == (narrowed, 0)
    assert set(await ids(base, "text of page", frozenset("b"))) == {"2", "3", "5", "x"}
