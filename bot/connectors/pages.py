"""What the documentation says of the connectors, printed from their `about.toml`: `python -m bot.connectors.pages` prints it anew."""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.connectors.about import About, abouts
from bot.settings.declared import Setting
from handlers.catalogue import COMMANDS

Found = Mapping[str, About]
DOCS = Path(__file__).resolve().parents[2] / "docs"
MODELS = {
    "similar": "embedding model on this machine",
    "learn": "embedding model on this machine",
    "model": "language model, where one is configured",
}
"""Ports of handlers behind which a model stands, and which one."""
NO_MODELS = frozenset(
    {
        "issues", "tracker", "tickets", "crm", "search", "answer", "drafts", "reread", "policies", "clock", "guide", "readable", "persons",
        "writes", "links", "projects", "talk", "files", "documents", "compliance", "scoring", "letters", "alerts", "alerting", "systems",
        "digests", "charts",
    }
)  # fmt: skip
"""Ports of handlers behind which none stands. A test wants each port in one of the two."""


def tables(found: Found) -> str:
    """The facts as Markdown, for the documentation: a line a connector, then what each of them touches."""
    rows = [
        f"| {one.title} | {' or '.join(map(ticked, one.ways))} | {ticked(one.more)} | {one.auth} | {paced(one)} | {one.webhook} |"
        for one in found.values()
    ]
    head = ["| system | on with | also | sign-in | limits | webhook |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n\n".join(("\n".join((*head, *rows)), *(touched(one) for one in found.values()))) + "\n"


def touched(about: About) -> str:
    """What one connector reads and writes, under the vendor's names, and what records and their fields are called in `bot.toml`."""
    rows = [f"| {kind} | {ticked(one.reads)} | {ticked(one.writes) or 'nothing'} |" for kind, one in about.objects.items()]
    ours = [
        f"| `{about.name}.{kind.lower()}` | {ticked(one.fields)} | {ticked(one.sets) or 'nothing'} |"
        for kind, one in about.objects.items()
        if one.fields
    ]
    return "\n".join(
        (
            f"## {about.title}", "", f"Needs the rights: {ticked(tuple(about.scopes))}. Personal, and kept from logs: {ticked(about.redact)}.",
            f"Written by: {commands(about)}. Deletions: {about.deletions}.", "", "| object | reads | writes |", "| --- | --- | --- |",
            *rows, "", "| in `bot.toml` | fields for `when` and `group` | for `on_ack` |", "| --- | --- | --- |", *ours,
        )
    )  # fmt: skip


def commands(about: About) -> str:
    """The workflows that write there, as one types them."""
    return ", ".join(f"`/{name}`" for name in about.workflows) or "none yet"


def paced(about: About) -> str:
    """The limits in words."""
    return "; ".join(f"{name}: {pace.requests} in {pace.seconds} s" for name, pace in about.pace.items())


def ticked(names: Sequence[str]) -> str:
    """Names as code."""
    return ", ".join(f"`{name}`" for name in names)


def settings_table(found: Found) -> str:
    """Every setting of every connector, for the page of settings."""
    rows = [
        f"| `{name}` | {f'`{one.default}`' if one.default else ''} | {meant(name, one, about)} |"
        for about in found.values()
        for name, one in about.settings.items()
    ]
    return "\n".join(("| name | default | meaning |", "| --- | --- | --- |", *rows)) + "\n"


def meant(name: str, one: Setting, about: About) -> str:
    """What a setting is for, whether it is shown, and what it takes to turn the connector on."""
    kinds = {
        "secret": ("secret",),
        "secrets": ("secret; one value, or the new and the old one separated by a comma",),
        "text": (f"like {one.like}",) if one.like else (),
        "url": (),
    }
    others = [ticked([other for other in way if other != name]) for way in about.ways if name in way]
    on = (f"{about.title} is on with {' or with '.join(other or 'it' for other in others)}",) if others else ()
    return "; ".join((one.meaning, *kinds[one.kind], *on))


def dataflow(found: Found) -> str:
    """From which system which fields go into which workflow, whether a model sees them, and what is written where."""
    head = [
        "| system | record | read | of it personal | workflow | model | written |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows = [
        f"| {about.title} | {kind} | {ticked(one.reads)} | {ticked(personal(about, one.reads)) or 'nothing'} "
        f"| {commands(about)} | {models(about.workflows)} | {ticked(one.writes) or 'nothing'} |"
        for about in found.values()
        for kind, one in about.objects.items()
    ]
    return "\n".join((*head, *rows)) + "\n"


def personal(about: About, names: Sequence[str]) -> list[str]:
    """Those of the fields that are personal."""
    return [name for name in names if name in about.redact]


def models(workflows: Sequence[str]) -> str:
    """Which models see what a workflow reads."""
    ports = {
        name
        for workflow in workflows
        if workflow in COMMANDS
        for name in inspect.signature(COMMANDS[workflow].handler).parameters
    }
    return ", ".join(what for port, what in MODELS.items() if port in ports) or "none"


PAGES: Mapping[str, Mapping[str, Callable[[Found], str]]] = {
    "connectors.md": {"facts": tables},
    "settings.md": {"settings": settings_table},
    "dataflow.md": {"dataflow": dataflow},
}
"""The page, the name of a part of it, and who prints that."""


def printed(text: str, parts: Mapping[str, Callable[[Found], str]], found: Found) -> str:
    """A page with its parts printed anew. Raises ValueError where it has no place for one."""
    for name, show in parts.items():
        start, end = f"<!-- printed: {name} -->\n", f"<!-- end of {name} -->\n"
        before, opened, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not (opened and closed):
            raise ValueError(f"There is no place for {name}: the page needs the lines {start.strip()} and {end.strip()}.")
        text = f"{before}{start}\n{show(found)}\n{end}{after}"
    return text


def print_into(docs: Path, found: Found) -> None:
    """Print every page in a folder of documentation."""
    for name, parts in PAGES.items():
        page = docs / name
        page.write_text(printed(page.read_text(encoding="utf-8"), parts, found), encoding="utf-8")


if __name__ == "__main__":
    print_into(DOCS, abouts())
    sys.stdout.write(f"Printed {', '.join(PAGES)} in {DOCS}.\n")
