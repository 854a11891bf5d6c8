"""Cuts a document into chunks: by heading, of whole sentences, small enough for the embedding model to read all of it. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.markdown import Block, Section, sections
from knowledge.models import Chunk, Document
from knowledge.sentences import Span, sentences

Count = Callable[[str], int]
"""Tokens that a text costs in the embedding model."""

TEXT_TOKENS = 180
TITLE_TOKENS = 40
HEADING_TOKENS = 24
"""Together with the separators below the 254 tokens of one's own that the model reads."""
OVERLAP_TOKENS = 60
"""A sentence longer than this is not repeated at the start of the next chunk."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Unit:
    """The smallest piece that is not cut further: a sentence, a row, a line. `lead` is the head of its table."""

    span: Span
    tokens: int
    prose: bool
    lead: Span | None = None


def chunks(document: Document, *, count: Count, model: str) -> list[Chunk]:
    """The chunks of a document in reading order; the same document gives the same chunks with the same ids.

    A chunk's text has at most 180 tokens, title at most 40, heading path at most 24 (both are cut with an ellipsis), so
    that the model reads all of `Chunk.passage`. Every word of the text is in at least one chunk. `model` is the embedder's id.
    """
    title = cut(" ".join(document.title.split()), TITLE_TOKENS, count)
    found: list[Chunk] = []
    seen: Counter[str] = Counter()
    for heading, text in _pieces(document.text, count):
        header = " > ".join(part for part in (title, heading) if part)
        identity = f"{model}\0{document.id}\0{header}\0{text}"
        seen[identity] += 1
        digest = hashlib.sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        found.append(
            Chunk(digest, document.id, title, heading, text, document.url, document.audience, document.source, len(found))
        )
    return found


def cut(text: str, limit: int, count: Count) -> str:
    """`text`, or as much of its start as costs at most `limit` tokens, with an ellipsis at the end."""
    if count(text) <= limit:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle].rstrip() + "…") <= limit else (low, middle - 1)
    return text[:low].rstrip() + "…"


def _pieces(text: str, count: Count) -> Iterator[tuple[str, str]]:
    """Heading path and text of every chunk."""
    found = sections(text)
    for number, section in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        heading = _shown(section.path, count)
        units = [unit for block in section.blocks for unit in _units(text, block, count)]
        if section.path and _would_be_lost(section, following, count):
            units = [*_sized(text, section.heading, count), *units]
        for group in _packed(units, text, count):
            yield heading, group


def _shown(path: tuple[str, ...], count: Count) -> str:
    """The heading path as one line: outer headings are left out first, then the innermost one is cut."""
    for start in range(len(path)):
        joined = " > ".join(path[start:])
        if count(joined) <= HEADING_TOKENS:
            return joined
    return cut(path[-1], HEADING_TOKENS, count) if path else ""


def _would_be_lost(section: Section, following: Section | None, count: Count) -> bool:
    """Whether the heading's words stand in no chunk's heading path: too long, or over nothing."""
    if count(section.path[-1]) > HEADING_TOKENS:
        return True
    if section.blocks:
        return False
    inherited = following is not None and following.path[: len(section.path)] == section.path
    return not inherited or count(" > ".join(following.path if following else ())) > HEADING_TOKENS


def _units(text: str, block: Block, count: Count) -> Iterator[_Unit]:
    """A block as units: sentences of prose, rows of a table (with the table's head at hand), lines of code."""
    if block.kind == "prose":
        for span in sentences(text, block.lines[0][0], block.lines[-1][1]):
            yield from _sized(text, span, count)
        return
    lead = (block.lines[0][0], block.lines[1][1]) if block.kind == "table" else None
    if lead and count(text[lead[0] : lead[1]]) > TEXT_TOKENS // 3:
        lead = None
    for number, span in enumerate(block.lines):
        for unit in _sized(text, span, count):
            repeated = lead if number > 1 else None
            room = TEXT_TOKENS - (count(text[repeated[0] : repeated[1]]) if repeated else 0)
            yield _Unit(unit.span, unit.tokens, prose=False, lead=repeated if unit.tokens <= room else None)


def _sized(text: str, span: Span, count: Count) -> Iterator[_Unit]:
    """The span as one unit, or cut between words (a long word between characters) when it is too long for a chunk."""
    tokens = count(text[span[0] : span[1]])
    if tokens <= TEXT_TOKENS:
        yield _Unit(span, tokens, prose=True)
        return
    words = [match.span() for match in _WORD.finditer(text, *span)]
    if len(words) == 1:
        middle = (span[0] + span[1]) // 2
        halves = [(span[0], middle), (middle, span[1])]
    else:
        halves = [(words[0][0], words[len(words) // 2 - 1][1]), (words[len(words) // 2][0], words[-1][1])]
    for half in halves:
        yield from _sized(text, half, count)


def _packed(units: list[_Unit], text: str, count: Count) -> Iterator[str]:
    """Neighbouring units joined up to the limit; each text starts with the last sentence of the one before."""
    group: list[_Unit] = []
    for unit in units:
        if group and _cost([*group, unit], text, count) > TEXT_TOKENS:
            yield _written(group, text)
            last = group[-1]
            overlaps = last.prose and unit.prose and last.tokens <= OVERLAP_TOKENS and last.tokens + unit.tokens <= TEXT_TOKENS
            group = [last] if overlaps else []
        group.append(unit)
    if group:
        yield _written(group, text)


def _cost(group: list[_Unit], text: str, count: Count) -> int:
    """Tokens of the group when it is written, the repeated head of a table included."""
    lead = group[0].lead
    return sum(unit.tokens for unit in group) + (count(text[lead[0] : lead[1]]) if lead else 0)


def _written(group: list[_Unit], text: str) -> str:
    """The slice of the document that the group covers, below the head of its table when it starts inside one."""
    body = text[group[0].span[0] : group[-1].span[1]]
    lead = group[0].lead
    return f"{text[lead[0] : lead[1]]}\n{body}" if lead else body
