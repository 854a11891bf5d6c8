"""Exact match over folded text: what is known to be somebody's, or was found once, is found wherever it stands again."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.llm.masking.finding import Finding, Kind
from bot.llm.masking.folding import Folded, fold

HEAD = 4
"""Characters by which values are looked up; shorter values are few, and searched one by one."""
FEW = 128
"""Values up to which searching for each is quicker than one walk by heads."""
NUMBER = re.compile(r"\d(?:[ .()/_-]{0,3}\d){6,}")
GAPS = re.compile(r"\D+")
FEWEST, MOST = 7, 40
"""Digits of a number that is looked for in other spellings."""


class Exact:
    """Values by their first characters. One walk over a text finds all, in linear time however many there are."""

    def __init__(self, values: Mapping[str, Kind]) -> None:
        even = {folded: kind for value, kind in values.items() if (folded := fold(value).lower)}
        few = len(even) <= FEW
        self._single = {value: kind for value, kind in even.items() if few or len(value) < HEAD}
        self._heads: dict[str, dict[int, dict[str, Kind]]] = {}
        for value, kind in even.items():
            if value not in self._single:
                self._heads.setdefault(value[:HEAD], {}).setdefault(len(value), {})[value] = kind

    def find(self, text: Folded) -> Iterator[Finding]:
        """Every place where one of the values stands, in any case."""
        lower, heads = text.lower, self._heads
        for place in range(len(lower) - HEAD + 1) if heads else ():
            lengths = heads.get(lower[place : place + HEAD])
            for length, values in lengths.items() if lengths else ():
                kind = values.get(lower[place : place + length])
                if kind is not None:
                    yield Finding(place, place + length, kind)
        for value, kind in self._single.items():
            place = lower.find(value)
            while place >= 0:
                yield Finding(place, place + len(value), kind)
                place = lower.find(value, place + 1)


def spelled_apart(text: Folded, values: Iterable[tuple[str, Kind]]) -> Iterator[Finding]:
    """Numbers that were found, where they stand again with other gaps, or without the code of their country."""
    digits: dict[str, Kind] = {}
    for value, kind in values:
        if kind in ("PHONE_NUMBER", "PAYMENT_CARD", "SSN"):
            bare = GAPS.sub("", value)
            digits |= dict.fromkeys(spellings(bare, kind), kind)
    for again in NUMBER.finditer(text.text) if digits else ():
        bare = GAPS.sub("", again[0])
        found = next((digits[form] for form in (bare, bare.lstrip("0")) if form in digits), None) if len(bare) <= MOST else None
        if found is not None:
            yield Finding(again.start(), again.end(), found)


def spellings(digits: str, kind: Kind) -> Iterator[str]:
    """The digits of a number as others write it: a phone also without its zeros, and without a code of one to three digits."""
    yield digits
    if kind == "PHONE_NUMBER":
        national = digits.lstrip("0")
        yield from (form for form in (national, *(national[cut:].lstrip("0") for cut in (1, 2, 3))) if len(form) >= FEWEST + 1)
