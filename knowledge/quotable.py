"""The pieces of a passage that can stand alone in an answer, verbatim and as a person reads them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from knowledge.markdown import Block, is_item, sections
from knowledge.plain import cells, plain
from knowledge.sentences import Span, sentences

ANNOUNCED = 6
"""Lines of a list or a listing that an announcement brings along: about what one reads at once."""


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence, list item or table row. `quote` is a slice of the text at `start`; `words` is it without formatting."""

    start: int
    quote: str
    words: str


def quotables(text: str) -> list[Quotable]:
    """All quotable pieces of a Markdown text in order. Headings, the heads of tables and lone words are none.

    A question that the text asks itself comes with the sentence that follows it, an announcement ("...:") with what it
    announces.
    """
    found: list[Quotable] = []
    for section in sections(text):
        for place, block in enumerate(section.blocks, 1):
            pieces = list(_rows(text, block) if block.kind == "table" else _sentences(text, block))
            if pieces and pieces[-1].words.endswith(":"):
                pieces[-1] = _announcing(text, pieces[-1], section.blocks[place : place + ANNOUNCED])
            found += pieces
    return [piece for piece in found if len(piece.words.split()) > 1]


def _announcing(text: str, piece: Quotable, following: Sequence[Block]) -> Quotable:
    """An announcement with what follows at once: the items of a list, or the first lines of a table or a listing."""
    items = [block.lines for block in takewhile(lambda block: is_item(text, block), following)]
    listing = [(line,) for block in following[:1] if block.kind != "prose" for line in block.lines[:ANNOUNCED]]
    if not (kept := items or listing):
        return piece
    said = (plain(text[lines[0][0] : lines[-1][1]]).rstrip(".;,") for lines in kept)
    words = "; ".join(words for words in said if words)
    return Quotable(piece.start, text[piece.start : kept[-1][-1][1]], f"{piece.words} {words}")


def _sentences(text: str, block: Block) -> Iterator[Quotable]:
    spans = sentences(text, block.lines[0][0], block.lines[-1][1]) if block.kind == "prose" else list(block.lines)
    asked: Span | None = None
    for place, (start, end) in enumerate(spans):
        begin = asked[0] if asked else start
        if text[end - 1] == "?" and place + 1 < len(spans):
            asked = (begin, end)
            continue
        asked = None
        yield Quotable(begin, text[begin:end], plain(text[begin:end]))


def _rows(text: str, block: Block) -> Iterator[Quotable]:
    """Rows of a table with the names of its columns."""
    head = cells(text[slice(*block.lines[0])])
    for start, end in block.lines[2:]:
        row = cells(text[start:end])
        named = [f"{name}: {value}" if name else value for name, value in zip(head, row, strict=False) if value]
        yield Quotable(start, text[start:end], ", ".join(named))
