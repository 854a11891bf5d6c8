"""What was asked of a stand-in and what it did: JSON lines on disk, written before the answer leaves."""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.sandbox.models import Payload, SandboxBroken

UI = "UI"
"""The method of an entry that a person made in the vendor's own pages; it is nobody's API write."""


@dataclass(frozen=True, slots=True)
class Write:
    """One mutating request and its effect on one record.

    `status` is the status that was answered (0: none was), `fault` names the scripted fault that hit the request, `effect` says
    whether the record changed, `before` is None for a new record, and `time` is ISO 8601 in UTC.
    """

    seq: int
    time: str
    method: str
    path: str
    body: object
    status: int
    record: str | None
    effect: bool
    before: Payload | None
    after: Payload | None
    fault: str | None = None


class Ledger:
    """Every mutating request in order. With a path it survives a kill: each entry is on disk before `append` returns."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None
        self.entries: list[Write] = []
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            _claim(self._file, path)
            self.entries.extend(_load(path))

    @property
    def next_seq(self) -> int:
        """The number that the next entry carries; the first is 1."""
        return self.entries[-1].seq + 1 if self.entries else 1

    def append(self, write: Write) -> None:
        """Put one entry on disk, then into memory. Blocks for the fsync: call it in a thread."""
        if self._file is not None:
            _store(self._file, (json.dumps(asdict(write), ensure_ascii=False) + "\n").encode())
        self.entries.append(write)

    def writes(self, record: str) -> list[Write]:
        """The API writes that changed this record, oldest first; refusals and edits by people are left out."""
        return [write for write in self.entries if write.record == record and write.effect and write.method != UI]

    def close(self) -> None:
        """Let go of the file; appending is over."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _store(file: int, line: bytes) -> None:
    """Write a whole line to the disk, or nothing: half a line would spoil the next one."""
    size = os.fstat(file).st_size
    rest = memoryview(line)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise


def _claim(file: int, path: Path) -> None:
    """One process at a time; the claim ends with the process, however it ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise SandboxBroken(f"Another sandbox uses {path.parent}: stop it, or choose another folder.") from error


def _load(path: Path) -> Iterator[Write]:
    """Read the entries back; a last line without its end was torn by a kill, so it is cut off: its answer never left."""
    raw = path.read_bytes()
    whole = raw.rfind(b"\n") + 1
    if whole < len(raw):
        os.truncate(path, whole)
    for number, line in enumerate(raw[:whole].splitlines(), start=1):
        try:
            yield Write(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise SandboxBroken(f"Line {number} of {path} is damaged: delete that folder to start the sandbox afresh.") from error
