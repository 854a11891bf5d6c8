"""What the page's templates are given: plain data, already cleaned, nothing left to decide."""

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

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision, so that it has buttons."""
        return self.state == "pending"

    @property
    def is_edited(self) -> bool:
        """Whether people see a later version than the first."""
        return self.version > 1


@dataclass(frozen=True, slots=True)
class PostView:
    """Something that was said, as one viewer sees it. `root` is the post its thread hangs from, itself included."""

    id: int
    root: int
    channel: str
    author: str
    initials: str
    is_bot: bool
    is_mine: bool
    is_private: bool
    is_trouble: bool
    is_asking: bool
    at: Moment
    pieces: tuple[Piece, ...]
    sources: tuple[SourceView, ...] = ()
    sureness: Sureness | None = None
    card: CardView | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A post and what answers it, in order."""

    root: PostView
    replies: tuple[PostView, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody one can be on the page. `role` is what the person is to approvals, in a word."""

    id: str
    name: str
    initials: str
    role: str
    groups: str
    is_viewer: bool


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel that the viewer may open. `hint` says when the bot answers there."""

    id: str
    name: str
    hint: str
    is_open: bool
    is_alone: bool


@dataclass(frozen=True, slots=True)
class CommandView:
    """A line of the completion list; `inserts` is what picking it types."""

    usage: str
    help: str
    inserts: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a record in the side panel. `mark` is written, waiting, moved, same or empty."""

    field: str
    before: str
    proposed: str
    now: str
    mark: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """The side panel. `trouble` is a sentence where the record cannot be read now; then there are no `now` values."""

    draft: str
    system: str
    key: str
    title: str
    url: str
    state: str
    cells: tuple[Cell, ...]
    others: tuple[Cell, ...]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page for one viewer in one channel. `revision` is where its live stream goes on."""

    key: str
    revision: int
    viewer: PersonView
    people: tuple[PersonView, ...]
    channel: ChannelView
    channels: tuple[ChannelView, ...]
    threads: tuple[ThreadView, ...]
    commands: tuple[CommandView, ...]
    tries: tuple[str, ...]
