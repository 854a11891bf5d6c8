"""Whether what somebody wrote from passages stands in them: passages that are there, their numbers, their telling words. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

from knowledge.errors import NotWritten
from knowledge.models import Passage, Written
from knowledge.quotable import Quotable, quotables

MOST = 6
"""Sentences of a written answer."""
LONGEST = 600
"""Characters of one sentence."""
SHARED = 0.5
"""Share of a sentence's telling words that must stand in its passages. Each counts alike: a word that stands nowhere here would be
the most telling of all, and "get" is no invention."""
NUMBER = re.compile(r"\d+(?:[.,:/'\u2019\u202f\u00a0]\d+)*")
GAPS = re.compile(r"[,'\u2019\u202f\u00a0]")
SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""Not "one", which is also the word for somebody."""
LARGE = {"zero": "0", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90"}
WORDS = {word: str(number) for number, word in enumerate(SMALL, 2)} | LARGE | {"hundred": "100", "thousand": "1000"}
LETTERS = re.compile(r"[^\W\d_]+")
MARKS = re.compile(r"\s*\[\d{1,3}\]")
"""Marks of citations that a writer set though they are not its to set."""

Stems = Callable[[str], Sequence[str]]
"""The telling stems of a text."""


class Grounds:
    """The passages that somebody wrote from. `stems` finds the telling stems of a text, `weights` how telling each of them is."""

    def __init__(
        self, passages: Sequence[Passage], *, stems: Stems, weights: Callable[[Sequence[str]], Mapping[str, float]]
    ) -> None:
        self._passages = passages
        self._stems = stems
        self._weights = weights

    def checked(self, written: Sequence[Written]) -> list[Written]:
        """The sentences, cleaned of marks. Raises NotWritten when there are none, or one of them does not stand in its passages."""
        found = [Written(MARKS.sub("", one.text).strip(), tuple(dict.fromkeys(one.passages))) for one in written]
        if not found:
            raise NotWritten("the language model found no answer in the documents.")
        if len(found) > MOST or not all(self._holds(one) for one in found):
            raise NotWritten("what the language model wrote does not stand in the documents.")
        return found

    def quote(self, one: Written, number: int) -> Quotable | None:
        """The piece of a passage that shares most with a sentence, verbatim; None where the passage has no piece."""
        weights = self._weights(self._stems(one.text))

        def shared(piece: Quotable) -> float:
            there = set(self._stems(piece.words))
            numbers = len(numbers_of(one.text) & numbers_of(piece.words))
            return numbers + sum(weight for stem, weight in weights.items() if stem in there)

        return max(quotables(self._passages[number - 1].text), key=shared, default=None)

    def _holds(self, one: Written) -> bool:
        if not one.text or len(one.text) > LONGEST or not one.passages:
            return False
        if not all(1 <= number <= len(self._passages) for number in one.passages):
            return False
        text = "\n".join(read(self._passages[number - 1]) for number in one.passages)
        telling, there = set(self._stems(one.text)), set(self._stems(text))
        shared = len(telling & there)
        return numbers_of(one.text) <= numbers_of(text) and shared > 0 and shared >= SHARED * len(telling)


def read(passage: Passage) -> str:
    """All that a writer sees of a passage."""
    return "\n".join(part for part in (passage.title, passage.heading, passage.text) if part)


def numbers_of(text: str) -> frozenset[str]:
    """The numbers of a text in one spelling: 1,000 is 1000, and so are the small ones that are written out."""
    figures = {GAPS.sub("", hit[0]) for hit in NUMBER.finditer(text)}
    return frozenset(figures | {WORDS[word] for hit in LETTERS.finditer(text) if (word := hit[0].lower()) in WORDS})
