"""The table in docs/connectors.md of how each connector bears each fault: read, and written from what was observed."""

from collections.abc import Mapping
from pathlib import Path

from contract.specimen import NAMES

from bot.connectors.about import abouts

DOCS = Path(__file__).resolve().parents[2] / "docs" / "connectors.md"
START, END = "<!-- what the contract suite observed -->", "<!-- to here -->"
BESIDE = " / "
Observed = dict[tuple[str, str], tuple[str, dict[str, dict[str, str]]]]
"""(read or write, fault) -> what has to happen, and what happened, by connector and kind of draft."""


def table(observed: Observed) -> str:
    """The rows in the order in which they were observed."""
    titles = [abouts()[name].title for name in NAMES]
    head = [f"| | fault | has to be | {' | '.join(titles)} |", f"| --- | --- | --- |{' --- |' * len(titles)}"]
    rows = [
        f"| {operation} | {fault} | {has_to} | {' | '.join(cell(cells.get(name, {})) for name in NAMES)} |"
        for (operation, fault), (has_to, cells) in observed.items()
    ]
    return "\n".join((*head, *rows))


def cell(seen: Mapping[str, str]) -> str:
    """What happened with the first kind of draft, and with each other one where that is not the same."""
    if not seen:
        return ""
    first, *more = seen.items()
    return BESIDE.join((first[1], *(f"{kind}: {words}" for kind, words in more if words != first[1])))


def printed(observed: Observed) -> None:
    """Put the table in its place. Raises ValueError where the page has none."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{DOCS} has no place for the table: {START} ... {END}.")
    DOCS.write_text(f"{before}{START}\n\n{table(observed)}\n\n{END}{after}", encoding="utf-8")


def rows() -> Mapping[tuple[str, str], list[str]]:
    """The table as it stands: what has to happen, then a cell for each connector."""
    _, _, rest = DOCS.read_text(encoding="utf-8").partition(START)
    lines = [line.strip("|\n ").split(" | ") for line in rest.partition(END)[0].splitlines() if line.startswith("|")]
    return {(cells[0], cells[1]): cells[2:] for cells in lines[2:]}


def in_docs(operation: str, fault: str, name: str, has_to: str, kind: str) -> str:
    """What the page says of one connector and one kind of draft; empty where it says nothing of this fault."""
    found = rows().get((operation, fault), [])
    if len(found) != len(NAMES) + 1 or found[0] != has_to:
        return ""
    first, *more = found[1 + NAMES.index(name)].split(BESIDE)
    return next((one.removeprefix(f"{kind}: ") for one in more if kind and one.startswith(f"{kind}: ")), first)
