"""`python -m bot.sandbox.slack`: the stand-in of Slack as a process of its own."""

import argparse
import sys
from functools import partial

from bot.sandbox.process import run, standing
from bot.sandbox.slack.gate import problems, view_problems
from bot.sandbox.slack.server import SlackStandin


def main() -> int:
    """Print the settings that point at the stand-in, one per line, and serve until SIGINT or SIGTERM. Its block gate is closed."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.slack", description="A stand-in of Slack on loopback.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--events-url", default="", help="where the bot takes Slack's requests (default: told later)")
    parser.add_argument("--socket", action="store_true", help="speak to the bot through Socket Mode")
    parser.add_argument("--oauth", action="store_true", help="give no token: the bot is installed first")
    parser.add_argument("--channels", type=int, default=0, help="further public channels that everybody is in (default: none)")
    given = parser.parse_args()
    standin = SlackStandin(
        events_url=given.events_url, over_socket=given.socket, check_message=problems, check_view=view_problems
    )
    standin.workspace.widen(given.channels)
    return run(standing(standin, given.port, partial(standin.environment, socket=given.socket, oauth=given.oauth)))


if __name__ == "__main__":
    sys.exit(main())
