"""What past records teach of a field by all of their texts: what kind of thing it is, how bad, and whose. Pure.

Votes ask which past records are alike, and these are alike in their topic: on how bad something is that is the wrong thing, and on the rest
not all there is. Whoever has learned from all past records which way of telling goes with which value speaks beside the votes, as loudly as
it would have been right on the past.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.models import Item, Record, Ref

LEARNED = ("type", "priority", "assignee", "group")
"""Fields with one value that past records teach of."""
ORDERED = ("priority",)
"""Those whose values stand in an order."""
LEVELS: Sequence[Sequence[str]] = (
    ("lowest", "trivial", "planning", "p5", "niedrigste"),
    ("low", "minor", "p4", "niedrig", "gering"),
    ("medium", "normal", "moderate", "p3", "mittel"),
    ("high", "major", "p2", "hoch"),
    ("highest", "urgent", "critical", "blocker", "p1", "dringend", "kritisch", "höchste"),
)
"""The names of levels in the systems that people use, the least first. A value of another name has no place in the order."""
STEPS = 20
"""Parts that are tried, from nothing to all: every twentieth."""
HUMBLE = 2.0
"""Past records that speak for the votes before any has been looked at: what was learned must earn its part. Chosen on the histories of
docs/benchmarks.md, where less lets it speak on the smallest ones by luck.
"""
LEAST = 0.005
"""A value is never held to be less likely than this: one surprise may not decide everything."""


@dataclass(frozen=True, slots=True)
class Taught:
    """The share of every value by what was learned, 0 to 1, and the part that this has beside the votes; learned from so many `cases`."""

    shares: Mapping[Item, float]
    part: float
    cases: int

    def beside(self, votes: Mapping[Item, float]) -> dict[Item, float]:
        """The shares with what was learned in them, of the values that there are votes on: where nobody votes there is nothing to stand
        beside, and where another field bounds this one the votes know which values it may have.
        """
        mine = self.within(votes)
        return {value: (1 - mine.part) * share + mine.part * mine.shares[value] for value, share in votes.items()}

    def within(self, values: Iterable[Item]) -> "Taught":
        """The same where only these values can be: their shares are a whole. Of values that it does not know it says nothing."""
        known = {value: self.shares.get(value, 0.0) for value in values}
        total = sum(known.values())
        return Taught(
            {value: share / total if total else 0.0 for value, share in known.items()}, self.part if total else 0.0, self.cases
        )

    def told(self, value: Item) -> str:
        """What it says of a value, as part of a reason; empty where it is not heard."""
        if not self.part:
            return ""
        share = self.shares.get(value, 0.0)
        return f"by what {self.cases} past records teach {share:.0%} likely (a part of {self.part:.0%})"


def places(field: str, values: Sequence[Item]) -> Mapping[Item, int] | None:
    """The place of each value among those that are told apart, from 0; None where there are no two of them, or no order where one is needed."""
    if field in ORDERED:
        return scale(values)
    every = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return every if len(every) > 1 else None


def scale(values: Sequence[Item]) -> Mapping[Item, int] | None:
    """The level of each value, 0 for the least; None where one has no place in the order, or where there is no more than one level."""
    places = {value: place(value) for value in values}
    used = sorted({level for level in places.values() if level is not None})
    if None in places.values() or len(used) < 2:  # noqa: PLR2004 - of one level there is nothing to learn
        return None
    return {value: used.index(level) for value, level in places.items() if level is not None}


def place(value: Item) -> int | None:
    """Where a value stands among all `LEVELS`; None for a name that nobody knows."""
    name = (value.label if isinstance(value, Ref) else value).strip().casefold()
    return next((level for level, names in enumerate(LEVELS) if name in names), None)


def part(votes: Sequence[float], learned: Sequence[float]) -> float:
    """The part of what was learned that makes the past likeliest: how likely either held what each past record has, looked at as if it
    were new. Linear opinion pool, stacked (D. Wolpert, Stacked generalization, 1992).
    """
    best, height = 0.0, -math.inf
    for step in range(STEPS + 1):
        mine = step / STEPS
        likely = sum(
            math.log((1 - mine) * max(one, LEAST) + mine * max(other, LEAST)) for one, other in zip(votes, learned, strict=True)
        )
        if (found := likely + HUMBLE * math.log(0.98 * (1 - mine) + 0.01)) > height:
            best, height = mine, found
    return best


HeldOut = Callable[[Record, Sequence[tuple[Record, float]], Sequence[Record], str], Mapping[Item, float]]
"""The votes on a field of a past record by the nearest of others, see `handlers.votes.held_out`."""


class Learn(Protocol):
    """Learns from past records which way of telling goes with which value of a field of `LEARNED`."""

    async def __call__(self, record: Record, pool: Sequence[Record], field: str, votes: HeldOut) -> Taught | None:
        """What `pool` teaches of a field of `record`; None where there is too little of it, or no order in a field of `ORDERED`. `votes` is
        what it is held against on the past.
        """
        ...


async def lessons(
    record: Record, pool: Sequence[Record], fields: Collection[str], *, learn: Learn, votes: HeldOut
) -> dict[str, Taught]:
    """What past records teach of these fields, as far as they are of `LEARNED`."""
    found = {field: await learn(record, pool, field, votes) for field in LEARNED if field in fields}
    return {field: one for field, one in found.items() if one is not None}


async def untaught(record: Record, pool: Sequence[Record], field: str, votes: HeldOut) -> Taught | None:  # noqa: ARG001 - the port's signature
    """The Learn port where nothing learns."""
    return None
