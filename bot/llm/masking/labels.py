"""What a number is said to be: the words beside it, in the languages of support mail, and the headings of columns."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache

from bot.llm.masking import vocabulary
from bot.llm.masking.folding import Folded, fold
from bot.llm.masking.vocabulary import Label

REACH = 48
"""Characters before a value in which a word can still speak of it."""
BEHIND = 16
"""The same behind it: `555 0199 (mobile)`."""
SIGNS = frozenset("☎☏✆📞📱📲🤙")
WORD = re.compile(rf"[^\W\d_]+|[{''.join(sorted(SIGNS))}]")
INITIALS = frozenset("tpmfhwc")
"""Letters that stand for a kind of phone in a signature, before a colon or a full stop."""
SEPARATORS = ",;\t|"
DIGIT = re.compile(r"\d")
FEWEST, LONGEST = 3, 30
"""Columns of a table, and characters of a heading; a heading has at most as many words as a table has columns at least."""

STEM_OF = tuple((fold(stem).lower, label) for label, stems in vocabulary.STEMS.items() for stem in stems.split())
LABEL_OF = {fold(word).lower: label for label, words in vocabulary.WORDS.items() for word in words.split()}
NUMBERS, OWNERS, VERBS = (
    frozenset(fold(words).lower.split()) for words in (vocabulary.NUMBERS, vocabulary.OWNERS, vocabulary.VERBS)
)
DOUBTFUL = INITIALS | NUMBERS
"""Words that say something beside others only."""


@lru_cache(maxsize=16384)
def label(word: str) -> Label:
    """What a folded word in lower case says of the number beside it; empty for nearly all words."""
    if word in SIGNS:
        return "phone"
    known = LABEL_OF.get(word)
    return known if known is not None else next((found for stem, found in STEM_OF if stem in word), "")


class Labels:
    """The words of one text that say what numbers are, by place."""

    def __init__(self, text: Folded) -> None:
        self._text = text.lower

    @cached_property
    def _words(self) -> tuple[list[int], list[int], list[Label]]:
        """Where the words with a label start and end; read when the first number asks."""
        starts: list[int] = []
        ends: list[int] = []
        labels: list[Label] = []
        previous = ""
        for word in WORD.finditer(self._text):
            here = word[0]
            said = label(here)
            if not said and here in DOUBTFUL:
                said = self._initial(word, previous)
            previous = here
            if said:
                starts.append(word.start())
                ends.append(word.end())
                labels.append(said)
        return starts, ends, labels

    @cached_property
    def _cells(self) -> list[tuple[int, int, Label]]:
        return list(self._columns())

    def before(self, start: int) -> tuple[Label, int]:
        """The nearest label in front of a place, and how many characters lie between; the heading counts in a column."""
        starts, ends, labels = self._words
        cell = self._cell(start)
        found = bisect_right(ends, start) - 1
        near = found >= 0 and start - ends[found] <= REACH
        if cell is not None and not (near and starts[found] >= cell[0]):
            return cell[1], 0
        return (labels[found], start - ends[found]) if near else ("", REACH)

    def behind(self, end: int) -> Label:
        """The first label that follows a place closely, with no digit and no line between."""
        starts, ends, labels = self._words
        found = bisect_left(starts, end)
        if found == len(starts) or starts[found] - end > BEHIND or self._cell(end) is not None:
            return ""
        between, word = self._text[end : starts[found]], self._text[starts[found] : ends[found]]
        return "" if word in VERBS or any(letter.isdecimal() or letter in "\n,;|" for letter in between) else labels[found]

    def _initial(self, word: re.Match[str], previous: str) -> Label:
        signed = word[0] in INITIALS and self._text[word.end() : word.end() + 1] in (":", ".")
        return "phone" if signed or (word[0] in NUMBERS and previous in OWNERS) else ""

    def _cell(self, place: int) -> tuple[int, Label] | None:
        found = bisect_right(self._cells, place, key=lambda cell: cell[0]) - 1
        if found < 0 or place > self._cells[found][1]:
            return None
        return self._cells[found][0], self._cells[found][2]

    def _columns(self) -> Iterator[tuple[int, int, Label]]:
        """Cells under a heading: a line of short names, and lines below it that are divided in as many cells."""
        heading: list[Label] = []
        mark, place = "", 0
        for line in self._text.split("\n"):
            if heading and line.count(mark) == len(heading) - 1:
                start = place
                for said, cell in zip(heading, line.split(mark), strict=True):
                    yield start, start + len(cell), said
                    start += len(cell) + 1
            else:
                mark = next((mark for mark in SEPARATORS if mark in line), "")
                heading = headings(line.split(mark)) if mark and not DIGIT.search(line) else []
            place += len(line) + 1


def headings(cells: list[str]) -> list[Label]:
    """What the columns hold; nothing when the cells are prose and no headings."""
    if len(cells) < FEWEST or any(len(cell) > LONGEST or len(cell.split()) > FEWEST for cell in cells):
        return []
    found = [heading(cell) for cell in cells]
    return found if any(found) else []


def heading(cell: str) -> Label:
    """What one heading says; a phone's label outweighs the `id` or `number` beside it."""
    said = [found for word in WORD.findall(cell) if (found := label(word))]
    return next((found for found in said if found not in ("other", "version")), said[0] if said else "")
