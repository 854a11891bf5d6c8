"""Phone numbers: where digits stand together, how they divide into numbers, and what they are called."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.llm.masking.finding import Finding
from bot.llm.masking.folding import Folded
from bot.llm.masking.labels import Labels
from bot.llm.masking.phone_shapes import CLOSE, EXTENSION, LONGEST, SHORTEST, Number, fits

RUN = re.compile(r"(?:\+|%2b)?[ (]{0,2}\d(?:[ .()/_-]{0,4}\d)*", re.IGNORECASE)
COARSE = re.compile(r"\d(?:[ .()/_-]{0,4}\d){5,}")
"""What can hold a phone number, dates included; most texts have little of it."""
AFTER_A_RUN = 10
"""Characters behind such a run in which its last digits may turn out to be a time of day."""
GROUP = re.compile(r"\d+")
BRACKET = re.compile(r"(?:\+?\d{1,3}[ .-]?)?\((?:\+?\d[\d .-]{0,4}\d|(?<=\d\()0|(?<=\d \()0)\)")
"""An area code, and what may stand in front of it. A single digit in brackets numbers a list, unless it is the 0 behind a country."""
DATES = re.compile(
    r"(?<![\d+-])(?:(?:19|20)\d\d([-/. ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d\d-(?:19|20)\d\d)(?!\d|-\d{3})"
    r"|(?<![\d:])\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?!\d)"
)
BLANK = "\x00"
LISTED = re.compile(r"\s?[,;/&]\s|\s?(?:or|and|und|oder|et|ou|y|o|e|или|и)?\s", re.IGNORECASE)
"""What stands between two numbers of one list: the second is what the first was called."""
REACH_OF_A_LIST = 8
ITEM = (") ", ". ", ".) ")
"""What stands behind the number of a line in a list."""
LATE = 8
"""Digits after which a slash begins another number, and is no longer the German one behind an area code."""
TRIES = 12
"""Divisions of one run that are tried; real text needs two or three."""
TWO = 14
"""Digits from which a run with dashes and a space may be two numbers."""


def phones(text: Folded, labels: Labels, taken: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Numbers of all countries with their extensions. `taken` is what other rules have found; phones are looked for beside it."""
    even = blanked(text.text, taken)
    last = -REACH_OF_A_LIST
    for run in RUN.finditer(even):
        for number in fitting(even, run, labels, last) if len(run[0]) >= SHORTEST else ():
            extension = EXTENSION.match(even, number.end)
            last = extension.end() if extension else number.end
            yield Finding(number.start, last, "PHONE_NUMBER")


def fitting(text: str, run: re.Match[str], labels: Labels, last: int) -> Iterator[Number]:
    """The phone numbers of a run of digits: all of it, or else its parts. `last` is where the phone number before it ended."""
    start = run.start() + len(run[0]) - len(run[0].lstrip(" "))
    groups = [(found.start(), found.end()) for found in GROUP.finditer(text, start, run.end())]
    if len(groups) > 1 and text[groups[0][1] : groups[1][0]] in ITEM and text[start] != "(" and groups[0][1] - groups[0][0] < 3:  # noqa: PLR2004
        start, groups = groups[1][0], groups[1:]
    for opening, part in divided(text, start, groups):
        number = listed(text, number_of(text, opening, part, labels), last)
        if fits(text, number):
            last = number.end
            yield number
        else:
            for inner in within(text, part, labels):
                last = inner.end
                yield inner


def within(text: str, groups: Sequence[tuple[int, int]], labels: Labels) -> Iterator[Number]:
    """Phone numbers between the spaces of a run that is none as a whole, the longest first."""
    places = [0, *(index for index in range(1, len(groups)) if text[groups[index - 1][1] : groups[index][0]] == " "), len(groups)]
    tries, first = TRIES if len(places) > 2 else 0, 0  # noqa: PLR2004 - a beginning and an end
    while tries > 0 and first < len(places) - 1:
        start, found = places[first], None
        for last in range(min(first + 5, len(places) - 1), first, -1):
            part = groups[start : places[last]]
            if SHORTEST < sum(end - begin for begin, end in part) <= LONGEST and len(part) < len(groups) and tries > 0:
                tries -= 1
                number = number_of(text, opened(text, part[0][0] - 2, part[0][0]), part, labels)
                if fits(text, number) and is_clear(number):
                    found, first = number, last - 1
                    break
        if found is not None:
            yield found
        first += 1


def is_clear(number: Number) -> bool:
    """Whether more than its groups speaks for a number that has other digits right beside it."""
    called = number.said == "phone" and number.near <= CLOSE
    return called or number.plus or number.bracket or number.digits[0] == "0" or "-" in number.gaps


def listed(text: str, number: Number, last: int) -> Number:
    """A number right behind another of a list, under the label of that one."""
    beside = number.start - last <= REACH_OF_A_LIST and LISTED.fullmatch(text, last, number.start) is not None
    return replace(number, said="phone", near=0) if beside else number


def blanked(text: str, taken: Sequence[tuple[int, int]]) -> str:
    """The text without what is something else: other findings, dates and times."""
    kept, place = [], 0
    for start, end in sorted(taken):
        if end > place:
            kept += [text[place : max(start, place)], BLANK * (end - max(start, place))]
            place = end
    rest = "".join([*kept, text[place:]])
    kept, place = [], 0
    for start, end in windows(rest):
        kept += [rest[place:start], DATES.sub(lambda date: BLANK * len(date[0]), rest[start:end])]
        place = end
    return "".join([*kept, rest[place:]])


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Where to look for dates: around runs of digits that are long enough for a phone number."""
    start = end = 0
    for run in COARSE.finditer(text):
        if run.start() - 1 > end:
            yield start, end
            start = run.start() - 1
        end = min(run.end() + AFTER_A_RUN, len(text))
    yield start, end


def divided(text: str, start: int, groups: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Sequence[tuple[int, int]]]]:
    """The parts of a run that are long enough: where each begins, and its groups. Most runs are one."""
    gaps = [text[one[1] : two[0]] for one, two in pairwise(groups)]
    total = sum(end - begin for begin, end in groups)
    lines = total >= TWO and text[start : start + 2] != "00" and bool({"-", "."} & set(gaps))
    first = size = 0
    for index in range(1, len(groups) + 1):
        size += groups[index - 1][1] - groups[index - 1][0]
        if index == len(groups) or (size > SHORTEST and parts(gaps[index - 1], size, lines=lines)):
            if size >= SHORTEST:
                yield start if first == 0 else opened(text, groups[first - 1][1], groups[first][0]), groups[first:index]
            first, size = index, 0


def parts(gap: str, size: int, *, lines: bool) -> bool:
    """Whether a gap behind enough digits stands between two numbers. `lines`: they have dashes or full stops, so a space does."""
    if len(gap) == 1:
        return (gap == " " and lines) or (gap == "/" and size > LATE)
    return gap not in (") ", ")(", "( ")


def opened(text: str, after: int, start: int) -> int:
    """Where a number begins that may have a bracket in front."""
    found = text.rfind("(", after, start)
    return found if found >= 0 else start


def number_of(text: str, start: int, groups: Sequence[tuple[int, int]], labels: Labels) -> Number:
    """Read one number. The labels are asked at its first digit."""
    words = tuple(text[begin:end] for begin, end in groups)
    gaps = tuple(text[one[1] : two[0]] for one, two in pairwise(groups))
    begin, end = groups[0][0], groups[-1][1]
    ahead = text[start:begin]
    said, near = labels.before(begin)
    if said != "phone" and not (said == "other" and near <= 3) and labels.behind(end) == "phone":  # noqa: PLR2004
        said, near = "phone", 0
    plus = ahead[:1] in ("+", "%")
    bracket = BRACKET.match(text, start) is not None
    return Number(begin if not (plus or "(" in ahead) else start, end, words, gaps, plus, bracket, said, near)
