"""`python -m bot.sandbox`: the stand-ins as a process of their own."""

import argparse
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.process import run
from bot.sandbox.sandbox import VENDORS, Sandbox


def main() -> int:
    """Print the settings that point at the stand-ins, one per line, and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="Stand-ins of the business systems on loopback.")
    parser.add_argument("--folder", type=Path, default=None, help="keep records and ledger here (default: in memory)")
    for name in VENDORS:
        parser.add_argument(f"--{name}-port", type=int, default=0, help=f"port of the {name} stand-in (default: any free one)")
    given = parser.parse_args()
    return run(opened(given.folder, {name: getattr(given, f"{name}_port") for name in VENDORS}))


@asynccontextmanager
async def opened(folder: Path | None, ports: Mapping[str, int]) -> AsyncIterator[Mapping[str, str]]:
    """The stand-ins during the block, and the settings that point at them. Raises SandboxBroken."""
    async with Sandbox.start(folder, ports=ports) as sandbox:
        yield sandbox.environment()


if __name__ == "__main__":
    sys.exit(main())
