"""Votes of similar records on a field, the nearer ones counting more; what a language model says is a voice beside them. Pure.

The rule: the nearest record weighs 1, each other one less by how much farther it is; what all records of the pool hold weighs a little,
too (`Weighing`). The share of a value in all of that weight is the confidence in it. Where a model has chosen, the confidence is the mean
of that share and the model's voice, which is 1 for what it chose and 0 for everything else.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.models import Record, Ref, Value, shown

Item = str | Ref
NEAREST = 15
"""Records that vote at most. Farther ones weigh next to nothing."""
NEED = 0.5
"""A value with less than this share is not proposed."""
FEWEST = 2
"""One similar record is an anecdote: a value that no model speaks for needs at least this many."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much whose voice counts on a field: a record that is `reach` farther (cosine) than the nearest weighs e times less, `nearest`
    records vote, and what all of the pool holds weighs `prior`.
    """

    reach: float
    nearest: int
    prior: float


TOPIC = Weighing(0.05, NEAREST, 0.5)
"""Who and what: that hangs on the topic, so the nearest few decide."""
FIELDS: Mapping[str, Weighing] = {"type": Weighing(0.12, NEAREST, 1.0), "priority": Weighing(math.inf, 7, 1.0)}
"""What hangs less on the topic; on the priority the seven nearest count alike. Chosen on the sandbox's history, see docs/benchmarks.md."""
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
class Poll:
    """What is to stand in a field. `shares` has every elected value with its confidence, 0 to 1, the surest first.

    `voters` are the similar records that hold the first of them, of `cast` that hold anything.
    """

    field: str
    shares: Mapping[Item, float]
    many: bool
    cast: int
    voters: tuple[Record, ...]

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
        votes = f"{len(self.voters)} of {self.cast} similar cases have it ({keys})" if keys else "no similar case has it"
        return f"{self.field} {shown(self.value)}: {votes}"


@dataclass(frozen=True, slots=True)
class Tally:
    """All votes on a field before anything is elected: the confidence in each value, who holds it, and how many voted."""

    shares: Mapping[Item, float]
    backers: Mapping[Item, tuple[Record, ...]]
    cast: int


def tally(
    near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str, *, of: Record, says: Iterable[Item] | None = None
) -> Tally:
    """The votes of `near` (records of `pool` with their cosine) on `field` of a record. Who holds nothing in it does not vote."""
    how = FIELDS.get(field, TOPIC)
    cast = [(record, cosine, held(record, field)) for record, cosine in near if held(record, field)][: how.nearest]
    weighed = list(zip(cast, weights([(r, c) for r, c, _ in cast], field, of), strict=True))
    counted = shares(weighed, common(pool, field), prior=how.prior, says=says)
    return Tally(counted, {value: tuple(r for r, _, items in cast if value in items) for value in counted}, len(cast))


def poll(
    near: Sequence[tuple[Record, float]], pool: Sequence[Record], field: str, *, of: Record, says: Iterable[Item] | None = None
) -> Poll | None:
    """What the votes and perhaps a model (`says`) elect for `field` of a record; None for nothing. Equals go to what the records say."""
    chosen = frozenset(says or ())
    votes = tally(near, pool, field, of=of, says=None if says is None else chosen)
    sure = (value for value, share in votes.shares.items() if share >= NEED)
    elected = [value for value in sure if value in chosen or len(votes.backers[value]) >= FEWEST]
    ordered = sorted(elected, key=lambda value: (-votes.shares[value], value in chosen, shown(value)))
    many = any(isinstance(record.fields.get(field), tuple) for record in (of, *pool))
    kept = ordered if many else ordered[:1]
    return Poll(field, {v: votes.shares[v] for v in kept}, many, votes.cast, votes.backers[kept[0]]) if kept else None


def shares(
    weighed: Sequence[tuple[tuple[Record, float, tuple[Item, ...]], float]],
    usual: Mapping[Item, float],
    *,
    prior: float,
    says: Iterable[Item] | None = None,
) -> dict[Item, float]:
    """The confidence in every value, 0 to 1: its share in the weight of all votes, or the mean of that and the model's voice."""
    total = sum(weight for _, weight in weighed) + prior
    found = {value: prior * share for value, share in usual.items()}
    for (_, _, items), weight in weighed:
        for value in dict.fromkeys(items):
            found[value] = found.get(value, 0.0) + weight
    voted = {value: min(1.0, weight / total) for value, weight in found.items()}
    if says is None:
        return voted
    chosen = frozenset(says)
    return {value: (voted.get(value, 0.0) + (value in chosen)) / 2 for value in {**voted, **dict.fromkeys(chosen)}}


def weights(cast: Sequence[tuple[Record, float]], field: str, of: Record) -> list[float]:
    """What each record weighs, the weightiest 1. On the type, a record that is written in another manner weighs e times less a manner."""
    reach, mine = FIELDS.get(field, TOPIC).reach, manner(of)
    odd = [len(mine ^ manner(record)) if field == "type" else 0 for record, _ in cast]
    heights = [cosine / reach - strange for (_, cosine), strange in zip(cast, odd, strict=True)]
    top = max(heights, default=0.0)
    return [math.exp(height - top) for height in heights]


def manner(record: Record) -> frozenset[str]:
    """How a record is written."""
    text = f"{record.title}\n{record.text}"
    return frozenset(name for name, pattern in MANNERS.items() if pattern.search(text))


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
