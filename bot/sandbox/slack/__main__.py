"""`python -m bot.sandbox.slack`: the stand-in of Slack as a process of its own."""

import argparse
import asyncio
import signal
import sys

from bot.sandbox.models import SandboxBroken
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
    try:
        asyncio.run(_serve(standin, given.port, socket=given.socket, oauth=given.oauth))
    except SandboxBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _serve(standin: SlackStandin, port: int, *, socket: bool, oauth: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await standin.start(port)
    try:
        for name, value in standin.environment(socket=socket, oauth=oauth).items():
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await standin.stop()


if __name__ == "__main__":
    sys.exit(main())
