# ruff: noqa: T201 - a benchmark tells what it found
"""The votes of triage on a history that none of their constants was chosen on: `python tests/bench/bench_votes.py`.

Six histories of `tests/histories.py` (540 records), each triaged from the others of its own, pooled; then eight others of 300, of which
the first 180 are past: what these teach of each field beside the votes.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from histories import Rights, second, split  # noqa: E402 - found by the line above

from bot.llm.lessons import Lessons  # noqa: E402
from bot.llm.nearest import Nearest  # noqa: E402
from handlers.backtest import backtest  # noqa: E402
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
        await embedder.close()
    for one in found.fields:
        low, high = one.gain
        print(
            f"{one.field}: right {one.accuracy:.3f} of {one.issues}, most usual value {one.baseline:.3f}, gain {low:+.3f} to {high:+.3f}; "
            f"proposed {one.proposed}, right {one.precision or 0:.3f}, calibration error {one.calibration_error or 0:.3f}, Brier {one.brier or 0:.3f}"
        )
    for field, halves in later.items():
        tell(field, halves)


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
