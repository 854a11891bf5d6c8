"""Shared pure rules: votes of similar cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.models import Change, Place, Record, Ref, Source, Value, meant, same, shown
from handlers.ports import Tie

MIN_VOTES = 2
"""One similar case is an anecdote: a value needs at least this many."""
MAX_CHOICES = 25
"""As many as a person can look through in a list."""


async def unlinked(record: Record, what: Tie, *, place: Place) -> Sequence[Source]:  # noqa: ARG001 - the port's signature
    """The Links port where nothing is known of other systems."""
    return ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """What similar cases say about one field. `share` is the winner's part of the votes cast, 0 to 1."""

    field: str
    winner: Value
    share: float
    votes: int
    voters: tuple[Record, ...]

    @property
    def reason(self) -> str:
        """The ballot as a sentence."""
        keys = ", ".join(record.id for record in self.voters[:3])
        return f"{self.field} {shown(self.winner)}: {len(self.voters)} of {self.votes} similar cases have it ({keys})"


def ballot(near: Sequence[tuple[Record, float]], field: str, *, need: float = 0.5) -> Ballot | None:
    """The value that at least `need` of the similar cases hold in `field`; ties go to the nearer cases.

    Cases that hold nothing in the field do not vote. None: too few votes, or too many opinions. A field with several values
    (labels) elects each of them by itself, see `elect_each`.
    """
    cast = [(record, weight, record.fields.get(field)) for record, weight in near]
    cast = [(record, weight, value) for record, weight, value in cast if value]
    if any(isinstance(value, tuple) for _, _, value in cast):
        return elect_each(cast, field, need=need)
    heaps: dict[Value, list[tuple[Record, float]]] = {}
    for record, weight, value in cast:
        heaps.setdefault(value, []).append((record, weight))
    if not heaps:
        return None
    winner = max(heaps, key=lambda value: (len(heaps[value]), sum(weight for _, weight in heaps[value])))
    voters = tuple(record for record, _ in heaps[winner])
    share = len(voters) / len(cast)
    return Ballot(field, winner, share, len(cast), voters) if len(voters) >= MIN_VOTES and share >= need else None


def elect_each(cast: Sequence[tuple[Record, float, Value]], field: str, *, need: float) -> Ballot | None:
    """Values that enough of the cases have, each elected by itself; the share is that of the weakest one elected."""
    heaps: dict[str | Ref, list[Record]] = {}
    for record, _, values in cast:
        held: tuple[str | Ref, ...] = values if isinstance(values, tuple) else ()
        for value in dict.fromkeys(held):  # a case has one vote for a value, however often it holds it
            heaps.setdefault(value, []).append(record)
    elected = {value: voters for value, voters in heaps.items() if len(voters) >= MIN_VOTES and len(voters) / len(cast) >= need}
    if not elected:
        return None
    ordered = sorted(elected, key=lambda value: (-len(elected[value]), shown(value)))
    winner: Value = tuple(v for v in ordered if isinstance(v, str)) or tuple(v for v in ordered if isinstance(v, Ref))
    weakest = elected[ordered[-1]]
    return Ballot(field, winner, len(weakest) / len(cast), len(cast), tuple(weakest))


def proposed(record: Record, ballots: Mapping[str, Ballot], pool: Sequence[Record]) -> tuple[Change, ...]:
    """The ballots as changes; what the record holds already is no change. Lists only grow: nobody elected a removal."""
    found = ((name, record.fields.get(name), joined(record.fields.get(name), won.winner)) for name, won in ballots.items())
    return tuple(
        Change(name, before, after, choices(name, (record, *pool), after))
        for name, before, after in found
        if not same(before, after)
    )


def joined(before: Value, elected: Value) -> Value:
    """What a field would hold: of a list what it has and what was elected besides, of anything else what was elected."""
    if not isinstance(before, tuple) or not isinstance(elected, tuple):
        return elected
    known = meant(before)
    words = tuple(dict.fromkeys(item for item in (*before, *elected) if isinstance(item, str)))
    refs = tuple(
        item for item in (*before, *elected) if isinstance(item, Ref) and (item in before or not meant((item,)) <= known)
    )
    return before if words and refs else words or refs


def choices(field: str, records: Sequence[Record], after: Value) -> tuple[Ref, ...] | tuple[str, ...]:
    """Values seen in `field` over `records`, most common first: what a person may pick instead.

    Free lists of words (labels) have none: any word may be typed.
    """
    counts: dict[str | Ref, int] = {}
    for record in records:
        value = record.fields.get(field)
        for item in value if isinstance(value, tuple) else (value,):
            if item:
                counts[item] = counts.get(item, 0) + 1
    ordered = sorted(counts, key=lambda value: (-counts[value], shown(value)))[:MAX_CHOICES]
    proposed_now = after if isinstance(after, tuple) else (after,)
    refs = (*(v for v in ordered if isinstance(v, Ref)), *(v for v in proposed_now if isinstance(v, Ref)))
    if refs or isinstance(after, tuple):
        return tuple(dict.fromkeys(refs))
    return tuple(dict.fromkeys((*(v for v in ordered if isinstance(v, str)), *([after] if isinstance(after, str) else []))))
