"""`python -m bot.sandbox.openai`: the stand-in of a server of language models as a process of its own."""

import argparse
import sys
from typing import get_args

from bot.sandbox.openai.server import ModelStandin
from bot.sandbox.openai.speech import Mood
from bot.sandbox.process import run, standing


def main() -> int:
    """Print the settings that point at the stand-in, one per line, and serve until SIGINT or SIGTERM."""
    words = "A stand-in of a server of language models on loopback."
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.openai", description=words)
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--mood", choices=get_args(Mood), default="plain", help="how it answers (default: plain)")
    given = parser.parse_args()
    standin = ModelStandin()
    standin.ways.mood = given.mood
    return run(standing(standin, given.port, standin.environment))


if __name__ == "__main__":
    sys.exit(main())
