"""A card as plain data: cleaned, and nothing left to decide. Every platform draws it in its own way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. `url` makes it a link; `mark` above 0 the mark of that citation; `style` may be `strong` or `code`."""

    text: str
    url: str = ""
    mark: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, for machines and in words. `relative` is empty where it would say nothing new."""

    iso: str
    words: str
    relative: str = ""


@dataclass(frozen=True, slots=True)
class Sureness:
    """A confidence. `percent` is 0 to 100, `level` is high, medium or low."""

    percent: int
    level: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """Something that can be looked up. `url` is empty or http(s); `quote` is verbatim but for invisible characters and marks of style."""

    number: int
    title: str
    url: str = ""
    quote: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a proposed change. `is_long` wants room of its own; `saw` stands only in a three-way card."""

    field: str
    before: str
    after: str
    saw: str = ""
    sureness: Sureness | None = None
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be picked. `value` is the vendor's id, `label` what people read."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """How one field is edited: `select` (one option), `checks` (several), `words` (long text), `line` (short text).

    `is_cleaned` says that `value` is not what the proposal holds: characters that nobody can see were taken out.
    """

    field: str
    kind: str
    value: str = ""
    options: tuple[Option, ...] = ()
    is_cleaned: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """One change of a bundle: the record that it is of, and how it stands. `outcome` is empty where it is the address."""

    number: int
    system: str
    key: str
    title: str
    url: str
    state: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as it stands on the page; see INTERFACES in the project's documentation for what it has to show."""

    id: str
    version: int
    state: str
    workflow: str
    system: str
    key: str
    title: str
    url: str
    lines: tuple[Line, ...]
    inputs: tuple[Input, ...]
    reasons: tuple[str, ...]
    sources: tuple[SourceView, ...]
    who: str
    progress: str
    asked_by: str
    expires: Moment | None
    verdict: str = ""
    decided: Moment | None = None
    outcome: str = ""
    outcome_url: str = ""
    follows: str = ""
    undoes: str = ""
    editor: str = ""
    is_tainted: bool = False
    has_invisible: bool = False
    is_shadow: bool = False
    items: tuple[ItemView, ...] = ()

    @property
    def is_decidable(self) -> bool:
        """Whether it has buttons: it waits, and a decision would have an effect."""
        return self.is_open and not self.is_shadow

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == "pending"

    @property
    def is_edited(self) -> bool:
        """Whether people see a later version than the first."""
        return self.version > 1
