"""How good the votes of `handlers.votes` are on a history: each past record is looked at as if it were new, from all the others."""

from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from handlers.models import Item, Record
from handlers.ports import Similar
from handlers.taught import Learn, Taught, lessons, untaught
from handlers.twins import ALIKE
from handlers.votes import COMPARED, common, held, held_out, poll, tally, within
from knowledge.metrics import Bin, bins, calibration_error, interval, share

NOWHERE: Mapping[str, str] = MappingProxyType({})
FEWEST = 5
"""Past records of a project below which there is nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field of one record: whether the likeliest value was right, whether the most usual one was, and what would have been proposed.

    `proposed` has the confidence in each proposed value and whether the record has it; `values` is how many the record has.
    """

    field: str
    right: bool
    usual: bool
    proposed: tuple[tuple[float, bool], ...]
    values: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a field. `issues`: records that hold something in it. `accuracy` and `baseline`: share of them that have the likeliest
    value by the votes, and the most usual value of their project, which they count in themselves. `precision`: share of the proposed values that are right; `recall`: share of all values that were
    proposed. `calibration_error` and `brier`: confidence against that, with `bins` of a tenth. None where nothing was proposed.
    `gain`: between which values accuracy less baseline lies in 95 of 100 draws of as many records.
    """

    field: str
    issues: int
    accuracy: float
    baseline: float
    proposed: int
    precision: float | None
    recall: float | None
    calibration_error: float | None
    brier: float | None
    bins: tuple[Bin, ...]
    gain: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Backtest:
    """All of it: the records that were looked at again, the figures by field, and for how many a probable duplicate would have been named."""

    issues: int
    fields: tuple[Figures, ...]
    alike: int

    @property
    def accuracy(self) -> float:
        """The mean over the fields."""
        return sum(one.accuracy for one in self.fields) / len(self.fields) if self.fields else 0.0

    @property
    def baseline(self) -> float:
        """The mean of what the most usual value gets."""
        return sum(one.baseline for one in self.fields) / len(self.fields) if self.fields else 0.0


async def backtest(
    histories: AsyncIterable[Sequence[Record]],
    *,
    fields: Sequence[str],
    inside: Mapping[str, str] = NOWHERE,
    similar: Similar,
    learn: Learn = untaught,
    told: Callable[[int, int], None],
) -> Backtest:
    """Leave one out, project by project: a record's own fields are never looked at. `told` hears how many of those that have been read are
    done. One history is held at a time, however many there are.

    `inside` names for a field another one: only those who hold what is elected in that one vote. `learn` learns from the others, too.
    """
    total, done, alike = 0, 0, 0
    outcomes: list[Outcome] = []
    async for history in histories:
        if len(history) < FEWEST:
            continue
        total += len(history)
        for place, record in enumerate(history):
            others = [*history[:place], *history[place + 1 :]]
            near = await similar(record, others, limit=COMPARED)
            taught = await lessons(record, others, fields, learn=learn, votes=held_out)
            for field in fields:
                if held(record, field):
                    usual = common(history, field)
                    bound = inside.get(field, "")
                    outcomes.append(outcome(record, near, others, field, bound=bound, usual=usual, taught=taught.get(field)))
            alike += near[0][1] >= ALIKE
            done += 1
            told(done, total)
    by_field = {field: [one for one in outcomes if one.field == field] for field in fields}
    return Backtest(total, tuple(figures(field, some) for field, some in by_field.items() if some), alike)


def outcome(
    record: Record,
    near: Sequence[tuple[Record, float]],
    others: Sequence[Record],
    field: str,
    *,
    bound: str,
    usual: Mapping[Item, float],
    taught: Taught | None = None,
) -> Outcome:
    """What the votes say about one field, against what people made of it. `usual` has the share of each value in the whole history."""
    blank, truth = replace(record, fields={}), frozenset(held(record, field))
    sure = 1.0
    if bound and (leader := poll(near, others, bound, of=blank)):
        near, others = within(near, others, bound, next(iter(leader.shares)))
        sure = leader.share
    won = poll(near, others, field, of=blank, sure=sure, taught=taught)
    proposed = tuple((sure, value in truth) for value, sure in won.shares.items()) if won else ()
    likeliest = best(tally(near, others, field, of=blank, taught=taught).shares)
    return Outcome(field, likeliest in truth, best(usual) in truth, proposed, len(truth))


def best(shares: Mapping[Item, float]) -> Item | None:
    """The value with the largest share, the first of equals; None where there is none."""
    return max(shares, key=lambda value: shares[value], default=None)


def figures(field: str, outcomes: Sequence[Outcome]) -> Figures:
    """The figures of one field; there is one outcome at least."""
    proposed = [one for each in outcomes for one in each.proposed]
    confidences, rights = [sure for sure, _ in proposed], [right for _, right in proposed]
    found = bins(confidences, rights)
    errors = sum((sure - right) ** 2 for sure, right in proposed)
    return Figures(
        field,
        len(outcomes),
        sum(one.right for one in outcomes) / len(outcomes),
        sum(one.usual for one in outcomes) / len(outcomes),
        len(proposed),
        share(sum(rights), len(proposed)),
        share(sum(rights), sum(one.values for one in outcomes)),
        calibration_error(found),
        errors / len(proposed) if proposed else None,
        found,
        interval([one.right - one.usual for one in outcomes]),
    )
