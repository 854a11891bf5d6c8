# ruff: noqa: T201, ASYNC110 - what it prints is what it is for; processes are looked at from outside
"""How long a change waits when its process is killed in the middle of the write: the sole owner started again, or another worker.

python tests/bench/bench_takeover.py [--rounds 5]
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import aiohttp  # noqa: E402 - the path has to be set first
from chaos.books import Books  # noqa: E402
from chaos.desk import Desk  # noqa: E402
from chaos.drive import Lane, Log  # noqa: E402
from chaos.program import ALONE, Fleet  # noqa: E402
from chaos.script import Round  # noqa: E402
from chaos.storm import Countersign  # noqa: E402
from programs import RULES, Process  # noqa: E402


@asynccontextmanager
async def vendors() -> AsyncIterator[Mapping[str, str]]:
    """The stand-ins in a process of their own; the settings that point at them."""
    process = await Process("bot.sandbox", environment={}).start()
    while not any("SALESFORCE_CLIENT_SECRET" in line for line in process.lines):
        await asyncio.sleep(0.02)
    yield dict(line.split("=", 1) for line in process.lines if "=" in line)
    await process.end(15)


async def killed_while_writing(fleet: Fleet, lane: Lane) -> float:
    """Seconds from the death in the middle of a write until the change is written."""
    before = fleet.kills
    await fleet.kill(fleet.members[0], "after_send")
    turn = asyncio.create_task(lane.turn(Round()))
    while fleet.kills < before + 2:
        await asyncio.sleep(0.005)
    died = time.perf_counter()
    await turn
    return time.perf_counter() - died


async def run(rounds: int, folder: Path, models: str) -> None:
    async with aiohttp.ClientSession() as http, vendors() as settings:
        given = {**settings, "PLAYGROUND": "on", "CONFIG_FILE": str(RULES), "MODEL_DIR": models}
        fleet = Fleet(http, given, folder, ALONE)
        await fleet.start()
        books, log = Books(f"sqlite+aiosqlite:///{folder / 'member0' / 'countersign.db'}"), Log(folder / "events", progress=False)
        lane = Lane(Countersign(fleet, books), Desk(http, settings), log, vendor="jira", number=1)
        await lane.turn(Round())
        took = [await killed_while_writing(fleet, lane) for _ in range(rounds)]
        ready = fleet.starts[1:]
        print(f"sole owner killed after the write was sent, {rounds} times: ready again after a median of")
        print(
            f"  {statistics.median(ready):.1f} s (longest {max(ready):.1f}), its change written after {statistics.median(took):.1f} s"
        )
        print(f"  (longest {max(took):.1f})")
        log.close()
        await books.close()
        await fleet.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(given.rounds, Path(folder), os.environ.get("MODEL_DIR") or str(ROOT / "data" / "models")))


if __name__ == "__main__":
    main()
