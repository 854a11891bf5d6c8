"""new connector: one that works against a stand-in of its own, to be adapted to the real system."""

import re
from collections.abc import Mapping
from keyword import iskeyword
from pathlib import Path
from typing import Any

from bot.cli import scaffold
from bot.cli.new_workflow import new_workflow
from bot.cli.out import Failure, Out
from bot.cli.scaffold import ROOT, put
from bot.connectors.about import found
from bot.connectors.pages import print_into
from bot.settings import Settings
from bot.settings.people import PLATFORMS

Arguments = Mapping[str, Any]
PLAIN = "xxxx"
NAME = re.compile(r"[a-z][a-z0-9]{1,19}", re.ASCII)
FILES = {
    "room.py": "bot/connectors/{name}/__init__.py",
    "about.toml": "bot/connectors/{name}/about.toml",
    "client.py": "bot/connectors/{name}/client.py",
    "records.py": "bot/connectors/{name}/records.py",
    "events.py": "bot/connectors/{name}/events.py",
    "standin.py": "bot/sandbox/{name}/__init__.py",
    "vendor.py": "bot/sandbox/{name}/vendor.py",
    "test_connector.py": "tests/connectors/test_{name}.py",
    "specimen.py": "tests/contract/{name}/specimen.py",
    "record.json": "tests/contract/{name}/payloads/record.json",
}
"""Template -> where it goes."""
NEXT = """next:
  bot/connectors/{name}/about.toml        its real sign-in, rights, limits, webhook, fields and settings; which workflows write there
  bot/connectors/{name}/client.py         its paths; its guard against a record that moved; how a write is found again
  bot/connectors/{name}/records.py        its record <-> ours, and the fields that may be written
  bot/connectors/{name}/events.py         how it signs its webhooks, and what they tell
  bot/sandbox/{name}/vendor.py            refuse what it refuses, answer as it answers
  tests/contract/{name}/                  a draft of each kind that it writes, and answers captured from it
then:
  python -m bot.connectors.pages          prints its facts into docs/
  python -m pytest tests/contract -n 0 --print-table    prints how it bears each fault into docs/connectors.md"""


async def new(_settings: Settings, arguments: Arguments, out: Out) -> int:
    """Make what was named. It needs no data directory. Raises Failure."""
    name: str = arguments["name"]
    return new_workflow(name, out) if arguments["what"] == "workflow" else new_connector(name, out)


def new_connector(name: str, out: Out) -> int:
    """Make the files, and print what the documentation says of it. Raises Failure."""
    refuse(name, ROOT)
    texts = rendered(name)
    put(texts, ROOT)
    for path in texts:
        out.line(path)
    print_into(ROOT / "docs", found())
    out.note(NEXT.format(name=name))
    return 0


def refuse(name: str, root: Path) -> None:
    """Raises Failure for a name that cannot be one, for one that is taken, and outside of a checkout."""
    if not NAME.fullmatch(name) or iskeyword(name):
        raise Failure(f"{name!r} is no name for a connector: use 2 to 20 small letters and digits, a letter first, like acme.")
    if not all((root / part).exists() for part in ("pyproject.toml", "tests/contract/specimen.py", "docs")):
        raise Failure("This is an installed program, and a connector is made in a checkout: clone the project and run it there.")
    rooms = [f"{folder}/{name}{end}" for folder in ("bot/connectors", "bot/sandbox", "tests/contract") for end in ("", ".py")]
    taken = any((root / path).exists() for path in (*rooms, *rendered(name)))
    if name in PLATFORMS or taken or is_spoken(name):
        raise Failure(f"The name {name} is taken: choose another one.")


def is_spoken(name: str) -> bool:
    """Whether a class of this name would hide something that the files speak of."""
    word = re.compile(rf"\b{name.title()}\b")
    return any(word.search(text) for text in rendered(PLAIN).values())


def rendered(name: str) -> dict[str, str]:
    """The text of every file, by its path in the checkout."""
    return scaffold.rendered("connector", FILES, name)
