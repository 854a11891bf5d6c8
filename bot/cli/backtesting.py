"""eval --triage: how often the votes of similar issues are right, on the history of the system of issues that is connected."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from bot.app import House
from bot.cli.figures import figure
from bot.cli.out import Failure, Out
from handlers.backtest import Backtest, Figures, backtest
from handlers.models import Record

Arguments = Mapping[str, Any]
POOL = 300
"""Past issues of a project, as many as triage reads."""


async def triage(house: House, arguments: Arguments, out: Out) -> int:
    """The figures. Exit code 1 where the votes are no better than the most usual values, or below --fail-under."""
    issues, similar = await house.history()
    projects = arguments["triage"] or await issues.projects()
    histories = [await issues.past(Record.new("jira", "issue", name, title=""), limit=POOL) for name in projects]
    found = await backtest(histories, similar=similar, told=lambda done, total: out.progress("issues", done, total))
    if not found.issues:
        raise Failure("There are too few past issues to learn from. Name other projects: countersign eval --triage SUP APP")
    if arguments["json"]:
        out.line(json.dumps({"accuracy": found.accuracy, "baseline": found.baseline, **asdict(found)}, indent=2))
    else:
        for line in lines(found):
            out.line(line)
    if found.accuracy <= found.baseline:
        raise Failure("The votes of similar issues are no better here than the most usual value of each field.")
    if found.accuracy < (floor := float(arguments["fail_under"])):
        raise Failure(f"The mean accuracy is {figure(found.accuracy)}, below {floor:g}.")
    return 0


def lines(found: Backtest) -> Iterator[str]:
    """The figures in words."""
    yield f"issues: {found.issues}, each triaged from the others of its project"
    yield f"mean accuracy of the likeliest value: {figure(found.accuracy)} (most usual value: {figure(found.baseline)})"
    for one in found.fields:
        yield from field_lines(one)
    yield f"issues with a probable duplicate among the others: {found.alike}"


def field_lines(one: Figures) -> Iterator[str]:
    """The figures of one field, then confidence against what was right."""
    yield f"{one.field}: right {figure(one.accuracy)} of {one.issues} (most usual value: {figure(one.baseline)})"
    yield (
        f"  proposed: {one.proposed} values, right {figure(one.precision)}, of all values {figure(one.recall)}; "
        f"calibration error {figure(one.calibration_error)}, Brier {figure(one.brier)}"
    )
    for bin_ in one.bins:
        told = f"said {bin_.confidence:.2f}, right {bin_.accuracy:.2f} ({bin_.cases} values)"
        yield f"  confidence {bin_.low:.1f} to {bin_.high:.1f}: {told}"
