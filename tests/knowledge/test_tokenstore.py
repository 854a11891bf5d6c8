import sqlite3
from pathlib import Path

import numpy as np
import pytest

from knowledge.ports import Vectors
from knowledge.tokenstore import TokenStore, part_of


def some(seed: int, rows: int = 20) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, 384)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_what_is_written_comes_back_nearly_the_same_also_later(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens")
    written = store.write({"a": some(1), "empty": np.zeros((0, 384), np.float32)})
    store.close()
    again = TokenStore(tmp_path / "tokens")
    read = again.read(["a", "b", "empty"])
    again.close()
    assert read.keys() == {"a", "empty"}
    assert np.array_equal(read["a"], written["a"])
    assert np.abs(read["a"] - some(1)).max() < 0.002
    assert read["empty"].shape == (0, 384)


def test_what_is_dropped_is_gone(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens")
    store.write({"a": some(1), "b": some(2)})
    store.drop(["a", "unknown"])
    assert store.read(["a", "b"]).keys() == {"b"}
    store.close()


def test_a_chunk_takes_its_pieces_with_it_and_no_others(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens")
    names = [part_of("a", "0f"), part_of("a", "ff"), part_of("a0", "0f"), part_of("b", "0f")]
    store.write(dict.fromkeys(names, some(1)))
    store.drop(["a"])
    assert store.read(names).keys() == set(names[2:])
    store.close()


def test_the_oldest_go_when_the_file_is_full(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens", capacity=200_000)
    for number in range(60):
        store.write({str(number): some(number)})
    kept = store.read([str(number) for number in range(60)])
    assert "59" in kept
    assert "0" not in kept
    assert sum(one.nbytes // 4 for one in kept.values()) < 200_000
    store.close()


def test_a_capacity_that_holds_nothing_keeps_nothing(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens", capacity=0)
    store.write({"a": some(1)})
    assert store.read(["a"]) == {}
    store.close()


@pytest.mark.parametrize("damage", [b"this is no database at all, " * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_thrown_away(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "tokens").write_bytes(damage)
    store = TokenStore(tmp_path / "tokens")
    store.write({"a": some(1)})
    assert store.read(["a"]).keys() == {"a"}
    store.close()
    sqlite3.connect(tmp_path / "tokens").close()
