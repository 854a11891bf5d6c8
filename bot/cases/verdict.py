"""Whether what came of a case is what it expects, and the figures of many. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cases.case import Case
from bot.cases.parts import ALL, Ended
from handlers.language import FORMS, Language, language_of
from knowledge.metrics import share

FIELDS, KEPT, ON, ENDS, LACKS, LANGUAGE = "fields", "fields left alone", "record", "end", "unwanted kept out", "language"
"""Figures besides the parts: what they count is right or not."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a case expects. `figure` is what it counts for; `wrong` says what is amiss, empty where it holds.

    `extra`: it is about something that nobody expected, and counts against precision instead of recall.
    """

    figure: str
    wrong: str = ""
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a case came to."""

    case: str
    checks: tuple[Check, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """Everything that is amiss, in words."""
        return tuple(one.wrong for one in self.checks if one.wrong)

    @property
    def is_ok(self) -> bool:
        """Whether all of it holds."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over cases: of `expected` things `found` were there; where `has_extra` says that more than
    that could be told, `extra` were there besides.
    """

    name: str
    expected: int
    found: int
    extra: int
    has_extra: bool

    @property
    def recall(self) -> float | None:
        """The share of what was expected that was found."""
        return share(self.found, self.expected)

    @property
    def precision(self) -> float | None:
        """The share of what was found that was expected."""
        return share(self.found, self.found + self.extra)


def verdict(case: Case, end: Ended) -> Verdict:
    """The result held against the case."""
    return Verdict(case.name, tuple(checks(case, end)))


def checks(case: Case, end: Ended) -> Iterator[Check]:
    """Everything that the case expects."""
    wants = case.expects
    yield Check(ENDS, "" if end.ends == wants.ends else f"it ends with a {end.ends}, not a {wants.ends}: {head(end)}")
    if wants.on:
        yield Check(ON, "" if end.on == wants.on else f"the draft is of {end.on or 'nothing'}, not of {wants.on}")
    for name, text in wants.fields.items():
        is_right = end.fields.get(name) == text
        yield Check(FIELDS, "" if is_right else f"{name} becomes {end.fields.get(name)!r}, not {text!r}")
    for name in wants.keeps:
        yield Check(KEPT, f"{name} is touched: {end.fields[name]!r}" if name in end.fields else "")
    if wants.language:
        spoken = tongue(end.fields.get("text", ""))
        yield Check(LANGUAGE, "" if spoken == wants.language else f"the text is in {spoken}, not in {wants.language}")
    everything = "\n".join(end.part(ALL)).casefold()
    for text in wants.lacks:
        yield Check(LACKS, f"{text!r} stands in it" if text.casefold() in everything else "")
    for part, lines in wants.has.items():
        yield from held(part, [(one,) if isinstance(one, str) else one for one in lines], end)
    for part in wants.only:
        yield from unexpected(part, [(one,) if isinstance(one, str) else one for one in wants.has.get(part, ())], end)


def tongue(letter: str) -> Language | None:
    """The language of a letter; of a short one that of the close which it ends with."""
    return language_of(letter) or next((name for name, form in FORMS.items() if form.close in letter), None)


def held(part: str, wanted: Sequence[Sequence[str]], end: Ended) -> Iterator[Check]:
    """A check for each line that a part has to have."""
    for pieces in wanted:
        is_there = any(holds(line, pieces) for line in end.part(part))
        yield Check(part, "" if is_there else f"{part} lacks {' … '.join(pieces)!r}: {head(end)}")


def unexpected(part: str, wanted: Sequence[Sequence[str]], end: Ended) -> Iterator[Check]:
    """A check that nothing else stands in a part, or one for each line of it that nobody expected."""
    besides = [line for line in end.part(part) if not any(holds(line, pieces) for pieces in wanted)]
    if not besides:
        yield Check(part, extra=True)
    for line in besides:
        yield Check(part, f"{part} has {line[:200]!r} besides", extra=True)


def holds(line: str, pieces: Sequence[str]) -> bool:
    """Whether all pieces stand in a line, in any case."""
    return all(piece.casefold() in line.casefold() for piece in pieces)


def head(end: Ended) -> str:
    """The beginning of what there is instead."""
    return " | ".join(dict.fromkeys(end.part(ALL)))[:400] or "nothing"


def figures(verdicts: Sequence[Verdict]) -> tuple[Figure, ...]:
    """The figures, in the order in which cases name them."""
    every = [check for one in verdicts for check in one.checks]
    named = dict.fromkeys(check.figure for check in every)
    return tuple(
        Figure(
            name,
            sum(one.figure == name and not one.extra for one in every),
            sum(one.figure == name and not one.extra and not one.wrong for one in every),
            sum(one.figure == name and bool(one.wrong) and one.extra for one in every),
            any(one.figure == name and one.extra for one in every),
        )
        for name in named
    )
