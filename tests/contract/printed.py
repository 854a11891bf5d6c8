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


def lines() -> list[list[str]]:
    """The table as it stands, in cells, its head first."""
    _, _, rest = DOCS.read_text(encoding="utf-8").partition(START)
    found = [line.strip("|\n ").split(" | ") for line in rest.partition(END)[0].splitlines() if line.startswith("| ")]
    return [found[0], *found[2:]] if found else []


def rows() -> list[tuple[str, str]]:
    """What is read or written, and the fault, of each row."""
    return [(cells[0], cells[1]) for cells in lines()[1:]]


def in_docs(operation: str, fault: str, name: str, has_to: str, kind: str) -> str | None:
    """What the page says of one connector and one kind of draft; None for a connector that it does not know yet."""
    head, *found = lines() or [[]]
    title = abouts()[name].title
    if title not in head:
        return None
    cells = next((cells for cells in found if cells[:3] == [operation, fault, has_to]), [])
    if len(cells) != len(head) + 1:  # the first cell of the head is empty, and stripped
        return ""
    first, *more = cells[head.index(title) + 1].split(BESIDE)
    return next((one.removeprefix(f"{kind}: ") for one in more if kind and one.startswith(f"{kind}: ")), first)
