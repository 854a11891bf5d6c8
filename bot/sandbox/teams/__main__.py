"""`python -m bot.sandbox.teams`: the stand-in of Teams as a process of its own."""

import argparse
import sys

from bot.sandbox.process import run, standing
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
    return run(standing(standin, given.port, standin.environment))


if __name__ == "__main__":
    sys.exit(main())
