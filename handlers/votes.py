"""What should stand in a field of a record, by similar past ones, by what its words tell, and perhaps by a language model's voice. Pure.

The rule: the nearest record weighs 1, each other one less by how much farther it is; what all records of the pool hold weighs a little,
too (`Weighing`). The share of a value in all of that weight is the votes for it; a priority has none of its own, it is that of the past
records of the likely types. Words that past records with a value have more often than others (on the type: the manner of writing) make it
likelier. On some fields there is besides what past records teach (`handlers.taught`). The share of a value in
all of that is the confidence in it. A model's voice is 1 for what it chose and 0 for everything else; the
confidence is then the mean of both.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.models import Item, Record, Ref, Value, same, shown
from handlers.taught import Taught
from handlers.wording import Care, Evidence, evidence, manner, words

NEAREST = 15
"""Records that vote at most. Farther ones weigh next to nothing."""
NEED = 0.5
"""A value with less than this share is not proposed."""
FEWEST = 2
"""One similar record is an anecdote: a value that no model speaks for needs at least this many."""


COMPARED = 100
"""Nearest records whose words are compared; of the pool behind them only what they hold counts."""
HALF = 0.5
"""The part of a model's voice in a confidence."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much whose voice counts on a field: a record that is `reach` farther (cosine) than the nearest weighs e times less, and so does
    one for each manner in which the two are written differently, where `manners` is set; what all of the pool holds weighs `prior`.
    """

    reach: float
    prior: float
    manners: bool = False


TOPIC = Weighing(0.05, 0.5)
"""Who and what: that hangs on the topic, so the nearest few decide."""
FIELDS: Mapping[str, Weighing] = {"type": Weighing(0.12, 1.0, manners=True), "priority": Weighing(0.12, 1.0)}
"""What hangs less on the topic. Chosen on the sandbox's histories, see docs/benchmarks.md; so are the next three."""
FOLLOWS: Mapping[str, str] = {"priority": "type"}
"""How bad something is hangs on what kind of thing it is more than on what it is about."""
WORDS = Care(weight=0.3, smoothing=4, telling=2)
MANNER = Care(weight=0.8, smoothing=2, telling=0)
NAMED = 3
"""Telling words that a reason names."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What is to stand in a field. `shares` has every elected value with its confidence, 0 to 1, the surest first.

    `voters` are the records that hold the first of them, of `cast` that hold anything; `among` says which records these are. `signs` are
    the words of the record that speak for it, `taught` says what was learned of it.
    """

    field: str
    shares: Mapping[Item, float]
    many: bool
    cast: int
    voters: tuple[Record, ...]
    among: str = "similar cases"
    signs: tuple[str, ...] = ()
    taught: str = ""

    @property
    def value(self) -> Value:
        """As the field would hold it."""
        if not self.many:
            return next(iter(self.shares))
        return tuple(v for v in self.shares if isinstance(v, str)) or tuple(v for v in self.shares if isinstance(v, Ref))

    @property
    def share(self) -> float:
        """The confidence: of several values that in the weakest."""
        return min(self.shares.values())

    @property
    def reason(self) -> str:
        """The poll as a sentence."""
        keys = ", ".join(record.id for record in self.voters[:3])
        holders = f"{len(self.voters)} of {self.cast} {self.among} have it ({keys})" if keys else "no similar case has it"
        told = f"; words: {', '.join(self.signs)}" if self.signs else ""
        learned = f"; {self.taught}" if self.taught else ""
        return f"{self.field} {shown(self.value)}: {holders}{told}{learned}"


@dataclass(frozen=True, slots=True)
class Tally:
    """All there is on a field before anything is elected: the confidence in each value, who holds it of the `cast` that hold anything,
    which records these are, and the words that speak for each value.
    """

    shares: Mapping[Item, float]
    backers: Mapping[Item, tuple[Record, ...]]
    cast: int
    among: str
    signs: Mapping[Item, tuple[str, ...]]


def tally(
    near: Sequence[tuple[Record, float]],
    pool: Sequence[Record],
    field: str,
    *,
    of: Record,
    says: Iterable[Item] | None = None,
    voice: float = HALF,
    sure: float = 1.0,
    taught: Taught | None = None,
) -> Tally:
    """The votes of `near` (records of `pool` with their cosine, nearest first) on `field` of a record, and what its words tell.

    Who holds nothing in it does not vote. `says` is what a model chose; its voice is the part `voice` of the confidence. `sure` is how
    sure it is that these are the ones to vote, where another field decides that: nothing is surer than that. `taught` is what past
    records teach of the field besides.
    """
    told = telling(near, field, of)
    voted, cast, among = following(near, pool, field, of) or voting(near, pool, field, of)
    likely = voted if told is None else whole({value: share * told.times(value) for value, share in voted.items()})
    likely = {value: sure * share for value, share in (taught.beside(likely) if taught else likely).items()}
    shares = likely if says is None else heard(likely, frozenset(says), voice)
    backers = {value: tuple(record for record in cast if value in held(record, field)) for value in shares}
    names = words(of)
    signs = {value: tuple(names[s] for s in told.signs(value) if s in names)[:NAMED] for value in shares} if told else {}
    return Tally(shares, backers, len(cast), among, signs)


def poll(
    near: Sequence[tuple[Record, float]],
    pool: Sequence[Record],
    field: str,
    *,
    of: Record,
    says: Iterable[Item] | None = None,
    voice: float = HALF,
    sure: float = 1.0,
    taught: Taught | None = None,
) -> Poll | None:
    """What is elected for `field` of a record, see `tally`; None for nothing. Equals go to what the records say."""
    chosen = frozenset(says or ())
    found = tally(near, pool, field, of=of, says=None if says is None else chosen, voice=voice, sure=sure, taught=taught)
    enough = (value for value, share in found.shares.items() if share >= NEED)
    elected = [value for value in enough if value in chosen or len(found.backers[value]) >= FEWEST]
    ordered = sorted(elected, key=lambda value: (-found.shares[value], value in chosen, shown(value)))
    many = several((of, *pool), field)
    if not (kept := ordered if many else ordered[:1]):
        return None
    first = kept[0]
    shares = {value: found.shares[value] for value in kept}
    learned = taught.within(found.shares).told(first) if taught else ""
    return Poll(field, shares, many, found.cast, found.backers[first], found.among, found.signs.get(first, ()), learned)


def held_out(record: Record, near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str) -> Mapping[Item, float]:
    """The votes on a field of a past record as if it were new: its own fields are not looked at."""
    return tally(near, pool, field, of=replace(record, fields={})).shares


Votes = tuple[dict[Item, float], Sequence[Record], str]
"""The share of each value, who voted, and in words who these are."""


def asked(near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str, of: Record) -> int:
    """How many records vote on a field: the `cast` of its tally."""
    return len((following(near, pool, field, of) or voting(near, pool, field, of))[1])


def voting(near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str, of: Record) -> Votes:
    """The votes of the nearest."""
    cast = [(record, cosine) for record, cosine in near if held(record, field)][:NEAREST]
    weighed = [(held(record, field), weight) for (record, _), weight in zip(cast, weights(cast, field, of), strict=True)]
    return (
        shares(weighed, common(pool, field), prior=FIELDS.get(field, TOPIC).prior),
        [record for record, _ in cast],
        "similar cases",
    )


def following(near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str, of: Record) -> Votes | None:
    """The votes on a field that follows another one: what similar records of each likely value of that one hold. None where it follows none."""
    leader = FOLLOWS.get(field)
    kinds = whole(tally(near, pool, leader, of=of).shares) if leader else {}
    cast = [record for record, _ in near if held(record, field)]
    usual = common(pool, field)
    if not kinds or not cast:
        return None
    found = dict.fromkeys(usual, 0.0)
    for kind, likely in kinds.items():
        weighed = [(held(record, field), 1.0) for record in cast if kind in held(record, leader or "")]
        for value, share in shares(weighed, usual, prior=FIELDS[field].prior).items():
            found[value] += likely * share
    first = max(kinds, key=lambda kind: kinds[kind])
    likeliest = [record for record in cast if first in held(record, leader or "")]
    return found, likeliest, f"similar cases of the {leader} {shown(first)}"


def telling(near: Sequence[tuple[Record, float]], field: str, of: Record) -> Evidence[Item] | None:
    """What the words of a record, or on the type its manner, tell of a field; None of one that holds several values."""
    cast = [record for record, _ in near[:COMPARED] if held(record, field)]
    if not cast or several((of, *cast), field):
        return None
    care, signs = (MANNER, manner) if FIELDS.get(field, TOPIC).manners else (WORDS, words)
    read: Callable[[Record], Collection[str]] = signs
    return evidence(read(of), [(read(record), held(record, field)) for record in cast], care)


def shares(weighed: Sequence[tuple[tuple[Item, ...], float]], usual: Mapping[Item, float], *, prior: float) -> dict[Item, float]:
    """The share of every value, 0 to 1, in the weight of all votes and of what is usual."""
    total = sum(weight for _, weight in weighed) + prior
    found = {value: prior * share for value, share in usual.items()}
    for items, weight in weighed:
        for value in dict.fromkeys(items):
            found[value] = found.get(value, 0.0) + weight
    return {value: min(1.0, weight / total) for value, weight in found.items()}


def heard(likely: Mapping[Item, float], chosen: frozenset[Item], voice: float) -> dict[Item, float]:
    """The confidence in every value when a model has chosen: what there was, and its voice for the part `voice`."""
    every = {**likely, **dict.fromkeys(chosen)}
    return {value: (1 - voice) * likely.get(value, 0.0) + voice * (value in chosen) for value in every}


def whole(likely: Mapping[Item, float]) -> dict[Item, float]:
    """Shares that sum to 1; nothing of nothing."""
    total = sum(likely.values())
    return {value: share / total for value, share in likely.items()} if total else {}


def weights(cast: Sequence[tuple[Record, float]], field: str, of: Record) -> list[float]:
    """What each record weighs, the weightiest 1."""
    how = FIELDS.get(field, TOPIC)
    mine = manner(of) if how.manners else frozenset()
    odd = [len(mine ^ manner(record)) if how.manners else 0 for record, _ in cast]
    heights = [cosine / how.reach - strange for (_, cosine), strange in zip(cast, odd, strict=True)]
    top = max(heights, default=0.0)
    return [math.exp(height - top) for height in heights]


def within(
    near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str, value: Item
) -> tuple[list[tuple[Record, float]], list[Record]]:
    """Only those of both that hold a value: whose votes count where one field bounds another."""
    inside = [record for record in pool if any(same(one, value) for one in held(record, field))]
    keys = {record.key for record in inside}
    return [(record, cosine) for record, cosine in near if record.key in keys], inside


def several(records: Iterable[Record], field: str) -> bool:
    """Whether a field may hold more than one value."""
    return any(isinstance(record.fields.get(field), tuple) for record in records)


def common(pool: Sequence[Record], field: str) -> dict[Item, float]:
    """How usual each value is: its share of the records that hold anything in the field."""
    cast = [items for record in pool if (items := held(record, field))]
    counts: dict[Item, int] = {}
    for items in cast:
        for value in dict.fromkeys(items):
            counts[value] = counts.get(value, 0) + 1
    return {value: count / len(cast) for value, count in counts.items()}


def held(record: Record, field: str) -> tuple[Item, ...]:
    """The values that a record holds in a field; none, one or more."""
    value = record.fields.get(field)
    return value if isinstance(value, tuple) else (value,) if value else ()
