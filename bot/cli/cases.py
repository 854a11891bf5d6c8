"""eval --workflow: the evaluation cases of workflows, without a language model, and with one where it is configured."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bot.app import House
from bot.app.likeness import likeness
from bot.app.model import model, offline
from bot.cases.case import BadCasesError, Case, cases, workflows
from bot.cases.play import played
from bot.cases.verdict import Verdict, figures
from bot.cli.figures import figure
from bot.cli.out import Failure, Out
from handlers.ports import Model
from handlers.rules import unlinked

Arguments = Mapping[str, Any]
OFFLINE, WITH_MODEL = "without a model", "with the model"


@dataclass(frozen=True, slots=True)
class Played:
    """What the cases of one workflow came to in one way."""

    workflow: str
    way: str
    verdicts: tuple[Verdict, ...]

    @property
    def right(self) -> float:
        """The share of cases that are ok."""
        return sum(one.is_ok for one in self.verdicts) / len(self.verdicts)


async def workflow(house: House, arguments: Arguments, out: Out) -> int:
    """Every case with ok or what is amiss, then the figures. Raises Failure for what has no cases, and below --fail-under."""
    chosen = arguments["workflow"] or workflows()
    if strange := [name for name in chosen if name not in workflows()]:
        raise Failure(f"There are no cases of {', '.join(strange)}. There are some of {', '.join(workflows())}.")
    knowledge = await house.knowledge()
    similar, learn = likeness(house.settings, knowledge)
    given = {
        "similar": similar,
        "learn": learn,
        "links": unlinked,
        "scoring": house.configuration.scoring(),
        "compliance": house.configuration.rules(),
    }
    ways: dict[str, Model] = {OFFLINE: offline}
    if house.settings.has_model:
        ways[WITH_MODEL] = model(house.settings, house.gate)
    done: list[Played] = []
    for name in chosen:
        told = partial(out.progress, f"cases of {name}")
        done += [Played(name, way, await played(read(name), {**given, "model": one}, told=told)) for way, one in ways.items()]
    if arguments["json"]:
        out.line(json.dumps([as_json(one) for one in done], ensure_ascii=False, indent=2))
    else:
        for line in (line for one in done for line in lines(one)):
            out.line(line)
    return judged(done, float(arguments["fail_under"]))


def read(name: str) -> tuple[Case, ...]:
    """The cases of one workflow. Raises Failure."""
    try:
        return cases(name)
    except BadCasesError as bad:
        raise Failure(str(bad)) from bad


def judged(done: Sequence[Played], floor: float) -> int:
    """Exit code 0. Raises Failure naming the workflows whose share of cases that are ok is below the floor."""
    if low := [f"{one.workflow} {one.way}: {figure(one.right)}" for one in done if one.right < floor]:
        raise Failure(f"Too few cases are ok ({'; '.join(low)}), below {floor:g}.")
    return 0


def lines(one: Played) -> Iterator[str]:
    """The verdicts in words, then the figures."""
    right = sum(each.is_ok for each in one.verdicts)
    yield f"/{one.workflow} {one.way}: {right} of {len(one.verdicts)} cases ok"
    for each in one.verdicts:
        yield f"  {'ok ' if each.is_ok else 'NOT'} {each.case}"
        yield from (f"      {wrong}" for wrong in each.wrong)
    for found in figures(one.verdicts):
        precise = f"; {found.extra} besides, precision {figure(found.precision)}" if found.has_extra else ""
        yield f"  {found.name}: {found.found} of {found.expected}{precise}"


def as_json(one: Played) -> dict[str, object]:
    """The same for a program."""
    return {
        "workflow": one.workflow,
        "way": one.way,
        "right": one.right,
        "cases": [{"case": each.case, "ok": each.is_ok, "wrong": each.wrong} for each in one.verdicts],
        "figures": [asdict(found) for found in figures(one.verdicts)],
    }
