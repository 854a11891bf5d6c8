"""Long sequences in parts."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in order, in parts of `size` (the last may be shorter)."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
