"""One file in, Markdown out, and nothing that the file does can hurt this process: a confined child reads it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.errors import Unreadable
from knowledge.extraction.contract import HEADER, SUFFIXES, TEXT, Limits

__all__ = ["SUFFIXES", "Extractor", "Limits", "extract"]

_HERE = str(Path(__file__).resolve().parent)
_START = """
import sys, types
bare = types.ModuleType("knowledge")  # importing the real package would bring the whole floor behind the fence
bare.__path__ = [sys.argv[1]]
sys.modules["knowledge"] = bare
from knowledge.extraction.worker import main
main()
"""
_ENVIRONMENT = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_FILES_PER_CHILD = 200
_REAPED = 10.0
_TRIES = 2
_LARGEST_SENTENCE = 4096
_SLOW = "The file takes too long to read: split it or save it as plain text, and ingest that."
_CRASHED = "The file makes its reader crash: open it in the program that made it, save it again and ingest that."
_SILENT = "The reader of files did not start: check that this machine has memory and processor time left, and ingest it again."


async def extract(path: Path, *, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    """The Markdown of one file. For many files hold an `Extractor`: it loads the libraries once.

    Raises `Unreadable` with the one sentence that says what to do.
    """
    async with Extractor(limits=limits, children=1) as extractor:
        return await extractor.extract(path)


class _Gone(Exception):
    """The child ended, or never got going, before it took up the file: the file is not at fault."""


class Extractor:
    """A few child processes that read files one after the other, each file within its limits.

    A child that crashes, hangs or eats too much is replaced, and only the file at fault is lost. All of them end with `close`
    and, whatever happens, with this process. To be used in one event loop.
    """

    def __init__(self, *, limits: Limits = Limits(), children: int = 2) -> None:  # noqa: B008 - frozen
        self.limits = limits
        self._turn = asyncio.Semaphore(children)
        self._idle: list[_Child] = []
        self.children = children

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def extract(self, path: Path) -> str:
        """The Markdown of one file, without anything that a reader would not see.

        Raises `Unreadable` with the one sentence that says what to do: unknown format, empty, too large, encrypted, damaged,
        too slow, too hungry.
        """
        if path.suffix.lower() not in SUFFIXES:
            kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
            raise Unreadable(f"Files of this kind cannot be read: save it as one of {kinds}, and ingest that.")
        async with self._turn:
            for _ in range(_TRIES):
                try:
                    async with self._lent() as child:
                        return await child.ask(path, self.limits)
                except _Gone:
                    continue
        raise Unreadable(_SILENT)

    async def close(self) -> None:
        """End the children. Calling it again does nothing."""
        while self._idle:
            await self._idle.pop().end()

    @asynccontextmanager
    async def _lent(self) -> "AsyncIterator[_Child]":
        """A child for one file. It comes back only after a whole answer; in every other case it is ended and reaped here."""
        child = self._idle.pop() if self._idle else await _Child.start(self.limits)
        try:
            yield child
        finally:
            if child.fit:
                self._idle.append(child)
            else:
                await child.end()


class _Child:
    """One confined process and the conversation with it. `fit` tells whether it may be asked again."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("the child is always started with pipes")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._answers = 0
        self._asked = False

    @classmethod
    async def start(cls, limits: Limits) -> Self:
        """A fresh interpreter with an environment that holds no secret, no terminal and nothing of this process."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-B", "-X", "utf8", "-c", _START, _HERE, json.dumps(asdict(limits)), str(os.getpid())),
            stdin=pipe,
            stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        return cls(process)

    @property
    def fit(self) -> bool:
        """Not while an answer is due, not after the process ended, and not for ever: the libraries leak."""
        return not self._asked and self._process.returncode is None and self._answers < _FILES_PER_CHILD

    async def ask(self, path: Path, limits: Limits) -> str:
        """Have one file read. Raises `Unreadable`, or `_Gone` when the child ended before it came to this file."""
        self._asked = True
        await self._begin(path, limits)
        try:
            async with asyncio.timeout(limits.wall_seconds):
                kind, size = await self._header()
                if size > max(limits.text_bytes, _LARGEST_SENTENCE):
                    raise Unreadable(_CRASHED)
                body = (await self._stdout.readexactly(size)).decode("utf-8", "replace")
        except TimeoutError:
            raise Unreadable(_SLOW) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Unreadable(_SLOW if await self.end() == -signal.SIGXCPU else _CRASHED) from None
        self._asked = False
        self._answers += 1
        if kind != TEXT:
            raise Unreadable(body)
        return body

    async def end(self) -> int:
        """Kill the process if it lives, reap it and close the pipes. Gives its status as `subprocess` does."""
        if self._process.returncode is None:
            # Not `Process.kill`: it polls, and a poll that wins against asyncio's own wait loses the status.
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        with suppress(
            TimeoutError
        ):  # one that waits for a disk which does not answer cannot even be killed: the system ends it one day
            async with asyncio.timeout(_REAPED):
                await self._process.communicate()
                return await self._process.wait()
        return -signal.SIGKILL

    async def _begin(self, path: Path, limits: Limits) -> None:
        try:
            async with asyncio.timeout(limits.start_seconds):
                self._stdin.write(json.dumps(_absolute(path)).encode() + b"\n")
                await self._stdin.drain()
                await self._header()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            raise _Gone from error

    async def _header(self) -> tuple[bytes, int]:
        kind, size = HEADER.unpack(await self._stdout.readexactly(HEADER.size))
        return kind, size


def _absolute(path: Path) -> str:
    return str(Path.cwd() / path)
