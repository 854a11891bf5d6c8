# ruff: noqa: T201 - a benchmark tells what it found
"""The votes of triage on a history that none of their constants was chosen on: `python tests/bench/bench_votes.py`.

Six histories of `tests/histories.py` (540 records), each triaged from the others of its own, pooled; then eight others of 300, of which
the first 180 are past: what these teach of each field beside the votes. Last the sandbox's project KIT, divided in time in the same way, and what learning costs.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from histories import Rights, second, split  # noqa: E402 - found by the line above

from bot.connectors.registry import connected  # noqa: E402
from bot.llm.lessons import Lessons  # noqa: E402
from bot.llm.nearest import Nearest  # noqa: E402
from bot.net.http import Http  # noqa: E402
from bot.sandbox import Sandbox  # noqa: E402
from bot.sandbox.company import ROOM  # noqa: E402
from bot.settings import Settings, read_configuration  # noqa: E402
from handlers.backtest import backtest  # noqa: E402
from handlers.models import Record  # noqa: E402
from handlers.taught import lessons  # noqa: E402
from handlers.votes import COMPARED, held_out  # noqa: E402
from knowledge.embed import MiniLM  # noqa: E402
from knowledge.metrics import interval  # noqa: E402

DRAWN = ((101, 60), (102, 60), (103, 60), (104, 60), (105, 150), (106, 150))
"""Seed and size of each."""
SPLIT = range(401, 409)
"""Seeds of those that are divided in time."""
FIELDS = ("type", "priority", "assignee")


@dataclass(frozen=True)
class Histories:
    """The histories as `backtest` reads them."""

    drawn: tuple[tuple[int, int], ...] = DRAWN

    async def __aiter__(self):
        for seed, size in self.drawn:
            yield second(seed, size)


async def hardware() -> Sequence[Record]:
    """The past issues of KIT, the oldest first."""
    async with Sandbox.start(None) as sandbox, Http() as http:
        settings = Settings.model_validate({name.lower(): value for name, value in sandbox.environment().items()})
        jira = connected(settings, http, read_configuration(ROOM / "bot.toml"))["jira"]
        found = await jira.past(Record.new("jira", "issue", "KIT", title=""), limit=300)
    return sorted(found, key=lambda issue: int(issue.id.rpartition("-")[2]))


async def cost(embedder: MiniLM, past: Sequence[Record]) -> Sequence[float]:
    """Seconds that what 300 issues teach costs `/triage`: at the first question, after one of them has changed, after a tenth of them has."""
    similar = Nearest(embedder)
    learn, found = Lessons(embedder, similar), []
    pool = [replace(one, id=f"{one.id}-{part}", title=f"{one.title}{' again' * part}") for part in (0, 1) for one in past][:300]
    for changed in (0, 1, 31):
        now = [replace(one, version="changed") for one in pool[:changed]] + pool[changed:]
        began = time.monotonic()
        await similar(past[0], now, limit=COMPARED)
        await lessons(past[0], now, FIELDS, learn=learn, votes=held_out)
        found.append(time.monotonic() - began)
    return found


async def main() -> None:
    """The figures, a line a field."""
    with tempfile.TemporaryDirectory() as folder:
        embedder = MiniLM(Path(os.environ.get("MODEL_DIR") or folder))
        await embedder.load()
        similar = Nearest(embedder)
        learn = Lessons(embedder, similar, drift=0.0)
        found = await backtest(Histories(), fields=FIELDS, similar=similar, learn=learn, told=lambda *_: None)
        later = {
            field: [await split(second(seed, 300), field, similar=similar, learn=learn) for seed in SPLIT] for field in FIELDS
        }
        kit = await hardware()
        divided = {field: [await split(kit, field, similar=similar, learn=learn)] for field in FIELDS}
        seconds = await cost(embedder, kit)
        await embedder.close()
    for one in found.fields:
        low, high = one.gain
        print(
            f"{one.field}: right {one.accuracy:.3f} of {one.issues}, most usual value {one.baseline:.3f}, gain {low:+.3f} to {high:+.3f}; "
            f"proposed {one.proposed}, right {one.precision or 0:.3f}, calibration error {one.calibration_error or 0:.3f}, Brier {one.brier or 0:.3f}"
        )
    for field, halves in later.items():
        tell(field, halves)
    for field, halves in divided.items():
        tell(f"KIT, {field}", halves)
    print(
        "300 past issues, seconds: the first question {:.2f}, after one changed {:.2f}, after 31 changed {:.2f}".format(*seconds)
    )


def tell(field: str, halves: Sequence[Rights]) -> None:
    """What the earlier parts taught of the later ones."""
    taught, votes, usual = ([right for one in halves for right in getattr(one, way)] for way in ("taught", "votes", "usual"))
    rights = f"taught {share(taught):.3f}, votes {share(votes):.3f}, usual {share(usual):.3f}"
    print(f"{field} of {len(taught)} later records: {rights}")
    for name, low in (("votes", votes), ("the most usual value", usual)):
        gain = interval([int(one) - int(other) for one, other in zip(taught, low, strict=True)])
        print(f"  gain over {name}: {gain[0]:+.3f} to {gain[1]:+.3f} in 95 of 100 draws")


def share(rights: Sequence[bool]) -> float:
    """Of 1."""
    return sum(rights) / len(rights)


if __name__ == "__main__":
    asyncio.run(main())
