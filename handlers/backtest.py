"""How good the votes of `handlers.votes` are on a history: each past issue is triaged as if it were new, from all the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.models import Record
from handlers.opinion import FIELDS
from handlers.ports import Similar
from handlers.twins import ALIKE
from handlers.votes import COMPARED, Item, common, held, poll, tally
from knowledge.metrics import Bin, bins, calibration_error, share

FEWEST = 5
"""Past issues of a project below which there is nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field of one issue: whether the likeliest value was right, whether the most usual one was, and what would have been proposed.

    `proposed` has the confidence in each proposed value and whether the issue has it; `values` is how many the issue has.
    """

    field: str
    right: bool
    usual: bool
    proposed: tuple[tuple[float, bool], ...]
    values: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a field. `accuracy` and `baseline`: share of the issues that have the likeliest value by the votes, and the most
    usual value of the other issues. `precision`: share of the proposed values that are right; `recall`: share of all values that were
    proposed. `calibration_error` and `brier`: confidence against that, with `bins` of a tenth. None where nothing was proposed.
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


@dataclass(frozen=True, slots=True)
class Backtest:
    """All of it: the issues that were triaged again, the figures by field, and for how many a probable duplicate would have been named."""

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


async def backtest(histories: Sequence[Sequence[Record]], *, similar: Similar, told: Callable[[int, int], None]) -> Backtest:
    """Leave one out, project by project: an issue's own fields are never looked at. `told` hears how many of how many are done."""
    large = [history for history in histories if len(history) >= FEWEST]
    total, done, alike = sum(map(len, large)), 0, 0
    outcomes: list[Outcome] = []
    for history in large:
        for place, issue in enumerate(history):
            others = [*history[:place], *history[place + 1 :]]
            near = await similar(issue, others, limit=COMPARED)
            outcomes += [outcome(issue, near, others, field) for field in FIELDS if held(issue, field)]
            alike += near[0][1] >= ALIKE
            done += 1
            told(done, total)
    by_field = {field: [one for one in outcomes if one.field == field] for field in FIELDS}
    return Backtest(total, tuple(figures(field, some) for field, some in by_field.items() if some), alike)


def outcome(issue: Record, near: Sequence[tuple[Record, float]], others: Sequence[Record], field: str) -> Outcome:
    """What the votes say about one field, against what people made of it."""
    blank, truth = replace(issue, fields={}), frozenset(held(issue, field))
    won = poll(near, others, field, of=blank)
    proposed = tuple((sure, value in truth) for value, sure in won.shares.items()) if won else ()
    likeliest, usual = best(tally(near, others, field, of=blank).shares), best(common(others, field))
    return Outcome(field, likeliest in truth, usual in truth, proposed, len(truth))


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
    )
