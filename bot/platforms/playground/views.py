"""What the page's templates are given: plain data, already cleaned, nothing left to decide."""

from dataclasses import dataclass

from bot.cards.views import CardView, Moment, Piece, SourceView, Sureness


@dataclass(frozen=True, slots=True)
class OfferView:
    """A button under a reply."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a post. `url` is the page's own; `alt` says the same in words."""

    url: str
    alt: str


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
    note: str = ""
    offers: tuple[OfferView, ...] = ()
    files: tuple[str, ...] = ()
    picture: PictureView | None = None
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
