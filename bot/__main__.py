"""`python -m bot`: reads the command line; what only wants help, or is typed wrong, waits for nothing else to be imported."""

import sys
from collections.abc import Sequence

from bot.cli.parser import parser


def main(argv: Sequence[str] | None = None) -> int:
    """The whole program. 0 done, 1 failed with one sentence, 2 wrong usage, 130 interrupted."""
    arguments = vars(parser().parse_args(argv))
    from bot.cli.program import done  # noqa: PLC0415 - half a second of imports that `--help` needs none of

    return done(arguments)


if __name__ == "__main__":
    sys.exit(main())
