"""A note of every file that was read, so that the next run reads only what changed."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge.listing import File, printable

_REVISION = 1  # raise it whenever the same bytes would give another document
_SETTLED = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says about a file: bytes, and the nanoseconds of the last change of contents and of anything."""

    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was when its document was taken in.

    `settled` is false when it had changed so shortly before that another change could carry the same times: then only the
    hash counts. `held` is the fingerprint that the knowledge base gives for the document made of it.
    """

    path: str
    source: str
    audience: tuple[str, ...]
    stamp: Stamp
    settled: bool
    sha256: str
    held: str = ""


@dataclass(frozen=True, slots=True)
class _Notes:
    edition: str
    files: dict[str, Entry]


class Manifest:
    """The notes of one knowledge base, in one JSON file. Losing it costs time, never truth.

    An entry is believed only while the knowledge base still holds the very document that was made of the file; it is written
    only after that document was taken in. Everything that could make another document of the same bytes is part of the
    note: the audience, the source, the revision of this code and of the library behind it.

    `alone` is the name of a source that is one folder and no other: what was made of a folder that it was before stands in no way.
    """

    def __init__(self, path: Path, alone: str = "") -> None:
        self._path = path
        self._alone = alone
        self._edition = f"{_REVISION} {version('markitdown')}"
        self._entries = self._load()
        self._staged: dict[str, Entry] = {}

    def elsewhere(self, id_: str, folder: Path) -> str | None:
        """The file outside of `folder` that the document `id_` was made of, if it is still there. Blocks on the disk."""
        entry = self._entries.get(id_)
        if entry is None or entry.source == self._alone or folder in Path(entry.path).parents or not Path(entry.path).exists():
            return None
        return entry.path

    def unchanged(self, file: File, audience: frozenset[str], held: str | None) -> bool:
        """Whether reading `file` again would give the document that the knowledge base holds with the fingerprint `held`.

        Blocks on the disk: hashes the file when the file system says that it was touched.
        """
        entry = self._entries.get(file.id)
        if entry is None or not held or entry.held != held:
            return False
        if (entry.path, entry.source, entry.audience) != _circumstances(file, audience):
            return False
        try:
            stamp = stamp_of(file.path)
            if entry.settled and entry.stamp == stamp:
                return True
            fresh = self._entry(file, audience)
        except OSError:
            return False
        if fresh.sha256 != entry.sha256:
            return False
        self._entries[file.id] = replace(fresh, held=entry.held)
        return True

    def stage(self, file: File, audience: frozenset[str]) -> None:
        """Note a file just before it is read. Blocks on the disk. Raises `OSError`."""
        self._staged[file.id] = self._entry(file, audience)

    def staged(self, id_: str) -> Stamp | None:
        """How the file of `id_` was when it was staged."""
        entry = self._staged.get(id_)
        return entry.stamp if entry else None

    def drop(self, id_: str) -> None:
        """Take back what was staged: the file changed while it was read, or could not be read."""
        self._staged.pop(id_, None)

    def confirm(self, held: Mapping[str, str]) -> None:
        """The documents with these ids are in the knowledge base now, with these fingerprints."""
        for id_ in held.keys() & self._staged.keys():
            entry = self._staged.pop(id_)
            self._entries[id_] = replace(entry, held=held[id_])

    def forget(self, ids: Iterable[str]) -> None:
        """The documents with these ids are no longer in the knowledge base."""
        for id_ in ids:
            self._entries.pop(id_, None)

    def save(self) -> None:
        """Write the notes, the old ones staying whole until the new ones are. Blocks on the disk."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(_Notes(self._edition, self._entries)), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def _entry(self, file: File, audience: frozenset[str]) -> Entry:
        stamp = stamp_of(file.path)
        with open(file.path, "rb", opener=_without_waiting) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        settled = time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns) > _SETTLED
        return Entry(*_circumstances(file, audience), stamp, settled, digest)

    def _load(self) -> dict[str, Entry]:
        try:
            notes = TypeAdapter(_Notes).validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return {}  # everything is read again and noted afresh
        return notes.files if notes.edition == self._edition else {}


def stamp_of(path: Path) -> Stamp:
    """The file system's word on a file, links followed. Raises `OSError`."""
    about = path.stat()
    return Stamp(about.st_size, about.st_mtime_ns, about.st_ctime_ns)


def _circumstances(file: File, audience: frozenset[str]) -> tuple[str, str, tuple[str, ...]]:
    return printable(str(file.path)), file.source, tuple(sorted(audience))


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
