"""The pieces of a passage that can stand alone in an answer, verbatim and as a person reads them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.markdown import Block, sections
from knowledge.plain import cells, plain
from knowledge.sentences import Span, sentences


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence, list item or table row. `quote` is a slice of the text at `start`; `words` is it without formatting."""

    start: int
    quote: str
    words: str


def quotables(text: str) -> list[Quotable]:
    """All quotable pieces of a Markdown text in order. Headings, the heads of tables and lone words are none.

    A question that the text asks itself comes with the sentence that follows it.
    """
    return [
        piece
        for section in sections(text)
        for block in section.blocks
        for piece in (_rows(text, block) if block.kind == "table" else _sentences(text, block))
        if len(piece.words.split()) > 1
    ]


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
