"""Structured logs on standard error, for a person or as JSON lines. No bodies, no secrets."""

import json
import logging
import sys
from collections.abc import Iterable
from typing import TextIO, cast

import structlog

Log = structlog.typing.FilteringBoundLogger


SHORTEST = 6
"""Characters of a secret that is looked for; a shorter one stands in every other word."""
MASK = "***"


class Veil:
    """A stream that takes known secrets out of what is written, also as JSON and Python spell them: an error may quote them."""

    def __init__(self, stream: TextIO, hidden: Iterable[str]) -> None:
        spelled = {form for text in hidden if len(text) >= SHORTEST for form in (text, json.dumps(text)[1:-1], repr(text)[1:-1])}
        self._stream = stream
        self._spelled = sorted(spelled, key=len, reverse=True)

    def write(self, line: str) -> int:
        """Write a line without them; loggers write whole ones."""
        for form in self._spelled:
            line = line.replace(form, MASK)
        return self._stream.write(line)

    def flush(self) -> None:
        """See the stream."""
        self._stream.flush()


def configure(*, level: str, style: str, hidden: Iterable[str] = ()) -> None:
    """Set up once at start. `style` is `console` or `json`; what is `hidden` never stands in a line."""
    stream = cast("TextIO", Veil(sys.stderr, hidden))
    chain: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if style == "json":
        chain.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[*chain, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=stream)


def get(name: str) -> Log:
    """A logger for one room."""
    logger: Log = structlog.get_logger(room=name)
    return logger
