"""`python -m bot.sandbox`: the stand-ins as a process of their own."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.sandbox.models import SandboxBroken
from bot.sandbox.sandbox import VENDORS, Sandbox


def main() -> int:
    """Print the settings that point at the stand-ins, one per line, and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="Stand-ins of the business systems on loopback.")
    parser.add_argument("--folder", type=Path, default=None, help="keep records and ledger here (default: in memory)")
    for name in VENDORS:
        parser.add_argument(f"--{name}-port", type=int, default=0, help=f"port of the {name} stand-in (default: any free one)")
    given = parser.parse_args()
    try:
        asyncio.run(_serve(given.folder, {name: getattr(given, f"{name}_port") for name in VENDORS}))
    except SandboxBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _serve(folder: Path | None, ports: dict[str, int]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Sandbox.start(folder, ports=ports) as sandbox:
        for name, value in sandbox.environment().items():
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
