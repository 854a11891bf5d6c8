# ruff: noqa: T201 - what it prints is what it is for
"""Two processes at one system that takes so many requests in a window, through one real Redis: never more together, and nobody starves.

python tests/bench/bench_pace.py [--runs 10] [--calls 600]
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import Redis  # noqa: E402 - the path has to be set first
from net.limited import Vendor, served, together  # noqa: E402

LIMIT, WINDOW = 100, 2.0


async def run(redis: Redis, calls: int) -> dict[str, object]:
    """One run. `share` as `Vendor.shares` counts it."""
    await redis.flush()
    vendor, began = Vendor(LIMIT, WINDOW), time.perf_counter()
    async with served(vendor) as url:
        await together(redis, url, calls // 2)
    share, among = vendor.shares()
    return {
        "calls": len(vendor.counted), "twice": sum(count > 1 for count in vendor.counted.values()), "most in a window": vendor.most,
        "refused": vendor.refused, "share": round(share, 3), "of": among, "seconds": round(time.perf_counter() - began, 1),
    }  # fmt: skip


async def main(runs: int, calls: int) -> int:
    """0: in every run the limit was kept, every call was answered once, and each process had a third at least."""
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(Path(folder))
        await redis.start()
        try:
            found = [await run(redis, calls) for _ in range(runs)]
        finally:
            await redis.stop()
    for one in found:
        print(one)
    bad = [
        one for one in found
        if (one["calls"], one["twice"], one["refused"]) != (calls, 0, 0) or one["most in a window"] > LIMIT or one["share"] < 1 / 3
    ]  # fmt: skip
    print(
        f"{runs} runs of {calls} calls, limit {LIMIT} in {WINDOW:.0f} s, load {os.getloadavg()[0]:.1f}: {len(bad)} of them broke a promise"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=10)
    options.add_argument("--calls", type=int, default=600)
    given = options.parse_args()
    sys.exit(asyncio.run(main(given.runs, given.calls)))
