"""What came of a case, in lines by part, so that one can say where a thing has to stand. Pure.

| part | its lines |
| --- | --- |
| the name of a field | what the draft's change sets it to |
| a heading (`Decisions`, `## Requirements`) | the lines below it |
| a word before a colon (`overdue (the rule): ...`) | what stands behind it, cut at semicolons |
| `reasons`, `offers` | of a draft, of a reply |
| `sources`, `links` | titles and addresses of what either rests on |
| `all` | every line but the titles of sources: these are a vendor's, and made harmless where they are drawn |
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.models import Draft, Reply, Source, shown

HEADING = re.compile(r"#{1,4}\s+(.+)")
BULLET = re.compile(r"\s*[•*-]\s+")
NAMED = re.compile(r"([^\W\d_][\w -]{0,28}?)(?: \([^)]*\))?: (.+)", re.DOTALL)
ALL, SOURCES = "all", "sources"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case ended: `ends` as in `Expected`, `on` the record of a draft, `fields` what its changes set, and every line by part."""

    ends: str
    on: str
    fields: Mapping[str, str]
    lines: tuple[tuple[str, str], ...]

    def part(self, name: str) -> tuple[str, ...]:
        """The lines of a part, in order."""
        wanted = name.casefold()
        return tuple(line for part, line in self.lines if wanted == part.casefold() or (wanted == ALL and part != SOURCES))


def ended(found: Draft | Reply) -> Ended:
    """A draft or a reply in lines."""
    if isinstance(found, Draft):
        record = found.record
        held = {change.field: shown(change.after) for change in found.changes}
        lines = [(field, line) for field, text in held.items() for line in text.split("\n") if line.strip()]
        lines += [one for text in held.values() for one in headed(text)]
        lines += [("reasons", reason) for reason in found.reasons]
        lines += named(found.sources)
        return Ended("draft", f"new {record.kind}" if record.is_new else record.key, held, tuple(lines))
    lines = [*headed(found.text), *named(found.citations)]
    return Ended("reply", "", {}, (*lines, *(("offers", f"{one.label} {one.line}") for one in found.offers)))


def named(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """What it rests on, titles and addresses apart."""
    return [line for one in sources for line in ((SOURCES, one.title), ("links", one.url))]


def refused(sentence: str) -> Ended:
    """The sentence that said why not."""
    return Ended("refusal", "", {}, (("refusal", sentence),))


def headed(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a text under their headings; a line before bullets is one, and so is what stands before a colon."""
    lines = [line for line in text.split("\n") if line.strip()]
    heading = "head"
    for number, line in enumerate(lines):
        if (found := HEADING.fullmatch(line.strip())) is not None:
            heading = found[1]
            continue
        bullet = BULLET.match(line)
        is_bullet = bullet is not None
        is_head = not is_bullet and number + 1 < len(lines) and BULLET.match(lines[number + 1]) is not None
        if is_head:
            heading = line.partition(":")[0].strip()
        bare = (line[bullet.end() :] if bullet else line).strip()
        yield (heading if is_bullet else "head", bare)
        if not is_head and (named := NAMED.fullmatch(bare)) is not None:
            yield from ((named[1], piece.strip()) for piece in named[2].split("; "))
