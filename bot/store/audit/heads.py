"""Heads of the audit trail, published to a file beside the database: what was cut off afterwards no longer matches it."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from handlers.errors import Invalid

TAIL = 4096
"""Bytes at the end of the file that surely hold its last line."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the trail at one moment. `at` is an ISO time in UTC; `hash` is 64 hex digits, which name every row before."""

    seq: int
    hash: str
    at: str


class HeadFile:
    """A file that only grows, one JSON object a line. Copy it elsewhere now and then: who can change the database may not be there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Sequence[Head]:
        """What was published, oldest first. Raises Invalid naming a line that is none."""
        try:
            written = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        return [self._head(f"The {number}.", line) for number, line in enumerate(whole(written).splitlines(), 1)]

    def last(self) -> Head | None:
        """The newest head, found from the end of the file. Raises Invalid."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
                lines = whole(file.read()).splitlines()
        except FileNotFoundError:
            return None
        return self._head("The last", lines[-1]) if lines else None

    def add(self, head: Head) -> None:
        """Append one head and force it to the disk. The rest of a line that a power cut tore is taken off first."""
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            start = max(0, file.seek(0, os.SEEK_END) - TAIL)
            file.seek(start)
            file.truncate(start + len(whole(file.read())))
            file.seek(0, os.SEEK_END)
            file.write(json.dumps(asdict(head), sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _head(self, place: str, line: bytes) -> Head:
        try:
            found = json.loads(line)
            return Head(int(found["seq"]), str(found["hash"]), str(found["at"]))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Invalid(f"{place} line of {self.path} is no published head. Put the file back from a copy.") from wrong


def whole(written: bytes) -> bytes:
    """The lines that were written to their end."""
    return written[: written.rfind(b"\n") + 1]
