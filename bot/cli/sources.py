"""sources list, sync: the folders of `[sources]` on the command line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.app import House
from bot.cli.knowing import summary
from bot.cli.ledger import moment
from bot.cli.out import Failure, Out
from bot.cli.render import one_line
from bot.settings import Configuration
from bot.settings.review import Finding
from bot.store.figures.syncs import Syncs
from handlers.errors import Invalid
from knowledge.disk import Disk
from knowledge.errors import Hung, Unreadable

Arguments = Mapping[str, Any]
PATIENCE = 5.0
"""Seconds that somebody at a terminal waits for a disk."""


async def sources(house: House, arguments: Arguments, out: Out) -> int:
    """Sources list | sync."""
    return await (listed(house, out) if arguments["verb"] == "list" else sync(house, arguments["name"], out))


async def listed(house: House, out: Out) -> int:
    """One line a folder: where it is, and how the latest look went."""
    latest = {sync.source: sync for sync in await Syncs((await house.store()).database).list()}
    if not house.configuration.sources:
        out.note("There is no [sources] table in bot.toml.")
    for name, table in house.configuration.sources.items():
        there = "" if await is_there(table.path) else "not there, "
        sync = latest.get(name)
        went = f"{moment(sync.at)}: {sync.trouble or f'{sync.documents} documents'}" if sync else "never looked at"
        out.line(one_line(f"{name}  {table.path}  {there}{went}"))
    return 0


async def sync(house: House, name: str, out: Out) -> int:
    """Look at one now, or at all. Exit code 1 when a folder is not there."""
    found, lost = (await house.floor()).clock.sources, list[str]()
    for each in [name] if name else house.configuration.sources:
        try:
            report = await found.sync(each)
        except (Unreadable, Invalid) as missing:
            lost.append(str(missing))
            continue
        for line in report.rejected:
            out.note(f"not ingested: {line.name}: {line.reason}")
        out.line(f"{each}: {summary(report)}")
    if lost:
        raise Failure(" ".join(lost))
    return 0


async def folders(configuration: Configuration) -> Sequence[Finding]:
    """Whether each folder is there. What it held stays in the knowledge base while it is not."""
    found = []
    for name, table in configuration.sources.items():
        if await is_there(table.path):
            found.append(Finding("ok", f"source {name}", f"{table.path}, for {', '.join(table.audience)}"))
        else:
            hint = "is not there, so nothing new of it is answered from. Mount it or correct it in CONFIG_FILE."
            found.append(Finding("fail", f"source {name}", f"{table.path} {hint}"))
    return found


async def is_there(path: str) -> bool:
    """Whether a path exists; one on a disk that does not answer does not."""
    try:
        return await Disk(PATIENCE)(Path(path).exists)
    except Hung:
        return False
