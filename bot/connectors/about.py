"""What each connector says of itself in its `about.toml`: how it is switched on, what it reads and writes, what must stay unseen."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from bot.settings import Settings
from bot.settings.configuration import Table
from bot.settings.environment import reveal

FOLDER = Path(__file__).resolve().parent
FILE = "about.toml"


class SettingTable(Table):
    """Settings by their names in the environment: `switch` turn the connector on once all of them are set, `more` may be set besides."""

    switch: tuple[str, ...] = Field(min_length=1)
    more: tuple[str, ...] = ()


class PaceTable(Table):
    """A limit of the vendor's: so many requests in so many seconds."""

    requests: int = Field(ge=1)
    seconds: int = Field(ge=1)


class ObjectTable(Table):
    """One kind of record: the fields that are read and written, under the vendor's names."""

    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()


class About(Table):
    """The facts of one connector. `redact` are fields that must not stand in logs or leave for a language model, by the vendor's names;
    `redact_ours` the same by ours, where these are others. `workflows` write there.
    """

    name: str
    title: str
    auth: str
    scopes: tuple[str, ...]
    webhook: str
    workflows: tuple[str, ...]
    redact: tuple[str, ...] = ()
    redact_ours: tuple[str, ...] = ()
    settings: SettingTable
    pace: dict[str, PaceTable]
    objects: dict[str, ObjectTable]

    def is_on(self, settings: Settings) -> bool:
        """Whether every setting that switches it on is set."""
        return all(reveal(getattr(settings, name.lower())) for name in self.settings.switch)

    @property
    def unseen(self) -> frozenset[str]:
        """Fields in our words that no log may show."""
        return frozenset(name.casefold() for name in (*self.redact, *self.redact_ours))

    @property
    def hint(self) -> str:
        """How to connect it, in one sentence."""
        *many, last = self.settings.switch
        names = f"{', '.join(many)} and {last}" if many else last
        return f"{self.title} is not connected. An operator sets {names}, or starts with --sandbox to try it."


@functools.cache
def abouts() -> Mapping[str, About]:
    """Every connector that there is, by name, in the order of the alphabet."""
    files = sorted(FOLDER.glob(f"*/{FILE}"))
    return {file.parent.name: read(file) for file in files}


def read(file: Path) -> About:
    """One file. Raises ValidationError for a key that is missing or that nobody knows: then the program is not whole."""
    return About.model_validate({"name": file.parent.name, **tomllib.loads(file.read_text(encoding="utf-8"))})


def tables(found: Mapping[str, About]) -> str:
    """The facts as Markdown, for the documentation: a line a connector, then what each of them touches."""
    rows = [
        f"| {one.title} | {ticked(one.settings.switch)} | {ticked(one.settings.more)} | {one.auth} | {paced(one)} | {one.webhook} |"
        for one in found.values()
    ]
    head = ["| system | on with | also | sign-in | limits | webhook |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n\n".join(("\n".join((*head, *rows)), *(touched(one) for one in found.values()))) + "\n"


def touched(about: About) -> str:
    """What one connector reads and writes, under the vendor's names."""
    rows = [f"| {kind} | {ticked(one.reads)} | {ticked(one.writes) or 'nothing'} |" for kind, one in about.objects.items()]
    return "\n".join(
        (
            f"## {about.title}", "", f"Needs the rights: {ticked(about.scopes)}. Personal, and kept from logs: {ticked(about.redact)}.",
            f"Written by: {', '.join(f'`/{name}`' for name in about.workflows)}.", "", "| object | reads | writes |", "| --- | --- | --- |",
            *rows,
        )
    )  # fmt: skip


def paced(about: About) -> str:
    """The limits in words."""
    return "; ".join(f"{name}: {pace.requests} in {pace.seconds} s" for name, pace in about.pace.items())


def ticked(names: Sequence[str]) -> str:
    """Names as code."""
    return ", ".join(f"`{name}`" for name in names)
