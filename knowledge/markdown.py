"""Reads the structure of a Markdown text: headings, paragraphs, list items, tables, code. Pure; keeps positions in the text."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from knowledge.sentences import Span

Kind = Literal["prose", "table", "code"]

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+\S")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")


class Block(NamedTuple):
    """A paragraph, list item, table or code block: `lines` are the spans of its lines, in order."""

    kind: Kind
    lines: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading. `path` holds the headings from the outermost in; `heading` is where the last one stands."""

    path: tuple[str, ...]
    heading: Span
    blocks: tuple[Block, ...]


class _Line(NamedTuple):
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        return self.start, self.end


def is_item(text: str, block: Block) -> bool:
    """Whether a block is an item of a list."""
    return block.kind == "prose" and _ITEM.match(text, *block.lines[0]) is not None


def sections(text: str) -> list[Section]:
    """The sections of `text` in order; the first has an empty path and holds what stands before any heading."""
    return _Reading(text).run()


def _lines(text: str) -> list[_Line]:
    """All lines with their positions, ends of line left out."""
    lines, start = [], 0
    for raw in text.splitlines(keepends=True):
        content = raw.rstrip("\r\n")
        lines.append(_Line(start, start + len(content), content))
        start += len(raw)
    return lines


class _Reading:
    """One pass over the lines; each `_take` method returns the number of the first line that it left."""

    def __init__(self, text: str) -> None:
        self.lines = _lines(text)
        self.done: list[Section] = []
        self.path: list[tuple[int, str]] = []
        self.heading: Span = (0, 0)
        self.blocks: list[Block] = []

    def run(self) -> list[Section]:
        number = 0
        while number < len(self.lines):
            number = self._take(number)
        self._close_section()
        return self.done

    def _take(self, number: int) -> int:
        line = self.lines[number].text
        if not line.strip():
            return number + 1
        if _FENCE.match(line):
            return self._take_code(number)
        if match := _ATX.match(line):
            self._open_section(len(match[1]), match[2], self.lines[number].span)
            return number + 1
        if self._underlined(number):
            level = 1 if self.lines[number + 1].text.strip().startswith("=") else 2
            self._open_section(level, line.strip(), self.lines[number].span)
            return number + 2
        if self._heads_table(number):
            return self._take_table(number)
        return self._take_prose(number)

    def _take_code(self, number: int) -> int:
        opening = _FENCE.match(self.lines[number].text)
        fence = opening[1] if opening else "```"
        last = number + 1
        while last < len(self.lines) and not self.lines[last].text.strip().startswith(fence):
            last += 1
        last = min(last + 1, len(self.lines))
        self._add("code", number, last)
        return last

    def _take_table(self, number: int) -> int:
        last = number + 2
        while last < len(self.lines) and "|" in self.lines[last].text and self.lines[last].text.strip():
            last += 1
        self._add("table", number, last)
        return last

    def _take_prose(self, number: int) -> int:
        last = number + 1
        while last < len(self.lines) and not self._starts_something(last):
            last += 1
        self._add("prose", number, last)
        return last

    def _starts_something(self, number: int) -> bool:
        line = self.lines[number].text
        if not line.strip() or _FENCE.match(line) or _ATX.match(line) or _ITEM.match(line):
            return True
        return self._heads_table(number)

    def _underlined(self, number: int) -> bool:
        """Whether the line is a heading by a row of = or - beneath it; only directly after a blank line or at the start."""
        alone = number == 0 or not self.lines[number - 1].text.strip()
        below = self.lines[number + 1].text if number + 1 < len(self.lines) else ""
        heading = self.lines[number].text
        return alone and bool(_UNDERLINE.match(below)) and not _UNDERLINE.match(heading) and not _ITEM.match(heading)

    def _heads_table(self, number: int) -> bool:
        below = self.lines[number + 1].text if number + 1 < len(self.lines) else ""
        return "|" in self.lines[number].text and "|" in below and bool(_RULE.match(below))

    def _add(self, kind: Kind, first: int, last: int) -> None:
        spans = tuple(line.span for line in self.lines[first:last] if line.text.strip())
        self.blocks.append(Block(kind, spans))

    def _open_section(self, level: int, heading: str, span: Span) -> None:
        self._close_section()
        self.path = [*(item for item in self.path if item[0] < level), (level, heading)]
        self.heading = span
        self.blocks = []

    def _close_section(self) -> None:
        if self.path or self.blocks:
            self.done.append(Section(tuple(heading for _, heading in self.path), self.heading, tuple(self.blocks)))
