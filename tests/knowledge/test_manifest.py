"""The notes of earlier runs: never believed against the file or the knowledge base."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.listing import File
from knowledge.manifest import Manifest

ALL = frozenset({"everyone"})
LONG_AGO = time.time_ns() - 3_600_000_000_000


@pytest.fixture
def file(tmp_path: Path) -> File:
    (tmp_path / "a.md").write_text("one")
    return File("h/a.md", tmp_path / "a.md", "h")


@pytest.fixture
def notes(tmp_path: Path, file: File) -> Callable[[], Manifest]:
    """The manifest after `file` was taken in as document "F1", opened afresh at each call."""
    path = tmp_path / "data" / "files.json"
    manifest = Manifest(path)
    manifest.stage(file, ALL)
    manifest.confirm({"h/a.md": "F1", "stranger": "F9"})
    manifest.save()
    return lambda: Manifest(path)


def test_the_same_file_is_unchanged(notes: Callable[[], Manifest], file: File) -> None:
    assert notes().unchanged(file, ALL, "F1")


def test_a_document_of_a_file_in_another_folder_is_told(notes: Callable[[], Manifest], file: File, tmp_path: Path) -> None:
    assert notes().elsewhere("h/a.md", tmp_path / "other") == str(file.path)
    assert notes().elsewhere("h/a.md", tmp_path) is None
    assert notes().elsewhere("stranger", tmp_path / "other") is None
    file.path.unlink()
    assert notes().elsewhere("h/a.md", tmp_path / "other") is None


def test_the_knowledge_base_has_the_last_word(notes: Callable[[], Manifest], file: File) -> None:
    assert not notes().unchanged(file, ALL, None)
    assert not notes().unchanged(file, ALL, "")
    assert not notes().unchanged(file, ALL, "F2")


def test_another_audience_source_or_place_is_a_change(notes: Callable[[], Manifest], file: File, tmp_path: Path) -> None:
    assert not notes().unchanged(file, frozenset({"hr"}), "F1")
    assert not notes().unchanged(File(file.id, file.path, "other"), ALL, "F1")
    (tmp_path / "b.md").write_text("one")
    assert not notes().unchanged(File(file.id, tmp_path / "b.md", "h"), ALL, "F1")


def test_a_touched_file_is_compared_by_its_contents(notes: Callable[[], Manifest], file: File) -> None:
    os.utime(file.path, ns=(LONG_AGO, LONG_AGO))
    assert notes().unchanged(file, ALL, "F1")
    file.path.write_text("two")
    os.utime(file.path, ns=(LONG_AGO, LONG_AGO))
    assert not notes().unchanged(file, ALL, "F1")


def test_a_change_within_the_same_tick_is_seen(notes: Callable[[], Manifest], file: File) -> None:
    about = file.path.stat()
    file.path.write_text("two")
    os.utime(file.path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert not notes().unchanged(file, ALL, "F1")


def test_what_was_not_confirmed_is_not_noted(tmp_path: Path, file: File) -> None:
    manifest = Manifest(tmp_path / "files.json")
    manifest.stage(file, ALL)
    manifest.drop(file.id)
    manifest.confirm({file.id: "F1"})
    assert not manifest.unchanged(file, ALL, "F1")
    assert manifest.staged(file.id) is None


def test_what_was_forgotten_is_read_again(notes: Callable[[], Manifest], file: File) -> None:
    manifest = notes()
    manifest.forget(["h/a.md", "never"])
    assert not manifest.unchanged(file, ALL, "F1")


def test_a_lost_file_is_not_unchanged(notes: Callable[[], Manifest], file: File) -> None:
    file.path.unlink()
    assert not notes().unchanged(file, ALL, "F1")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"edition": 1}', b'{"edition": "0", "files": {}}', b"\xff"])
def test_damaged_or_older_notes_only_cost_time(tmp_path: Path, file: File, damage: bytes) -> None:
    (tmp_path / "files.json").write_bytes(damage)
    manifest = Manifest(tmp_path / "files.json")
    assert not manifest.unchanged(file, ALL, "F1")
    manifest.save()
    assert not list(tmp_path.glob("*.tmp"))


def test_only_the_owner_may_read_the_notes(notes: Callable[[], Manifest], tmp_path: Path) -> None:
    notes().save()
    assert (tmp_path / "data" / "files.json").stat().st_mode & 0o777 == 0o600
