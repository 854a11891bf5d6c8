"""One evaluation case as it is written down in `handlers/cases/NAME.toml`, and the folder of them."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import handlers
from handlers.language import Language
from handlers.models import Record, Ref, Utterance, Value
from handlers.tickets import Comment

FOLDER = Path(handlers.__file__).with_name("cases")
FORBID = ConfigDict(extra="forbid", frozen=True)
LATELY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
"""Now, where a case does not say."""


class BadCasesError(Exception):
    """A file of cases cannot be read; the sentence says where."""


class Reference(BaseModel):
    """Something that a system knows by an id."""

    model_config = FORBID

    id: str
    label: str

    def ref(self) -> Ref:
        """As handlers see it."""
        return Ref(self.id, self.label)


Held = str | Reference | tuple[str, ...] | tuple[Reference, ...]


class Stored(BaseModel):
    """A record that is there. `of` names records that it hangs on: the deal or company of a person, the person or deal of an e-mail, the
    epic of an issue. `comments` are who said what under an issue and when, oldest first.
    """

    model_config = FORBID

    system: Literal["jira", "hubspot", "salesforce"] = "jira"
    kind: str = "issue"
    id: str
    title: str
    text: str = ""
    url: str = ""
    fields: Mapping[str, Held] = Field(default_factory=dict)
    of: tuple[str, ...] = ()
    comments: tuple[tuple[str, datetime, str], ...] = ()
    outside: bool = False

    def said(self) -> tuple[Comment, ...]:
        """What was said under it, for everybody on it."""
        return tuple(
            Comment(str(number), Ref(who, who), words, at, is_public=True, outside_text=False)
            for number, (who, at, words) in enumerate(self.comments, 1)
        )

    def record(self) -> Record:
        """As a connector would give it."""
        url = self.url or f"https://{self.system}.example/{self.id}"
        held = {name: value(one) for name, one in self.fields.items()}
        return Record(self.system, self.kind, self.id, "1", self.title, self.text, held, url, outside_text=self.outside)


class Page(BaseModel):
    """A document: a file that is sent, a page at an address, or one of the knowledge base."""

    model_config = FORBID

    name: str
    text: str
    url: str = ""


class Expected(BaseModel):
    """What has to come of it.

    `ends`: with a draft, a reply, or a sentence of refusal. `on`: the record of the draft (`jira/issue/SUP-7`, `new issue`). `fields`: exactly
    what a change sets. `keeps`: fields that no change touches. `has`: by part of the result, what one of its lines has to hold, each a
    text or several that stand in the same line. `only`: parts of which every line was expected. `lacks`: what stands nowhere.
    `language`: that of the field `text`. The parts of a result are told in `bot.cases.parts`.
    """

    model_config = FORBID

    ends: Literal["draft", "reply", "refusal"]
    on: str = ""
    fields: Mapping[str, str] = Field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    has: Mapping[str, tuple[str | tuple[str, ...], ...]] = Field(default_factory=dict)
    only: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    language: Language | None = None


class Case(BaseModel):
    """A world and a line that somebody types in it. `said` are speaker, time and words, `history` the turns of a thread before it.

    `values` is what may stand in a field of the project, `project` the one that is configured; `known` are documents of the knowledge base.
    """

    model_config = FORBID

    name: str
    line: str
    expects: Expected
    now: datetime = LATELY
    person: str = "Ada Novak"
    history: tuple[str, ...] = ()
    said: tuple[tuple[str, str, str], ...] = ()
    sent: Page | None = None
    page: Page | None = None
    known: tuple[Page, ...] = ()
    project: str = ""
    values: Mapping[str, tuple[Reference, ...]] = Field(default_factory=dict)
    records: tuple[Stored, ...] = ()

    def spoken(self) -> tuple[Utterance, ...]:
        """What was said in the place."""
        return tuple(Utterance(*one) for one in self.said)


class Cases(BaseModel):
    """A whole file. `records` and `values` are there in every case of it, besides its own."""

    model_config = FORBID

    case: tuple[Case, ...]
    records: tuple[Stored, ...] = ()
    values: Mapping[str, tuple[Reference, ...]] = Field(default_factory=dict)

    def whole(self) -> tuple[Case, ...]:
        """The cases with what they share."""
        shared = {"records": self.records, "values": self.values}
        return tuple(
            one.model_copy(update={"records": (*self.records, *one.records), "values": one.values or shared["values"]})
            for one in self.case
        )


def value(held: Held) -> Value:
    """A value as handlers see it."""
    match held:
        case str():
            return held
        case Reference():
            return held.ref()
        case _:
            words = tuple(one for one in held if isinstance(one, str))
            return words or tuple(one.ref() for one in held if isinstance(one, Reference))


def workflows(folder: Path = FOLDER) -> tuple[str, ...]:
    """The workflows that have cases."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def cases(workflow: str, folder: Path = FOLDER) -> tuple[Case, ...]:
    """The cases of a workflow. Raises BadCasesError."""
    path = folder / f"{workflow}.toml"
    try:
        return Cases.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).whole()
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as wrong:
        raise BadCasesError(f"The cases of {workflow} cannot be read from {path}: {wrong}") from wrong
