"""Where a command's words go: this terminal, or over the socket to the terminal of somebody else."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Protocol, Self
from unicodedata import category

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Failure(Exception):
    """A command did not do what it was asked; the sentence goes to standard error and the exit code is 1."""


class Out(Protocol):
    """What a command may say."""

    def line(self, text: str) -> None:
        """A line of result, on standard output."""
        ...

    def note(self, text: str) -> None:
        """A line beside the result, on standard error."""
        ...

    def progress(self, what: str, done: int, total: int) -> None:
        """How far a long task is."""
        ...

    async def drained(self) -> None:
        """Return once what was said has been taken: who says very much waits here now and then."""
        ...


class Terminal:
    """The terminal at hand. Bars are drawn where somebody can see them; elsewhere each task leaves one line."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def line(self, text: str) -> None:
        """See Out."""
        self._stop()
        sys.stdout.write(f"{legible(text)}\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """See Out."""
        self._stop()
        sys.stderr.write(f"{legible(text)}\n")
        sys.stderr.flush()

    def progress(self, what: str, done: int, total: int) -> None:
        """See Out."""
        if not self._console.is_terminal:
            if what not in self._tasks:
                self._tasks[what] = TaskID(0)
                sys.stderr.write(f"{legible(what)} ...\n")
                sys.stderr.flush()
            return
        if self._bars is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bars = Progress(*columns, console=self._console)
            self._bars.start()
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)

    async def drained(self) -> None:
        """See Out: a terminal takes everything at once."""

    def _stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars, self._tasks = None, {}


def legible(text: str) -> str:
    """The text with what a terminal would obey or hide (control, direction and invisible characters) spelled out.

    The spelling is JSON's, so JSON that passes here stays JSON with the same meaning.
    """
    return "".join(c if c.isprintable() or c in "\n\t" or category(c) == "Zs" else json.dumps(c)[1:-1] for c in text)


class Frames:
    """The terminal at the other end of a socket: each word becomes a frame."""

    def __init__(self, send: Callable[[dict[str, object]], None], taken: Callable[[], Awaitable[None]]) -> None:
        self._send = send
        self._taken = taken

    def line(self, text: str) -> None:
        """See Out."""
        self._send({"line": text})

    def note(self, text: str) -> None:
        """See Out."""
        self._send({"note": text})

    def progress(self, what: str, done: int, total: int) -> None:
        """See Out."""
        self._send({"progress": [what, done, total]})

    async def drained(self) -> None:
        """See Out."""
        await self._taken()


def replay(frame: dict[str, object], out: Out) -> None:
    """Say what a frame says."""
    match frame:
        case {"line": str(text)}:
            out.line(text)
        case {"note": str(text)}:
            out.note(text)
        case {"progress": [str(what), int(done), int(total)]}:
            out.progress(what, done, total)
        case _:
            raise Failure(f"The running bot said something that this version does not understand: {frame}")
