"""`[sources]`: folders that the knowledge base is kept in step with, by the clock.

A folder that is missing, that cannot be looked into, that does not answer, or that is empty while documents of it are held is taken for a lost
disk: nothing of it is forgotten, and the look ends in a trouble that operators are told of. Files that are gone from a folder with files in it
are forgotten. Who may read no longer, by `bot.toml`, does not from the beginning of the first look on, whatever becomes of it.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.settings.tables import SourceTable
from bot.settings.timetable import every
from bot.store.figures.syncs import Syncs
from bot.store.ledger.firings import Timetable
from bot.watch import log, metrics
from bot.work.kinds import text
from bot.work.runner import Kind, Payload
from handlers.errors import Invalid
from knowledge.disk import Disk
from knowledge.errors import Hung, Unreadable
from knowledge.models import IngestReport

KIND = "source"
logger = log.get("sources")


class Ingest(Protocol):
    """Takes folders into the knowledge base, one call after the other. Raises Unreadable for a path that does not exist."""

    async def __call__(
        self, paths: Sequence[Path], *, audience: frozenset[str], source: str, alone: bool, disk: Disk
    ) -> IngestReport:
        """What was taken in and what was forgotten. `alone`: these paths are all of the source; `disk` is what they are on."""
        ...


class Narrow(Protocol):
    """Takes the right to read what came from a source from everybody outside of an audience."""

    async def __call__(self, source: str, *, audience: frozenset[str]) -> int:
        """How many pieces of documents that changed."""
        ...


class Sources:
    """The folders of `bot.toml`, each under its name."""

    def __init__(
        self, tables: Mapping[str, SourceTable], ingest: Ingest, narrow: Narrow, syncs: Syncs, *, disk: Callable[[], Disk] = Disk
    ) -> None:
        self._tables = tables
        self._ingest = ingest
        self._narrow = narrow
        self._syncs = syncs
        self._disks = {name: disk() for name in tables}
        self._narrowed: set[str] = set()

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do. A large folder takes its time."""
        return {KIND: Kind(self._job, budget=None)}

    async def sync(self, name: str) -> IngestReport:
        """Bring one folder into step. Raises Unreadable when it is not there, does not answer or was emptied; Invalid for a name that is none."""
        if (table := self._tables.get(name)) is None:
            raise Invalid(f"There is no [sources.{name}] in bot.toml; there are: {', '.join(self._tables) or 'none'}.")
        await self._keep_out(name, table)
        try:
            report = await self._look(name, table)
        except Unreadable as missing:
            metrics.SOURCES_LOST.labels(reason="hung" if isinstance(missing, Hung) else "unreadable").inc()
            where = "" if table.path in str(missing) else f" ({table.path})"
            trouble = f"[sources.{name}]{where}: {missing} What was taken in from it before stays."
            await self._syncs.record(name, trouble=trouble)
            raise Unreadable(trouble) from missing
        held = len(report.added) + len(report.changed) + len(report.unchanged)
        await self._syncs.record(name, documents=held)
        return report

    async def _keep_out(self, name: str, table: SourceTable) -> None:
        """Let nobody read on whom bot.toml does not name any more. Once a process: from then on it takes in nothing for others."""
        if name in self._narrowed:
            return
        if changed := await self._narrow(name, audience=frozenset(table.audience)):
            logger.info("fewer people may read a source", source=name, pieces=changed)
        self._narrowed.add(name)

    async def _look(self, name: str, table: SourceTable) -> IngestReport:
        audience, disk = frozenset(table.audience), self._disks[name]
        report = await self._ingest([Path(table.path)], audience=audience, source=name, alone=True, disk=disk)
        for line in report.rejected:
            if line.name == name:  # the folder itself
                raise Unreadable(line.reason)
        return report

    async def _job(self, payload: Payload) -> None:
        """One look. A folder that is lost is looked for again at its next time, so this is no dead letter."""
        name = text(payload, "source")
        if name not in self._tables:
            logger.info("source that is not configured any more", source=name)
            return
        try:
            report = await self.sync(name)
        except Unreadable as missing:
            logger.warning("source cannot be read", source=name, reason=str(missing))
            return
        if report.added or report.changed or report.forgotten:
            counts = {what: len(getattr(report, what)) for what in ("added", "changed", "forgotten", "rejected")}
            logger.info("source in step", source=name, **counts)


def timetables(tables: Mapping[str, SourceTable]) -> Sequence[Timetable]:
    """When each folder is looked at: at once where it is new or was changed in bot.toml, then every so often."""
    return [
        Timetable(f"source/{name}", every(table.every), KIND, partial(asked, name), alone=True, at_once=mark(table))
        for name, table in tables.items()
    ]


def asked(name: str, _at: float) -> Mapping[str, object]:
    """The job of one look."""
    return {"source": name}


def mark(table: SourceTable) -> str:
    """What a folder and its readers are now, as a short name."""
    return hashlib.sha256("\n".join([table.path, *sorted(table.audience)]).encode()).hexdigest()[:12]
