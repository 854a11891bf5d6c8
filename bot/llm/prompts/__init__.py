"""Prompts as files, `<name>.v<version>.md`: a head of TOML between `+++`, then what the model is told. The newest version is used.

A change of a prompt is a new file: the version stands in the log and in the key of every cached answer.
"""

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FILE = re.compile(r"(?P<name>[a-z][a-z-]*)\.v(?P<version>[1-9][0-9]*)\.md")
HEAD = re.compile(r"\+\+\+\n(?P<head>.*?)\n\+\+\+\n(?P<text>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told to do. `longest` is the tokens of an answer at most."""

    name: str
    version: int
    longest: int
    text: str

    @property
    def id(self) -> str:
        """Name and version, for logs and keys."""
        return f"{self.name}.v{self.version}"


@functools.cache
def prompts() -> dict[str, Prompt]:
    """The newest version of every prompt, by name. Raises ValueError for a file that is none: then the program is not whole."""
    found: dict[str, Prompt] = {}
    for file in FOLDER.glob("*.md"):
        one = read(file)
        if one.name not in found or found[one.name].version < one.version:
            found[one.name] = one
    return found


def prompt(name: str) -> Prompt:
    """The newest version of one prompt. Raises LookupError naming what there is: a workflow asks for something that nobody wrote."""
    try:
        return prompts()[name]
    except KeyError:
        raise LookupError(f"there is no prompt {name!r}; there are {', '.join(sorted(prompts()))}") from None


def read(file: Path) -> Prompt:
    """One file."""
    named, parts = FILE.fullmatch(file.name), HEAD.fullmatch(file.read_text(encoding="utf-8"))
    if named is None or parts is None:
        raise ValueError(f"{file.name} is no prompt: it is called <name>.v<version>.md and begins with a head between +++")
    head = tomllib.loads(parts["head"])
    return Prompt(named["name"], int(named["version"]), int(head["longest"]), parts["text"].strip())
