"""A long text is read in parts: each by a language model, or by rules where the model has no answer that can be used."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from handlers.models import Attachment

T = TypeVar("T")
Part = tuple[int, Sequence[str]]
"""The number of its first piece, from 0, and the pieces."""
Read = Callable[[Part], Awaitable[tuple[Sequence[T] | None, str]]]
"""What a model finds in a part; None and why where that cannot be used, no reason where none is configured."""
LARGEST = 12_000
"""Characters of a part. A meeting of three hours has about 160,000."""
AT_ONCE = 4
"""Parts that are read at the same time."""


def parts(pieces: Sequence[str]) -> Iterator[Part]:
    """The pieces in parts of up to LARGEST characters; a larger piece is a part by itself."""
    first, size = 0, 0
    for number, piece in enumerate(pieces):
        size += len(piece)
        if size > LARGEST and number > first:
            yield first, pieces[first:number]
            first, size = number, len(piece)
    if pieces:
        yield first, pieces[first:]


async def each(cut: Sequence[Part], ask: Read[T], instead: Callable[[Part], Sequence[T]]) -> tuple[list[T], str, int]:
    """What was found in all parts in their order, why a model could not be used, and how many parts it was not used for.

    What kept it from one part keeps it from those that are not begun: nobody waits, or pays, for the same refusal twice.
    """
    gate, reasons = asyncio.Semaphore(AT_ONCE), list[str]()

    async def read(part: Part) -> Sequence[T] | None:
        async with gate:
            if reasons:
                return None
            found, why = await ask(part)
            if found is None:
                reasons.append(why)
            return found

    answers = await asyncio.gather(*(read(part) for part in cut))
    found = [one for part, answer in zip(cut, answers, strict=True) for one in (instead(part) if answer is None else answer)]
    return found, reasons[0] if reasons else "", sum(answer is None for answer in answers)


def made(without: int, total: int, why: str, *, written: str, quoted: str) -> str:
    """A sentence on how it was made: by a model, by rules, or partly; and what kept the model from it, where something did."""
    if not without:
        return written
    some = f"{quoted} {total - without} of {total} parts were worded by a language model." if without < total else quoted
    return f"{some} A language model was not used: {why}" if why else some


def readable(sent: Sequence[Attachment], suffixes: Sequence[str]) -> list[Attachment]:
    """Those of the files whose names end so."""
    return [file for file in sent if file.name.casefold().endswith(tuple(suffixes))]
