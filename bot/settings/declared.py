"""The settings of connectors: each connector declares its own in the `[settings]` of its `about.toml`, and nothing here names one.

The files are read as data: this room lies below the connectors and imports none of them.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.addresses import address_problem

FOLDER = Path(__file__).resolve().parents[1] / "connectors"
FILE = "about.toml"


class Setting(BaseModel):
    """One setting of a connector.

    | kind | what it holds |
    | --- | --- |
    | url | an address; plain http on this machine only |
    | text | anything, or what `pattern` matches; `like` shows how that looks |
    | secret | a value that is never shown |
    | secrets | the same, and two values separated by a comma while it is rotated |

    `switch`: the connector is on once all of these are set. Where it can be signed in to in several ways, `way` names the one that needs
    this setting besides, and one way is enough. `default` holds where none is given; `meaning` is for the documentation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["url", "text", "secret", "secrets"]
    meaning: str
    switch: bool = False
    way: str = ""
    default: str = ""
    pattern: str = ""
    like: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether it is never shown."""
        return self.kind in ("secret", "secrets")

    @property
    def shows_intent(self) -> bool:
        """Whether who sets this wants the system: a detail that has no value of its own, and no secret of a webhook."""
        return self.switch or (bool(self.way) and self.kind != "secrets") or (not self.default and not self.is_secret)


class Kind(BaseModel):
    """A kind of record: what it holds and what can be set to words, by our names. Without `fields` it is not known what it holds."""

    model_config = ConfigDict(frozen=True)

    fields: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


class System(BaseModel):
    """What `about.toml` says of one system, as far as settings go; the rest of the file is the connectors' own to read.

    The keys of `objects` are its kinds of records, as the vendor writes them. `deletions`: whether it tells of what is deleted.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    deletions: bool = True
    settings: dict[str, Setting] = Field(min_length=1)
    objects: dict[str, Kind] = Field(default={})

    @property
    def told(self) -> Mapping[str, Kind]:
        """The kinds of which events can be told, as events name them: those of which it is known what they hold, else all."""
        known = {name.lower(): kind for name, kind in self.objects.items() if kind.fields}
        return known or {name.lower(): kind for name, kind in self.objects.items()}


@functools.cache
def systems() -> Mapping[str, System]:
    """Every connector that there is, by the name of its folder. Raises ValidationError: then the program is not whole."""
    found: dict[str, System] = {}
    for file in sorted(FOLDER.glob(f"*/{FILE}")):
        found[file.parent.name] = System.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def fields() -> dict[str, Any]:
    """Every declared setting as a field of Settings, under its name in lower case."""
    return {
        name.lower(): (SecretStr, SecretStr(one.default)) if one.is_secret else (str, one.default)
        for system in systems().values()
        for name, one in system.settings.items()
    }


CONFIG: SettingsConfigDict = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True)

if TYPE_CHECKING:

    class Declared(BaseSettings):
        """The settings that connectors declare; read them with `Settings.value`, for their names are only known as the program starts."""

else:
    Declared = create_model("Declared", __base__=type("Plain", (BaseSettings,), {"model_config": CONFIG}), **fields())


def problems(values: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the settings of connectors, one sentence each. `values` are by their names in the environment."""
    for system in systems().values():
        for name, one in system.settings.items():
            yield from problem(name, one, values[name])
        if sentence := half(system, values):
            yield sentence


def problem(name: str, one: Setting, value: str) -> Iterator[str]:
    """What is wrong with one value by itself."""
    if one.kind == "url" and (wrong := address_problem(name, value, private=False)):
        yield wrong
    if one.kind == "secrets" and (wrong := pair_problem(name, value)):
        yield wrong
    if value and one.pattern and not re.fullmatch(one.pattern, value):
        yield f"{name} must look like {one.like}, not {value!r}"


def ways(settings: Mapping[str, Setting]) -> tuple[tuple[str, ...], ...]:
    """Which settings turn a connector on: a list for each way to sign in, in the order in which they are declared."""
    names = dict.fromkeys(one.way for one in settings.values() if one.way) or {"": None}
    return tuple(tuple(name for name, one in settings.items() if one.switch or (way and one.way == way)) for way in names)


def half(system: System, values: Mapping[str, str]) -> str:
    """What is missing where only some of a system's settings are there, or two ways to sign in were begun; empty otherwise."""
    known, every = system.settings, ways(system.settings)
    begun = [[name for name in way if values[name] and known[name].way and known[name].shows_intent] for way in every]
    if len(both := [way[0] for way in begun if way]) > 1:
        return f"{system.title} can be signed in to in one way only: set {both[0]} or {both[1]}, not both"
    chosen = next((way for way, own in zip(every, begun, strict=True) if own), every[0])
    missing = [name for name in chosen if not values[name]]
    wanted = any(values[name] for name, one in known.items() if one.shows_intent)
    return f"{system.title} is half configured: set {', '.join(missing)} too" if wanted and missing else ""


def pair_problem(name: str, secret: str) -> str:
    """Why a secret that may be two while it is rotated cannot be used; empty when it can, or is not set."""
    parts = [part.strip() for part in secret.split(",")] if secret else []
    if len(parts) > 2 or (parts and not all(parts)):  # noqa: PLR2004 - the new one and the old one
        return f"{name} must be one value, or the new and the old one separated by a comma"
    return ""
