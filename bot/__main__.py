"""`python -m bot`: reads the command line; what only wants help, or is typed wrong, waits for nothing else to be imported."""

import os
import sys
from collections.abc import Sequence

from bot.cli.parser import parser

UNHEARD = 141
"""What shells say of a program that wrote to nobody: 128 and the number of SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """The whole program. 0 done, 1 failed with one sentence, 2 wrong usage, 130 interrupted, 141 when its reader has left (`| head`)."""
    try:
        try:
            arguments = vars(parser().parse_args(argv))
        finally:
            sys.stdout.flush()  # `--help` has been said by now
        from bot.cli.program import done  # noqa: PLC0415 - half a second of imports that `--help` needs none of

        return done(arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # where Python flushes at its end what is still buffered
        return UNHEARD


if __name__ == "__main__":
    sys.exit(main())
