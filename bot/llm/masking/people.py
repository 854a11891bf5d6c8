"""The people on the record: their names in any order and case, and each part of a name by itself."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.llm.masking.finding import Finding, Kind
from bot.llm.masking.folding import Folded, fold
from bot.llm.masking.vocabulary import PARTICLES

WORD = re.compile(r"[^\W\d_]+")
GAP = re.compile(r"[\s,.'-]{1,3}(?:[^\W\d_]\.?\s)?")
"""What stands between the parts of a name; an initial may."""
UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts without capitals, some of them without spaces: a name is looked for inside of words."""
COMMON = frozenset(PARTICLES.split())


class People:
    """What the people on one record are called. Names only; their addresses and numbers are looked for by exact match."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, list[tuple[str, ...]]] = {}
        self._parts: set[str] = set()
        self.inside: list[str] = []
        for name in names:
            if UNCASED.search(name):
                self.inside.append(name.strip())
            words = tuple(WORD.findall(fold(name).lower))
            if len(words) > 1:
                for order in (words, (words[-1], *words[:-1]), (words[0], words[-1])):
                    self._names.setdefault(order[0], []).append(order)
            self._parts |= {word for word in words if len(word) > 1 and word not in COMMON}

    def find(self, text: Folded) -> Iterator[Finding]:
        """Whole names in any case, then parts that are written with a capital."""
        if not any(part in text.lower for part in self._parts):
            return
        words = list(WORD.finditer(text.lower))
        place = 0
        while place < len(words):
            size = self._whole(text, words, place)
            if size or self._part(text, words[place]):
                last = place + max(size, 1) - 1
                yield Finding(words[place].start(), words[last].end(), "PERSON")
                place = last
            place += 1

    def _whole(self, text: Folded, words: list[re.Match[str]], place: int) -> int:
        sizes = [0]
        for order in self._names.get(words[place][0], ()):
            here = words[place : place + len(order) + 1]  # one more, where an initial may stand between
            for size, some in ((len(order), here[: len(order)]), (len(order) + 1, [*here[:1], *here[2:]])):
                if tuple(word[0] for word in some) == order and joined(text, some):
                    sizes.append(size)
        return max(sizes)

    def _part(self, text: Folded, word: re.Match[str]) -> bool:
        return word[0] in self._parts and text.text[word.start()] != word[0][0]


def joined(text: Folded, words: list[re.Match[str]]) -> bool:
    """Whether only what parts a name stands between its words."""
    return all(GAP.fullmatch(text.lower, one.end(), two.start()) for one, two in pairwise(words))


def kind_of(person: str) -> Kind:
    """What somebody is written down as: an address, a number, or a name."""
    if "@" in person:
        return "EMAIL_ADDRESS"
    return "PHONE_NUMBER" if sum(map(str.isdecimal, person)) > len(person) // 2 else "PERSON"
