"""new workflow: a command that works as it is, on every platform, with a model and without, to be adapted to what it is for."""

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from keyword import iskeyword, issoftkeyword
from pathlib import Path

from bot.cli import scaffold
from bot.cli.out import Failure, Out
from bot.cli.scaffold import ROOT, put
from bot.connectors.about import found
from bot.connectors.pages import print_into

PLAIN = "xxxx"
NAME = re.compile(r"[a-z]{3,20}", re.ASCII)
CATALOGUE = "handlers/catalogue.py"
LONGEST = 300
"""Lines of a file, by the rule of the house."""
FILES = {
    "handler.py": "handlers/{name}.py",
    "prompt.md": "bot/llm/prompts/{name}.v1.md",
    "cases.toml": "handlers/cases/{name}.toml",
    "scenarios.py": "tests/conversations/about_{name}.py",
    "test_workflow.py": "tests/handlers/test_{name}.py",
}
"""Template -> where it goes."""
PIECES = {"command.py": "command", "section.md": "section", "slash.yml": "slash"}
"""Template -> the name of what goes into a file that is there."""
NEXT = """next:
  handlers/{name}.py                      what it reads, compares and proposes; its ports are its keyword-only parameters
  bot/llm/prompts/{name}.v1.md            what a language model is told
  handlers/catalogue.py                   its argument, example and line of help; without rare=True it stands in the menus of Teams, which
                                          have room for twelve: raise VERSION in bot/platforms/teams/manifest.py then, as a test asks
  bot/connectors/*/about.toml             the connectors that it reads or writes; then: python -m bot.connectors.pages
  docs/commands.md, README.md, manifest.yml    the same words there
  handlers/cases/{name}.toml              the cases that it is measured by: python -m bot eval --workflow {name}
  tests/handlers/test_{name}.py           what holds of it whatever comes
  tests/conversations/about_{name}.py     what people and the bot say to each other
then:
  python -m pytest -n 0 tests/house tests/handlers/test_{name}.py tests/conversations -k "house or {name} or every_command"
  python -m pytest -n 0 tests/injections -k {name}"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of text and its place in a file that is there: where `place` ends. It has to be there exactly once.

    A `place` with a group is a line of a sorted list, and the piece goes to where its name belongs among these.
    """

    path: str
    place: re.Pattern[str]
    piece: str
    what: str


EDITS = (
    Edit(CATALOGUE, re.compile(r"^from handlers\.(\w+) import .*\n", re.MULTILINE), "from handlers.{name} import {name}\n", "its imports"),
    Edit(CATALOGUE, re.compile(r'^(?= {8}Command\("approvals",)', re.MULTILINE), "{command}", "the line of /approvals"),
    Edit("docs/commands.md", re.compile(r"^(?=## /approvals$)", re.MULTILINE), "{section}", "the heading of /approvals"),
    Edit("manifest.yml", re.compile(r"^(?=  - command: /approvals$)", re.MULTILINE), "{slash}", "the entry of /approvals"),
    Edit(
        "README.md",
        re.compile(r"(?=`/approvals` shows what waits for you)"),
        "`/{name} SUP-21` says how similar past issues ended, ",
        "what it says of /approvals",
    ),
    Edit(
        "bot/connectors/jira/about.toml",
        re.compile(r"^workflows = \[[^\]\n]+(?=\]$)", re.MULTILINE),
        ', "{name}"',
        "its list of workflows",
    ),
    Edit(
        "tests/contract/jira/specimen.py",
        re.compile(r"^    alike=frozenset\(\n {8}\{\n(?: {12}.*\n)*(?= {8}\}\n)", re.MULTILINE),
        '            "{name}",\n',
        "its list of workflows that are alike",
    ),
    Edit(
        "tests/conversations/scenarios.py",
        re.compile(r"^from conversations\.about_(\w+) import .*\n", re.MULTILINE),
        "from conversations.about_{name} import {upper}\n",
        "its imports",
    ),
    Edit("tests/conversations/scenarios.py", re.compile(r"^(?=    \*ENDS,$)", re.MULTILINE), "    *{upper},\n", "the line *ENDS"),
    Edit(
        "tests/injections/test_injections.py",
        re.compile(r"^async def in_an_issue\((?:.*\n)*?DOORS: .*\{\n(?:    .*\n)*(?=\}\n)", re.MULTILINE),
        '    "{name}": Door(in_an_issue, "jira/issue/SUP-21"),\n',
        "its table of doors",
    ),
)  # fmt: skip
"""What is edited, in this order."""


def new_workflow(name: str, out: Out, *, root: Path = ROOT) -> int:
    """Make the files and the edits, all of them or none, and print what the documentation says of it. Raises Failure."""
    refuse(name, root)
    texts = {**rendered(name), **edited(name, root)}
    put(texts, root)
    for path in texts:
        out.line(path)
    print_into(root / "docs", found())
    out.note(NEXT.format(name=name))
    return 0


def rendered(name: str) -> dict[str, str]:
    """The text of every new file, by its path in the checkout."""
    return scaffold.rendered("workflow", FILES, name)


def edited(name: str, root: Path) -> dict[str, str]:
    """The new text of every file that is edited. Raises Failure where one has no place for it, or no room."""
    pieces = {"name": name, "upper": name.upper(), **scaffold.rendered("workflow", PIECES, name)}
    texts: dict[str, str] = {}
    for edit in EDITS:
        text = texts.get(edit.path) or (root / edit.path).read_text(encoding="utf-8")
        at = place(edit, text, name)
        texts[edit.path] = text[:at] + edit.piece.format_map(pieces) + text[at:]
    if texts[CATALOGUE].count("\n") > LONGEST:
        raise Failure(f"{CATALOGUE} has no room for another command: a file has {LONGEST} lines at most. Make room there first.")
    return texts


def place(edit: Edit, text: str, name: str) -> int:
    """Where the piece goes. Raises Failure naming what is missing."""
    there = list(edit.place.finditer(text))
    if edit.place.groups and there:
        before = [match for match in there if match[1] < name]
        return before[-1].end() if before else there[0].start()
    if len(there) != 1:
        raise Failure(f"{edit.path} has lost {edit.what}, where a workflow is added: put that back first. Nothing was made.")
    return there[0].end()


def refuse(name: str, root: Path) -> None:
    """Raises Failure for a name that cannot be one, for one that is taken, and outside of a checkout."""
    if not NAME.fullmatch(name) or iskeyword(name) or issoftkeyword(name) or hasattr(builtins, name):
        raise Failure(f"{name!r} is no name for a workflow: use 3 to 20 small letters that mean nothing in Python, like digest.")
    if not all((root / part).is_file() for part in ("pyproject.toml", *(edit.path for edit in EDITS))):
        raise Failure("This is an installed program, and a workflow is made in a checkout: clone the project and run it there.")
    files = any((root / path).exists() for path in rendered(name)) or any((root / "bot/llm/prompts").glob(f"{name}.v*.md"))
    if files or {name, name.title()} & spoken(root):
        raise Failure(f"The name {name} is taken: choose another one.")


def spoken(root: Path) -> frozenset[str]:
    """Names that something in the files means already, commands and what `@bot` understands without one included."""
    sources = [text for path, text in rendered(PLAIN).items() if path.endswith(".py")]
    sources += [(root / path).read_text(encoding="utf-8") for path in (CATALOGUE, "tests/conversations/scenarios.py")]
    return frozenset(word for text in sources for word in words(text))


def words(source: str) -> Iterator[str]:
    """Every identifier of a module, in small letters where it is a constant, and every text in it that is one word."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=word) | ast.arg(arg=word) | ast.Constant(value=str(word)):
                yield word.lower() if word.isupper() else word
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word) | ast.ClassDef(name=word):
                yield word
            case ast.alias(name=word, asname=other):
                yield from (other or word).split(".")
            case _:
                pass
