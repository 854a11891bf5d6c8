"""What one may see of the parts: records for reading, and a line a part for `/bot status`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from bot.connectors.about import abouts
from bot.connectors.registry import NOBODY, Absent, Connector, Observed, Observer
from bot.store.drafts import DraftStore
from bot.store.jobs import Jobs
from handlers.errors import Trouble
from handlers.models import Record
from handlers.ports import Leads, Records
from knowledge import Knowledge


def reader(connectors: Mapping[str, Connector], name: str, observer: Observer = NOBODY) -> Records:
    """The reading side of a system with somebody who sees what is read, or one that says how to connect it."""
    return Observed(connectors[name], observer) if name in connectors else Absent(name)


def crm(connectors: Mapping[str, Connector], observer: Observer = NOBODY) -> Mapping[str, Leads]:
    """Every CRM that `/lead` asks, in the order in which it does; one that is not connected says how to connect it."""
    names = [name for name, about in abouts().items() if "lead" in about.workflows]
    return {name: cast("Leads", reader(connectors, name, observer)) for name in names}


def read_ports(connectors: Mapping[str, Connector], observer: Observer) -> Mapping[str, object]:
    """The reading ports of handlers, each with somebody who sees what is read."""
    return {
        "issues": reader(connectors, "jira", observer),
        "tickets": reader(connectors, "zendesk", observer),
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
    *,
    model: str,
    shadow: Sequence[str] = (),
) -> Callable[[], Awaitable[Sequence[str]]]:
    """What `/bot status` says, one line a part."""

    async def lines() -> Sequence[str]:
        stats = await knowledge.stats()
        waiting, ended = await drafts.waiting(), [await jobs.list(state=state) for state in ("dead", "unknown")]
        systems = [f"{about.title}: {'connected' if name in connectors else 'not connected'}" for name, about in abouts().items()]
        return [
            f"Knowledge: {stats.documents} documents, {stats.chunks} passages",
            *systems,
            f"Language model: {model}",
            f"In shadow mode: {shaded(shadow)}",
            f"Waiting for approval: {len(waiting)}",
            f"Dead letters: {sum(map(len, ended))}",
        ]

    return lines


def shaded(workflows: Sequence[str]) -> str:
    """The workflows in shadow mode, in words."""
    return "none" if not workflows else "every workflow" if "*" in workflows else ", ".join(workflows)
