"""A knowledge base kept in step with folders."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from knowledge.disk import Disk
from knowledge.errors import Hung, Unreadable
from knowledge.folders import ingest_files
from knowledge.models import Document, IngestReport, Rejected

ALL = frozenset({"everyone"})


class Memory:
    """A knowledge base that keeps its documents in a dictionary and counts what it is given."""

    def __init__(self) -> None:
        self.held: dict[str, Document] = {}
        self.given: list[str] = []

    async def ingest(self, documents: Sequence[Document], /) -> IngestReport:
        await asyncio.sleep(0)
        self.given += [document.id for document in documents]
        refused = tuple(Rejected(document.id, "Not today.") for document in documents if "unwanted" in document.text)
        documents = [document for document in documents if "unwanted" not in document.text]
        added = tuple(document.id for document in documents if document.id not in self.held)
        changed = tuple(document.id for document in documents if self.held.get(document.id, document) != document)
        unchanged = tuple(document.id for document in documents if self.held.get(document.id) == document)
        self.held |= {document.id: document for document in documents}
        return IngestReport(added=added, changed=changed, unchanged=unchanged, rejected=refused, chunks=len(added) + len(changed))

    async def forget(self, ids: Sequence[str], /) -> None:
        for id_ in ids:
            self.held.pop(id_, None)

    async def documents(self, *, source: str) -> Mapping[str, str]:
        return {id_: hashlib.sha256(repr(one).encode()).hexdigest() for id_, one in self.held.items() if one.source == source}


@pytest.fixture
def shelf() -> Memory:
    return Memory()


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    root = tmp_path / "handbook"
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / f"{name}.md").write_text(f"# Title {name}\n\nText of {name}.")
    return root


async def run(shelf: Memory, *paths: Path, source: str = "", audience: frozenset[str] = ALL) -> IngestReport:
    return await ingest_files(shelf, paths, audience=audience, source=source, manifest=paths[0].parent / "data" / "files.json")


async def test_a_folder_is_taken_in_and_the_second_run_reads_nothing(shelf: Memory, handbook: Path) -> None:
    first = await run(shelf, handbook)
    assert first.added == ("handbook/a.md", "handbook/b.md", "handbook/c.md")
    assert shelf.held["handbook/a.md"] == Document("handbook/a.md", "Title a", "# Title a\n\nText of a.", "", ALL, str(handbook))
    second = await run(shelf, handbook)
    assert (second.added, second.changed, second.forgotten) == ((), (), ())
    assert second.unchanged == first.added
    assert len(shelf.given) == 3


async def test_only_what_changed_is_given_again(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    (handbook / "b.md").write_text("# Title b\n\nNew text.")
    (handbook / "d.md").write_text("fresh")
    (handbook / "a.md").unlink()
    report = await run(shelf, handbook)
    assert (report.added, report.changed) == (("handbook/d.md",), ("handbook/b.md",))
    assert (report.unchanged, report.forgotten) == (("handbook/c.md",), ("handbook/a.md",))
    assert sorted(shelf.held) == ["handbook/b.md", "handbook/c.md", "handbook/d.md"]
    assert shelf.given[3:] == ["handbook/b.md", "handbook/d.md"]


async def test_a_file_that_can_no_longer_be_read_keeps_its_last_good_version(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    (handbook / "b.md").write_bytes(b"")
    for _ in range(2):
        report = await run(shelf, handbook)
        assert [line.name for line in report.rejected] == ["handbook/b.md"]
        assert report.forgotten == ()
        assert shelf.held["handbook/b.md"].text.endswith("Text of b.")


async def test_a_knowledge_base_that_was_emptied_is_filled_again(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    shelf.held.clear()
    assert len((await run(shelf, handbook)).added) == 3


async def test_another_audience_reaches_every_document(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    report = await run(shelf, handbook, audience=frozenset({"hr"}))
    assert len(report.changed) == 3
    assert {document.audience for document in shelf.held.values()} == {frozenset({"hr"})}


async def test_an_empty_folder_is_taken_for_a_mistake(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    for name in ("a", "b", "c"):
        (handbook / f"{name}.md").unlink()
    report = await run(shelf, handbook)
    assert report.forgotten == ()
    assert [line.name for line in report.rejected] == ["handbook"]
    assert len(shelf.held) == 3


async def test_folders_that_share_a_source_do_not_push_each_other_out(shelf: Memory, handbook: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.md").write_text("x")
    await run(shelf, handbook, source="hr")
    (handbook / "c.md").unlink()
    report = await run(shelf, other, source="hr")
    assert report.forgotten == ("hr/c.md",)
    assert sorted(shelf.held) == ["hr/a.md", "hr/b.md", "hr/x.md"]


async def test_two_folders_of_one_name_do_not_overwrite_each_other(shelf: Memory, handbook: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin" / "handbook"
    twin.mkdir(parents=True)
    (twin / "a.md").write_text("other words")
    await run(shelf, handbook)
    notes = tmp_path / "data" / "files.json"
    report = await ingest_files(shelf, [twin], audience=ALL, manifest=notes)
    assert [line.name for line in report.rejected] == ["handbook/a.md"]
    assert str(handbook / "a.md") in report.rejected[0].reason
    assert shelf.held["handbook/a.md"].source == str(handbook)
    report = await ingest_files(shelf, [twin], audience=ALL, manifest=notes, source="twin")
    assert report.added == ("twin/a.md",)


async def test_a_document_that_the_knowledge_base_refuses_is_offered_again(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    (handbook / "a.md").write_text("unwanted")
    for _ in range(2):
        report = await run(shelf, handbook)
        assert [line.name for line in report.rejected] == ["handbook/a.md"]
        assert report.forgotten == ()


async def test_one_named_file_forgets_nothing(shelf: Memory, handbook: Path) -> None:
    await run(shelf, handbook)
    (handbook / "b.md").unlink()
    report = await ingest_files(shelf, [handbook / "a.md"], audience=ALL)
    assert (report.unchanged, report.forgotten) == (("handbook/a.md",), ())
    assert len(shelf.held) == 3


async def test_a_path_that_is_not_there_changes_nothing(shelf: Memory, handbook: Path, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="does not exist"):
        await run(shelf, handbook, tmp_path / "typo")
    assert shelf.given == []


async def test_many_files_go_in_by_batches_and_progress_counts_them(shelf: Memory, tmp_path: Path) -> None:
    root = tmp_path / "many"
    root.mkdir()
    for number in range(130):
        (root / f"{number:03}.txt").write_text(f"Text {number}")
    seen: list[tuple[str, int, int]] = []
    report = await ingest_files(shelf, [root], audience=ALL, progress=lambda *step: seen.append(step))
    assert len(report.added) == 130
    assert shelf.given == sorted(shelf.given)
    assert seen == [("reading files", done, 130) for done in range(1, 131)]


class Dead(Disk):
    """A disk that stops answering after some calls."""

    def __init__(self, answers: int) -> None:
        super().__init__(0.05)
        self.gate, self.answers = Event(), answers

    async def __call__(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.answers -= 1
        return await super().__call__(work, *args, **kwargs) if self.answers >= 0 else await super().__call__(self.gate.wait)


@pytest.mark.parametrize("answers", [0, 1, 3, 4])
async def test_a_disk_that_stops_answering_ends_the_run_and_nothing_is_forgotten(
    shelf: Memory, handbook: Path, answers: int
) -> None:
    """At the listing, at the first file, in the middle, and when it is asked what is gone."""
    notes = handbook.parent / "files.json"
    await ingest_files(shelf, [handbook], audience=ALL, source="hr", manifest=notes)
    (handbook / "a.md").unlink()
    (handbook / "b.md").write_text("# Title b\n\nNew text.")
    disk = Dead(answers)
    with pytest.raises(Hung):
        await ingest_files(shelf, [handbook], audience=ALL, source="hr", manifest=notes, disk=disk)
    disk.gate.set()
    assert "hr/a.md" in shelf.held

    report = await ingest_files(shelf, [handbook], audience=ALL, source="hr", manifest=notes)
    assert report.forgotten == ("hr/a.md",)
    assert "New text" in shelf.held["hr/b.md"].text
