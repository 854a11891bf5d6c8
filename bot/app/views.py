"""What one may see of the parts: records for reading, and a line a part for `/bot status`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from bot.connectors.about import abouts
from bot.connectors.registry import Absent, Connector
from bot.store.drafts import DraftStore
from bot.store.jobs import Jobs
from handlers.errors import Trouble
from handlers.models import Record
from handlers.ports import Leads, Records
from knowledge import Knowledge


def reader(connectors: Mapping[str, Connector], name: str) -> Records:
    """The reading side of a system, or one that says how to connect it."""
    return connectors.get(name) or Absent(name)


def crm(connectors: Mapping[str, Connector]) -> Mapping[str, Leads]:
    """Every CRM that `/lead` asks, in the order in which it does; one that is not connected says how to connect it."""
    names = [name for name, about in abouts().items() if "lead" in about.workflows]
    return {name: cast("Leads", connectors[name]) if name in connectors else Absent(name) for name in names}


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
    connectors: Mapping[str, Connector], knowledge: Knowledge, drafts: DraftStore, jobs: Jobs
) -> Callable[[], Awaitable[Sequence[str]]]:
    """What `/bot status` says, one line a part."""

    async def lines() -> Sequence[str]:
        stats = await knowledge.stats()
        waiting, ended = await drafts.waiting(), [await jobs.list(state=state) for state in ("dead", "unknown")]
        systems = [f"{about.title}: {'connected' if name in connectors else 'not connected'}" for name, about in abouts().items()]
        return [
            f"Knowledge: {stats.documents} documents, {stats.chunks} passages",
            *systems,
            "Language model: none, answers are quoted and changes come from similar past cases",
            f"Waiting for approval: {len(waiting)}",
            f"Dead letters: {sum(map(len, ended))}",
        ]

    return lines
