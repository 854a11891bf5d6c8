"""What each connector says of itself in its `about.toml`: how it is switched on, what it reads and writes, what must stay unseen."""

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.settings import Settings
from bot.settings.declared import FILE, FOLDER, Setting, ways
from bot.settings.tables import Table


class PaceTable(Table):
    """A limit of the vendor's: so many requests in so many seconds."""

    requests: int = Field(ge=1)
    seconds: int = Field(ge=1)


class ObjectTable(Table):
    """One kind of record: the fields that are read and written, under the vendor's names.

    `fields` and `sets` are by our names, those that `bot.toml` uses: what a record holds, and what can be set to words (a note or comment
    among it). Without `fields` nobody tells of records of this kind.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


Call = Annotated[str, Field(pattern=r"^(GET|POST|PUT|PATCH|DELETE) /\S*$")]
"""A request: a method and a path, in which `*` stands for one part."""


class About(Table):
    """The facts of one connector.

    `scopes` are the rights that it needs, each with the calls that need it; `unscoped` are calls that need no right besides the
    sign-in. `redact` are fields that must not stand in logs or leave for a language model, by the vendor's names;
    `redact_ours` the same by ours, where these are others. `workflows` write there.
    `deletions`: whether it tells of what is deleted, so that a rule of `[alerts]` may wait for it.
    """

    name: str
    title: str
    auth: str
    scopes: dict[str, tuple[Call, ...]]
    unscoped: tuple[Call, ...] = ()
    webhook: str
    workflows: tuple[str, ...]
    deletions: bool = True
    redact: tuple[str, ...] = ()
    redact_ours: tuple[str, ...] = ()
    settings: dict[str, Setting]
    pace: dict[str, PaceTable]
    objects: dict[str, ObjectTable]

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """Which settings turn it on once all of them are set: a list for each way to sign in, the usual way first."""
        return ways(self.settings)

    @property
    def switch(self) -> tuple[str, ...]:
        """Those of the usual way."""
        return self.ways[0]

    @property
    def more(self) -> tuple[str, ...]:
        """The settings that may be set besides."""
        return tuple(name for name in self.settings if not any(name in way for way in self.ways))

    def is_on(self, settings: Settings) -> bool:
        """Whether every setting of one way to switch it on is set."""
        return any(all(settings.value(name) for name in way) for way in self.ways)

    @property
    def unseen(self) -> frozenset[str]:
        """Fields in our words that no log may show."""
        return frozenset(name.casefold() for name in (*self.redact, *self.redact_ours))

    @property
    def hint(self) -> str:
        """How to connect it, in one sentence."""
        *many, last = self.switch
        names = f"{', '.join(many)} and {last}" if many else last
        return f"{self.title} is not connected. An operator sets {names}, or starts with --sandbox to try it."


@functools.cache
def abouts() -> Mapping[str, About]:
    """Every connector that there is, by name, in the order of the alphabet; looked for once."""
    return found()


def found() -> Mapping[str, About]:
    """The same, looked for now."""
    files = sorted(FOLDER.glob(f"*/{FILE}"))
    return {file.parent.name: read(file) for file in files}


def read(file: Path) -> About:
    """One file. Raises ValidationError for a key that is missing or that nobody knows: then the program is not whole."""
    return About.model_validate({"name": file.parent.name, **tomllib.loads(file.read_text(encoding="utf-8"))})
