"""`python -m bot.sandbox.teams`: the stand-in of Teams as a process of its own."""

import argparse
import asyncio
import signal
import sys

from bot.sandbox.models import SandboxBroken
from bot.sandbox.teams.server import TeamsStandin


def main() -> int:
    """Print the settings that point at the stand-in, one per line, and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.teams", description="A stand-in of Microsoft Teams on loopback.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument(
        "--messages-url", default="", help="where the bot takes the Bot Connector's requests (default: told later)"
    )
    parser.add_argument("--channels", type=int, default=0, help="further channels that everybody is in (default: none)")
    given = parser.parse_args()
    standin = TeamsStandin(messages_url=given.messages_url)
    standin.tenant.widen(given.channels)
    try:
        asyncio.run(_serve(standin, given.port))
    except SandboxBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _serve(standin: TeamsStandin, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await standin.start(port)
    try:
        for name, value in standin.environment().items():
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await standin.stop()


if __name__ == "__main__":
    sys.exit(main())
