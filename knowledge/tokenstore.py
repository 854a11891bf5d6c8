"""Vectors of passages and of their pieces in a file, so that comparing them with a question costs no run of the model."""

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.batches import in_batches
from knowledge.ports import Vectors

CAPACITY = 1024 * 1024 * 1024
"""Bytes of the file: about 20,000 passages of 130 tokens, a third of that where all have been quoted from. Beyond it the oldest are
dropped and made again when needed."""
PART, BEHIND = ":", ";"
"""What stands between a chunk's id and the name of a piece of it, and the sign that sorts right behind it."""
STEPS = 127
ASKED_AT_ONCE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, width INTEGER NOT NULL, scale REAL NOT NULL, packed BLOB NOT NULL
)
"""


class _Packed(NamedTuple):
    """Rows of numbers in 8 bits each; times `scale` they are the vectors again, to about one part in 250."""

    width: int
    scale: float
    packed: bytes


class TokenStore:
    """A cache in an SQLite file. Blocking: whoever uses it does so from one thread of its own.

    Everything in it can be made again, so a damaged file is thrown away. Chunk ids depend on text and model, so an entry
    never goes stale.
    """

    def __init__(self, file: Path, capacity: int = CAPACITY) -> None:
        self._file = file
        self._capacity = capacity
        try:
            self._database = self._open()
        except sqlite3.DatabaseError:
            for path in file.parent.glob(f"{file.name}*"):
                path.unlink()
            self._database = self._open()

    def read(self, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """The token vectors of those chunks that are here, by chunk id."""
        found: dict[str, Vectors] = {}
        for part in in_batches(chunk_ids, ASKED_AT_ONCE):
            marks = ",".join("?" * len(part))
            query = f"SELECT id, width, scale, packed FROM tokens WHERE id IN ({marks})"  # noqa: S608 - only question marks
            for chunk_id, width, scale, packed in self._database.execute(query, part):
                found[chunk_id] = _unpack(_Packed(width, scale, packed))
        return found

    def write(self, vectors: Mapping[str, Vectors]) -> dict[str, Vectors]:
        """Keep these, and drop the oldest when the file is full. Returns them as `read` will: rounded to 8 bits."""
        packed = {chunk_id: _pack(one) for chunk_id, one in vectors.items()}
        rows = [(chunk_id, *one) for chunk_id, one in packed.items()]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO tokens (id, width, scale, packed) VALUES (?, ?, ?, ?)", rows)
            self._make_room()
        return {chunk_id: _unpack(one) for chunk_id, one in packed.items()}

    def drop(self, chunk_ids: Sequence[str]) -> None:
        """Forget these, and every piece of them."""
        pieces = [(f"{chunk_id}{PART}", f"{chunk_id}{BEHIND}") for chunk_id in chunk_ids]
        with self._database:
            self._database.executemany("DELETE FROM tokens WHERE id = ?", [(chunk_id,) for chunk_id in chunk_ids])
            self._database.executemany("DELETE FROM tokens WHERE id > ? AND id < ?", pieces)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _make_room(self) -> None:
        """Drop the oldest tenth (at least one) until what is used is below the capacity."""
        while self._used() > self._capacity:
            total = int(self._database.execute("SELECT count(*) FROM tokens").fetchone()[0])
            if not total:
                return
            oldest = "DELETE FROM tokens WHERE number IN (SELECT number FROM tokens ORDER BY number LIMIT ?)"
            self._database.execute(oldest, (max(1, total // 10),))

    def _used(self) -> int:
        """Bytes of the pages in use."""
        pages, free, size = (
            int(self._database.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def _open(self) -> sqlite3.Connection:
        """The database, open and checked to be one. Losing the last writes in a power cut would do no harm."""
        database = sqlite3.connect(self._file, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=OFF")
            database.execute(_SCHEMA)
            database.execute("SELECT id FROM tokens LIMIT 1").fetchone()
        except sqlite3.DatabaseError:
            with contextlib.suppress(sqlite3.Error):
                database.close()
            raise
        return database


def part_of(chunk_id: str, piece: str) -> str:
    """The id of a piece of a chunk: it is dropped with the chunk."""
    return f"{chunk_id}{PART}{piece}"


def _pack(vectors: Vectors) -> _Packed:
    scale = (float(np.abs(vectors).max()) if vectors.size else 1.0) / STEPS or 1.0
    numbers: NDArray[np.int8] = np.rint(vectors / scale).astype(np.int8)
    return _Packed(vectors.shape[1], scale, numbers.tobytes())


def _unpack(row: _Packed) -> Vectors:
    numbers = np.frombuffer(row.packed, np.int8).astype(np.float32).reshape(-1, row.width)
    return numbers * np.float32(row.scale)
