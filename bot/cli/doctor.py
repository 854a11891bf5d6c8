"""check: one line a part, whether it is well and what to do about it. Changes nothing, also where tables are behind."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.app import House
from bot.cli.model import model
from bot.cli.out import Out
from bot.cli.slack import slack, workspaces
from bot.cli.sources import folders
from bot.cli.teams import teams
from bot.connectors.about import abouts
from bot.connectors.registry import Connector, connected
from bot.net.http import Http
from bot.settings import Configuration, Settings, review
from bot.settings.keys import at_hand
from bot.settings.review import Finding
from bot.store.access.prints import KeyPrints, refusal
from bot.store.database import Database
from bot.store.revisions import Revisions, revisions
from handlers.errors import Trouble
from knowledge.errors import KnowledgeError

Arguments = Mapping[str, Any]
SKEW = 60.0
"""Seconds of difference between two clocks that are worth a warning; signed requests are refused after five minutes."""
SPACE = 1024**3
"""Bytes that should be free in the data directory."""
MEMORY, REMOTE = frozenset({"tmpfs", "ramfs"}), frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"})
"""File systems that forget, and file systems on which SQLite's locks cannot be relied on."""


async def check(house: House, _arguments: Arguments, out: Out) -> int:
    """The doctor. Exit code 1 when something is broken, or a write-back would be unsafe."""
    levels = set()
    async for finding in findings(house):
        levels.add(finding.level)
        out.line(f"{finding.level:<4}  {finding.part}: {finding.words}")
    return 1 if "fail" in levels else 0


async def findings(house: House) -> AsyncIterator[Finding]:
    """Everything, in the order in which an operator would ask."""
    settings = house.settings
    looks = (review.settings_shown, review.keys, review.addresses, review.redis)
    for finding in (each for look in looks for each in look(settings)):
        yield finding
    real = any(about.is_on(settings) for about in abouts().values()) and settings.shadow != "on"
    exposed = review.exposure(settings, page=house.shows_page, writes=real)
    for finding in (
        exposed,
        *review.risks(house.configuration),
        shadow(settings, house.configuration),
        *persistence(settings, writes=real),
    ):
        yield finding
    found, tables = await database(settings)
    for finding in found:
        yield finding
    base = await knowledge(house)
    yield base
    usable = tables is not None and not tables.pending and base.level != "fail"
    async with AsyncExitStack() as stack:
        if usable:
            floor = await house.floor()
            connectors: Mapping[str, Connector] = floor.connectors
            for name, reason in (await floor.health.reasons()).items():
                yield Finding("fail", name, reason)
            for name, reason in (await floor.health.degraded()).items():
                yield Finding("warn", name, reason)
        else:
            connectors = connected(settings, await stack.enter_async_context(Http()), house.configuration)
        for group in await asyncio.gather(
            *(system(name, connectors.get(name)) for name in abouts()),
            platforms(house, usable=usable),
            model(settings, house.configuration),
        ):
            for finding in group:
                yield finding
    for finding in (*rules(house, connectors.keys()), *await folders(house.configuration)):
        yield finding


def rules(house: House, systems: Collection[str]) -> Iterator[Finding]:
    """What `bot.toml` says of the systems that are connected, and of the platforms that are on."""
    configuration, on = house.configuration, (*house.platforms, *(["playground"] if house.shows_page else []))
    yield review.watch(configuration, on)
    yield from review.scores(configuration, systems)
    yield from review.chains(configuration, on, systems)
    yield from review.digests(configuration, on)
    yield from review.alerts(configuration, on, systems)
    for name in systems:
        for workflow in abouts()[name].workflows:
            yield review.approvers(configuration, f"{name}.{workflow}")


def shadow(settings: Settings, configuration: Configuration) -> Finding:
    """Whether anything can be written at all, and by which workflows nothing is."""
    if settings.shadow == "on":
        return Finding("ok", "SHADOW", "on: drafts are shown, nothing is ever written and nobody can approve")
    if named := configuration.shadow.workflows:
        return Finding("ok", "SHADOW", f"off; [shadow] names {', '.join(named)}: drafts of these are shown, and never written")
    return Finding("ok", "SHADOW", "off: what is approved is written")


def persistence(settings: Settings, *, writes: bool) -> Iterator[Finding]:
    """Whether the data directory keeps what it is given, and keeps it to itself."""
    folder, part = settings.data_dir.resolve(), "DATA_DIR"
    kind = file_system(folder, mounts())
    if kind in MEMORY:
        hint = "is in memory, so drafts, approvals and the audit trail are gone after a restart. Choose a directory on a disk."
        yield Finding("fail" if writes else "warn", part, f"{folder} {hint}")
    elif kind in REMOTE and settings.database.startswith("sqlite"):
        yield Finding(
            "fail", part, f"{folder} is on a network file system ({kind}), where SQLite can be damaged. Use PostgreSQL."
        )
    elif (free := shutil.disk_usage(folder).free) < SPACE:
        yield Finding("warn", part, f"only {free // 1024**2} MiB are free in {folder}. Make room: a full disk stops the bot.")
    else:
        yield Finding("ok", part, f"{folder} keeps its data ({kind or 'file system unknown'}, {free // SPACE} GiB free)")
    if (mode := folder.stat().st_mode & 0o077) and os.name == "posix":
        yield Finding("warn", part, f"others on this machine can enter it (mode {mode:03o} for them). Run: chmod 700 {folder}")


def mounts() -> Sequence[tuple[str, str]]:
    """Mount point and kind of every file system; empty where the machine does not tell."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    return [(fields[1].replace("\\040", " "), fields[2]) for line in lines if len(fields := line.split()) > 2]  # noqa: PLR2004 - point, kind


def file_system(folder: Path, found: Sequence[tuple[str, str]]) -> str:
    """The kind of the file system that a folder is on; empty when nobody knows."""
    around = [(len(Path(point).parts), kind) for point, kind in found if folder.is_relative_to(point)]
    return max(enumerate(around), key=lambda entry: (entry[1][0], entry[0]))[1][1] if around else ""


async def database(settings: Settings) -> tuple[Sequence[Finding], Revisions | None]:
    """Reachable, its tables as new as the program, used with the same keys; else without revisions. One that is not there is not made."""
    part, where = "database", "SQLite" if settings.database.startswith("sqlite") else "PostgreSQL"
    if where == "SQLite" and not is_made(settings):
        return [Finding("ok", part, "SQLite, none there yet; the first start makes it")], None
    opened = Database(settings.database)
    try:
        before = time.time()
        tables = await revisions(opened)
        offset = tables.clock - (before + time.time()) / 2
        strange = [] if tables.pending else await KeyPrints(opened).strange(at_hand(settings))
    except Trouble as down:
        return [Finding("fail", part, str(down))], None
    finally:
        await opened.close()
    found = [behind(tables, where)]
    if where == "PostgreSQL":
        found.append(skew("clock of the database", offset))
    if strange:
        return [*found, Finding("fail", "keys", refusal(strange))], None
    return found, tables


def is_made(settings: Settings) -> bool:
    """Whether SQLite's file is there; opening it would make it."""
    return Path(settings.database.partition(":///")[2]).exists()


def behind(tables: Revisions, where: str) -> Finding:
    """How the tables stand to the program."""
    if tables.foreign:
        hint = "a newer program has changed them. Use that one, or go back to a backup."
        return Finding("fail", "database", f"{where}, the tables are at {tables.there}, which this program does not know: {hint}")
    if tables.pending:
        hint = "The next start migrates them; make a backup first."
        return Finding("warn", "database", f"{where}, tables at {tables.there or 'nothing'}, pending: {tables.known[0]}. {hint}")
    return Finding("ok", "database", f"{where}, tables at {tables.there}, nothing pending")


async def knowledge(house: House) -> Finding:
    """Whether questions can be answered."""
    try:
        stats = await (await house.knowledge()).stats()
    except (KnowledgeError, Trouble) as down:
        return Finding("fail", "knowledge", str(down))
    if not stats.documents:
        return Finding("warn", "knowledge", "empty, so every question ends in “I don't know”. Run: countersign ingest PATH")
    return Finding("ok", "knowledge", f"{stats.documents} documents, {stats.chunks} passages, {stats.model}")


async def system(name: str, connector: Connector | None) -> Sequence[Finding]:
    """Whether a system takes the bot's credentials, and what time it is there."""
    if connector is None:
        return [Finding("ok", name, "not connected")]
    before = time.time()
    try:
        account = await connector.account()
    except Trouble as trouble:
        return [Finding("fail", name, str(trouble))]
    found = [Finding("ok", name, f"connected as {account.name}")]
    if account.clock is not None:
        found.append(skew(f"clock of {name}", account.clock.timestamp() + 0.5 - (before + time.time()) / 2))
    return found


async def platforms(house: House, *, usable: bool) -> Sequence[Finding]:
    """Whether Slack and Teams let the bot in. Workspaces are only looked at in tables that are up to date."""
    settings, found = house.settings, list[Finding]()
    looks = await asyncio.gather(slack(settings), teams(settings))
    for name, (said, ahead) in zip(("slack", "teams"), looks, strict=True):
        found += said
        if ahead is not None:
            found.append(skew(f"clock of {name}", ahead))
    if usable and settings.slack_client_id and (secret := at_hand(settings).get("SECRET_KEY")):
        found += await workspaces(settings, (await house.store()).database, secret.value)
    return found


def skew(part: str, seconds: float) -> Finding:
    """How far a clock is from ours."""
    if abs(seconds) > SKEW:
        way = "ahead of" if seconds > 0 else "behind"
        return Finding("warn", part, f"{abs(seconds):.0f} s {way} this machine. Set both by NTP: signatures and expiry go by it.")
    return Finding("ok", part, f"within {max(1.0, abs(seconds)):.0f} s of this machine")
