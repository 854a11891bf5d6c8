"""The SQLite driver with fewer detours: its own way sends four messages to a thread and back for each statement.

What may wait stays in the thread: every query, the lock of a writer, the COMMIT with its fsync. What cannot wait is done at once: opening and
closing cursors, fetching what was found, and the statements of a writer, which holds the lock and changes single rows by their keys.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import aiosqlite

Given = ParamSpec("Given")
Found = TypeVar("Found")
LOCK = "BEGIN IMMEDIATE"
ENDS = frozenset({"commit", "rollback"})
FETCH = frozenset({"close", "fetchall", "fetchone", "fetchmany"})
CHUNK = 64
"""Rows at a time where somebody iterates over a cursor; nobody here does."""


class NearConnection(aiosqlite.Connection):
    """A connection used by one task at a time, as those of a pool are."""

    _writes = False

    async def _execute(  # type: ignore[explicit-override]  # Python 3.11 has no `override`
        self, fn: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """What every method of the driver ends in: run this with the raw connection."""
        name, statement = getattr(fn, "__name__", ""), str(args[0]) if args else ""
        on_cursor = isinstance(getattr(fn, "__self__", None), sqlite3.Cursor)
        at_once = name == "cursor" or (on_cursor and (self._writes or name in FETCH))
        if at_once and self._running and self._connection:
            return fn(*args, **kwargs)
        if name in ENDS:
            self._writes = False
        found: Found = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # the driver's own
        self._writes = self._writes or statement == LOCK
        return found


def near(database: str, **given: object) -> NearConnection:
    """A connection that is not open yet: what SQLAlchemy takes as `async_creator_fn`."""
    connection = NearConnection(partial(sqlite3.connect, database, **{**given, "check_same_thread": False}), CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with those that it makes
    return connection
