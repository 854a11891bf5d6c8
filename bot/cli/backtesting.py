"""eval --triage, eval --reply: how often the votes of similar records are right, on the history of the system that is connected."""

import json
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.app import House
from bot.cli.figures import figure
from bot.cli.out import Failure, Out
from handlers import classification, opinion
from handlers.backtest import Backtest, Figures, backtest
from handlers.models import Record
from handlers.ports import Similar
from handlers.taught import Learn

Arguments = Mapping[str, Any]
ISSUES = 300
"""Past issues of a project, as many as triage reads."""
TICKETS = 200
"""Past tickets, as many as a reply reads."""


async def triage(house: House, arguments: Arguments, out: Out) -> int:
    """The figures of `/triage`. Exit code 1 where the votes are no better than the most usual values, or below --fail-under."""
    issues, _, similar, learn = await house.history()
    projects = arguments["triage"] or await issues.projects()

    async def histories() -> AsyncIterator[Sequence[Record]]:
        for number, name in enumerate(projects, 1):
            yield await issues.past(Record.new("jira", "issue", name, title=""), limit=ISSUES)
            out.progress("projects", number, len(projects))

    found = await measured(histories(), opinion.FIELDS, inside={}, similar=similar, learn=learn, out=out)
    if not found.issues:
        raise Failure("There are too few past issues to learn from. Name other projects: countersign eval --triage SUP APP")
    told = [f"issues: {found.issues}, each triaged from the others of its project", *lines(found)]
    return judged(found, [*told, f"issues with a probable duplicate among the others: {found.alike}"], arguments, out)


async def reply(house: House, arguments: Arguments, out: Out) -> int:
    """The figures of what `/reply` sets besides the text. Exit code 1 as for `triage`."""
    _, tickets, similar, learn = await house.history()

    async def history() -> AsyncIterator[Sequence[Record]]:
        yield await tickets.past(Record.new("zendesk", "ticket", "", title=""), limit=TICKETS)

    found = await measured(history(), classification.FIELDS, inside=classification.INSIDE, similar=similar, learn=learn, out=out)
    if not found.issues:
        raise Failure("There are too few solved tickets to learn from. Try again when some more are solved.")
    return judged(found, [f"tickets: {found.issues}, each classified from the others", *lines(found)], arguments, out)


async def measured(
    histories: AsyncIterable[Sequence[Record]],
    fields: Sequence[str],
    *,
    inside: Mapping[str, str],
    similar: Similar,
    learn: Learn,
    out: Out,
) -> Backtest:
    """The figures, and on the way how far they are."""
    return await backtest(
        histories,
        fields=fields,
        inside=inside,
        similar=similar,
        learn=learn,
        told=lambda done, total: out.progress("past records", done, total),
    )


def judged(found: Backtest, told: Sequence[str], arguments: Arguments, out: Out) -> int:
    """The figures printed. Raises Failure where they are not good enough."""
    if arguments["json"]:
        out.line(json.dumps({"accuracy": found.accuracy, "baseline": found.baseline, **asdict(found)}, indent=2))
    else:
        for line in told:
            out.line(line)
    if found.accuracy <= found.baseline:
        raise Failure("The votes of similar records are no better here than the most usual value of each field.")
    if found.accuracy < (floor := float(arguments["fail_under"])):
        raise Failure(f"The mean accuracy is {figure(found.accuracy)}, below {floor:g}.")
    return 0


def lines(found: Backtest) -> Iterator[str]:
    """The figures in words."""
    yield f"mean accuracy of the likeliest value: {figure(found.accuracy)} (most usual value: {figure(found.baseline)})"
    for one in found.fields:
        yield from field_lines(one)


def field_lines(one: Figures) -> Iterator[str]:
    """The figures of one field, then confidence against what was right."""
    low, high = one.gain
    yield (
        f"{one.field}: right {figure(one.accuracy)} of {one.issues} (most usual value: {figure(one.baseline)}; "
        f"gain between {low:+.3f} and {high:+.3f} in 95 of 100 draws{'' if low > 0 else ', not clearly better'})"
    )
    yield (
        f"  proposed: {one.proposed} values, right {figure(one.precision)}, of all values {figure(one.recall)}; "
        f"calibration error {figure(one.calibration_error)}, Brier {figure(one.brier)}"
    )
    for bin_ in one.bins:
        told = f"said {bin_.confidence:.2f}, right {bin_.accuracy:.2f} ({bin_.cases} values)"
        yield f"  confidence {bin_.low:.1f} to {bin_.high:.1f}: {told}"
