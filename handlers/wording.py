"""How a record is written: its words, its manner, and which of them speak for a value of a field, by past records. Pure."""

import math
import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Generic, TypeVar

from handlers.models import Record

V = TypeVar("V", bound=Hashable)
STEM = 5
"""Letters by which two words are taken for the same: charge, charged and charges are."""
WORD = re.compile(r"[^\W_]{3,24}")
COMMON = re.compile(
    r"the|and|for|with|that|this|from|are|was|were|not|but|you|your|our|their|has|have|had|its|they|them|she|her|his|him|who|all|can|will"
    r"|would|into|than|then|there|what|when|how|out|one|two|any|only|more|most|some|such|very|just|also|about|after|before|been|being|does"
    r"|did|each|every|off|over|same|should|too|under|until|while|where|which|why|let|may|must|own|per|via|yes"
    r"|und|der|die|das|ein|eine|ist|nicht|mit|auf|von|wir|sie|ich"
)
"""Words that tell nothing of a topic; what they tell of the manner is in `MANNERS`."""
LONGEST = 2000
"""Characters of a record whose words count."""
READ = 1024
"""Texts whose words and manner are remembered: the same past records are looked at for every field of every new one."""
MANNERS: Mapping[str, re.Pattern[str]] = {
    "asks": re.compile(
        r"\?|\b(ask(s|ed)?|wants? to know|wonders?|how (do|can|to|does)|which|whether|unsure|question|explain\w*|fragt|frage|wie|warum|welche)\b",
        re.IGNORECASE,
    ),
    "is down": re.compile(
        r"\b(outage|down|unreachable|50[0-4]|nobody|no one|every(body|one)|for all|all (the )?(shops|users|customers|staff)|locked out"
        r"|every page|ausfall|niemand|keiner)\b",
        re.IGNORECASE,
    ),
    "fails": re.compile(
        r"\b(crash\w*|fail\w*|errors?|broken|breaks?|wrong|hangs?|stop(s|ped)?|los(es?|t)|forgets?|drops?|never|twice|do(es)? not|did not"
        r"|doesn't|cannot|can't|nowhere|expired|missing|late|closes|falsch|stürzt|fehler\w*|nicht)\b",
        re.IGNORECASE,
    ),
    "wishes": re.compile(
        r"\b(should|would like|want to|wish\w*|so that|allow\w*|offer\w*|add(ed)?|new|option|improve\w*|better|request\w*|need\w*|soll(te)?)\b",
        re.IGNORECASE,
    ),
}
"""How somebody writes of a matter, whatever it is: a question, an outage, a fault, a wish. English and some German."""


@dataclass(frozen=True, slots=True)
class Care:
    """How carefully a sign is believed. What it says of a value is held back by `smoothing` records in which it is as usual as in all;
    it counts when it stands in two records at least, and its number beside a value is `telling` standard deviations from chance for any
    value. What all signs say together counts `weight`: they repeat each other.
    """

    weight: float
    smoothing: float
    telling: float


@dataclass(frozen=True, slots=True)
class Evidence(Generic[V]):
    """What the signs of a record say: by value and sign, the logarithm of how much more usual the sign is beside the value."""

    care: Care
    said: Mapping[V, Mapping[str, float]]

    def times(self, value: V) -> float:
        """How many times likelier all signs make a value."""
        return math.exp(self.care.weight * sum(self.said.get(value, {}).values()))

    def signs(self, value: V) -> tuple[str, ...]:
        """Those that speak for a value, the strongest first."""
        found = self.said.get(value, {})
        return tuple(sorted((sign for sign, much in found.items() if much > 0), key=lambda sign: (-found[sign], sign)))


def evidence(mine: Collection[str], cases: Sequence[tuple[Collection[str], Collection[V]]], care: Care) -> Evidence[V]:
    """What the signs of a record (`mine`) say, by past ones: the signs and the values of each. One value a case is taken for granted."""
    whole, own = len(cases), frozenset(mine)
    held: dict[V, int] = {}
    seen = dict.fromkeys(sorted(mine), 0)
    beside: dict[V, dict[str, int]] = {}
    for signs, values in cases:
        common = own.intersection(signs)
        for sign in common:
            seen[sign] += 1
        for value in values:
            held[value] = held.get(value, 0) + 1
            row = beside.setdefault(value, {})
            for sign in common:
                row[sign] = row.get(sign, 0) + 1
    rates = {sign: number / whole for sign, number in seen.items() if 1 < number < whole}
    told = {
        sign
        for sign, rate in rates.items()
        if any(odd(row.get(sign, 0), held[v], rate, whole) >= care.telling for v, row in beside.items())
    }
    return Evidence(
        care,
        {
            value: {
                sign: math.log((row.get(sign, 0) + care.smoothing * rates[sign]) / (held[value] + care.smoothing) / rates[sign])
                for sign in told
            }
            for value, row in beside.items()
        },
    )


def odd(found: int, among: int, rate: float, whole: int) -> float:
    """How many standard deviations a sign's number among the records of a value is from what chance makes it."""
    spread = math.sqrt(among * rate * (1 - rate) * (1 - among / whole))
    return abs(found - among * rate) / spread if spread else 0.0


def words(record: Record) -> Mapping[str, str]:
    """The words of a record by their stems, each as it is first written; the commonest ones left out."""
    return words_of(f"{record.title}\n{record.text}"[:LONGEST])


def manner(record: Record) -> frozenset[str]:
    """In which of the `MANNERS` a record is written."""
    return manner_of(f"{record.title}\n{record.text}"[:LONGEST])


@lru_cache(maxsize=READ)
def words_of(text: str) -> Mapping[str, str]:
    """See `words`."""
    found: dict[str, str] = {}
    for word in WORD.findall(text):
        if not COMMON.fullmatch(plain := word.casefold()):
            found.setdefault(plain[:STEM], word)
    return MappingProxyType(found)


@lru_cache(maxsize=READ)
def manner_of(text: str) -> frozenset[str]:
    """See `manner`."""
    return frozenset(name for name, pattern in MANNERS.items() if pattern.search(text))
