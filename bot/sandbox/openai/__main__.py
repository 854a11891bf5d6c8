"""`python -m bot.sandbox.openai`: the stand-in of a server of language models as a process of its own."""

import argparse
import asyncio
import signal
import sys
from typing import get_args

from bot.sandbox.models import SandboxBroken
from bot.sandbox.openai.server import ModelStandin
from bot.sandbox.openai.speech import Mood


def main() -> int:
    """Print the settings that point at the stand-in, one per line, and serve until SIGINT or SIGTERM."""
    words = "A stand-in of a server of language models on loopback."
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.openai", description=words)
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--mood", choices=get_args(Mood), default="plain", help="how it answers (default: plain)")
    given = parser.parse_args()
    standin = ModelStandin()
    standin.ways.mood = given.mood
    try:
        asyncio.run(serve(standin, given.port))
    except SandboxBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def serve(standin: ModelStandin, port: int) -> None:
    """Run until somebody stops the process."""
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
