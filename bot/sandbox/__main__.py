"""`python -m bot.sandbox`: the stand-ins as a process of their own."""

import argparse
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from bot.sandbox.hubspot.vendor import HubSpot
from bot.sandbox.process import run
from bot.sandbox.sandbox import VENDORS, Sandbox


def main() -> int:
    """Print the settings that point at the stand-ins, one per line, and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="Stand-ins of the business systems on loopback.")
    parser.add_argument("--folder", type=Path, default=None, help="keep records and ledger here (default: in memory)")
    for name in VENDORS:
        parser.add_argument(f"--{name}-port", type=int, default=0, help=f"port of the {name} stand-in (default: any free one)")
    parser.add_argument(
        "--hubspot-most", type=int, default=190, help="requests that HubSpot answers in ten seconds (default: 190)"
    )
    given = parser.parse_args()
    return run(opened(given.folder, {name: getattr(given, f"{name}_port") for name in VENDORS}, most=given.hubspot_most))


@asynccontextmanager
async def opened(folder: Path | None, ports: Mapping[str, int], *, most: int) -> AsyncIterator[Mapping[str, str]]:
    """The stand-ins during the block, and the settings that point at them; HubSpot's limit is `most`. Raises SandboxBroken."""
    async with Sandbox.start(folder, ports=ports) as sandbox:
        cast("HubSpot", sandbox.hubspot.vendor).pace.most = most
        yield sandbox.environment()


if __name__ == "__main__":
    sys.exit(main())
