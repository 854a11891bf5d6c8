"""What one may see of the parts: records for reading, and a line a part for `/bot status`."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from bot.connectors.about import abouts
from bot.connectors.reading import NOBODY, Absent, ObservedCrm, ObservedIssues, ObservedTickets, ObservedTracker, Observer
from bot.connectors.registry import Connector
from bot.store.drafts.drafts import DraftStore
from bot.store.figures.syncs import Syncs
from bot.store.ledger.firings import Firings
from bot.store.ledger.jobs import Jobs
from handlers.errors import Trouble
from handlers.models import Record
from handlers.systems import Crm, Issues, Tickets, Tracker
from knowledge import Knowledge

SOON = 3
"""Firings that are told of in one line."""


def issues(connectors: Mapping[str, Connector], observer: Observer = NOBODY) -> Issues:
    """The system of issues, or one that says how to connect it."""
    found = connectors.get("jira")
    return ObservedIssues(cast("Issues", found), observer) if found is not None else Absent("jira")


def tracker(connectors: Mapping[str, Connector], observer: Observer = NOBODY) -> Tracker:
    """The issues of whole projects, or somebody who says how to connect their system."""
    found = connectors.get("jira")
    return ObservedTracker(cast("Tracker", found), observer) if found is not None else Absent("jira")


def tickets(connectors: Mapping[str, Connector], observer: Observer = NOBODY) -> Tickets:
    """The system of tickets, its conversations and macros included, or one that says how to connect it."""
    found = connectors.get("zendesk")
    return ObservedTickets(cast("Tickets", found), observer) if found is not None else Absent("zendesk")


def crm(connectors: Mapping[str, Connector], observer: Observer = NOBODY) -> Mapping[str, Crm]:
    """Every CRM that `/lead` and its like ask, in the order in which they do; one that is not connected says how to connect it."""
    names = [name for name, about in abouts().items() if "lead" in about.workflows]
    found = {name: connectors.get(name) for name in names}
    return {name: ObservedCrm(cast("Crm", one), observer) if one is not None else Absent(name) for name, one in found.items()}


def read_ports(connectors: Mapping[str, Connector], observer: Observer) -> Mapping[str, object]:
    """The reading ports of handlers, each with somebody who sees what is read."""
    return {
        "issues": issues(connectors, observer),
        "tracker": tracker(connectors, observer),
        "tickets": tickets(connectors, observer),
        "crm": crm(connectors, observer),
    }


def record_reader(connectors: Mapping[str, Connector]) -> Callable[[Record], Awaitable[Record | None]]:
    """Reads a record again, for the page's side panel; None when it cannot be read now."""

    async def read(record: Record) -> Record | None:
        if (connector := connectors.get(record.system)) is None:
            return None
        try:
            return record if record.is_new else await connector.read(record.id)
        except Trouble:
            return None

    return read


def status(
    connectors: Mapping[str, Connector],
    knowledge: Knowledge,
    drafts: DraftStore,
    jobs: Jobs,
    firings: Firings,
    *,
    syncs: Syncs,
    sources: Collection[str],
    model: str,
    shadow: Sequence[str] = (),
) -> Callable[[], Awaitable[Sequence[str]]]:
    """What `/bot status` says, one line a part."""

    async def lines() -> Sequence[str]:
        stats = await knowledge.stats()
        waiting, ended = await drafts.waiting(), [await jobs.list(state=state) for state in ("dead", "unknown")]
        systems = [f"{about.title}: {'connected' if name in connectors else 'not connected'}" for name, about in abouts().items()]
        lost = [sync.source for sync in await syncs.list() if sync.trouble and sync.source in sources]
        return [
            f"Knowledge: {stats.documents} documents, {stats.chunks} passages",
            *([f"Sources that cannot be read: {', '.join(lost)}"] if lost else []),
            *systems,
            f"Language model: {model}",
            f"In shadow mode: {shaded(shadow)}",
            f"Waiting for approval: {len(waiting)}",
            f"Dead letters: {sum(map(len, ended))}",
            f"Next by the clock: {coming(await firings.coming(SOON))}",
        ]

    return lines


def coming(firings: Sequence[tuple[str, float]]) -> str:
    """What the clock starts next, in words."""
    times = [f"{name} at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC" for name, at in firings]
    return ", ".join(times) or "nothing"


def shaded(workflows: Sequence[str]) -> str:
    """The workflows in shadow mode, in words."""
    return "none" if not workflows else "every workflow" if "*" in workflows else ", ".join(workflows)
