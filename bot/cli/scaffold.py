"""What `new` has in common, whatever it makes: files from templates in a folder beside this one, and where names come from. Pure."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


def rendered(kind: str, files: Mapping[str, str], name: str) -> dict[str, str]:
    """The text of every file by its path in the checkout. `files` says of each template of a `kind` where it goes, `{name}` filled in."""
    folder = Path(__file__).with_name(kind)
    templates = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - source, not pages
    words = {"name": name, "title": name.title(), "upper": name.upper()}
    return {path.format(name=name): templates.get_template(f"{file}.j2").render(words) for file, path in files.items()}


def put(texts: Mapping[str, str], root: Path) -> None:
    """Write the files, and make the folders that they need. Raises OSError."""
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
