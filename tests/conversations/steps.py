"""What a scenario is made of: frozen steps that people take, and steps that say what somebody reads then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EVERYWHERE = ("slack", "teams", "playground")


@dataclass(frozen=True)
class Ask:
    """A question in the channel, with a mention of the bot."""

    person: str
    words: str


@dataclass(frozen=True)
class Tell:
    """Something said in a direct message."""

    person: str
    words: str


@dataclass(frozen=True)
class Send:
    """Something said in a direct message, with a file."""

    person: str
    words: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Chat:
    """Something said in the channel that is not meant for the bot."""

    person: str
    words: str


@dataclass(frozen=True)
class FollowUp:
    """Something said in the thread of the newest answer."""

    person: str
    words: str


@dataclass(frozen=True)
class Command:
    """A command. `{draft}` in it is the newest draft's id, `{alert}` the id of the worst alert."""

    person: str
    line: str


@dataclass(frozen=True)
class Press:
    """A button of the newest card, or of the card that was looked at under this name."""

    person: str
    verb: str
    values: Mapping[str, str] = field(default_factory=dict)
    on: str = ""


@dataclass(frozen=True)
class Choose:
    """A button under a reply, by what it says."""

    person: str
    label: str


@dataclass(frozen=True)
class Look:
    """Remember the newest card as it stands now."""

    name: str


@dataclass(frozen=True)
class Vote:
    """A thumb under the newest answer."""

    person: str
    verdict: str


@dataclass(frozen=True)
class Share:
    """Share the newest private answer."""

    person: str


@dataclass(frozen=True)
class Reads:
    """This person reads one text with all of these words. `buttons` are those of the card that it is."""

    person: str
    words: tuple[str, ...]
    buttons: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Alone:
    """The same, and nobody else reads it."""

    person: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """Somebody changes the record in the vendor's own pages."""

    system: str
    record: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Linked:
    """An issue and a ticket that are known to be the same case."""

    issue: str
    ticket: str


@dataclass(frozen=True)
class Breaks:
    """A write whose answer never comes, and nobody can look whether it took effect until it is mended."""

    system: str


@dataclass(frozen=True)
class Mends:
    """The system works again."""

    system: str


@dataclass(frozen=True)
class Opens:
    """From now on everybody may read a document of the knowledge base."""

    document: str


@dataclass(frozen=True)
class Wrong:
    """Something is seen in a record that the channel is to know, or that it is no longer so. `minute` is when."""

    record: str
    title: str
    holds: bool = True
    minute: int = 0
    rule: str = "jira.issue.updated"
    severity: str = "warning"


@dataclass(frozen=True)
class TimePasses:
    """Whatever is due some day is due now."""


@dataclass(frozen=True)
class Understood:
    """How the last question was put to the knowledge base, and with which turns of the thread right before it (first lines)."""

    question: str
    turns: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """What stands in the bot's figures about an answer."""

    question: str
    up: int
    down: int


@dataclass(frozen=True)
class Written:
    """A write in a system's own ledger, with these fields of its body. The record may be left open where the system numbers it."""

    system: str
    record: str
    fields: Mapping[str, Any]


Step = (
    Ask | Tell | Send | Chat | FollowUp | Command | Press | Choose | Look | Vote | Share | Reads | Alone | Moved | Linked | Breaks | Mends | Opens | Wrong | TimePasses | Understood | Judged
)  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A conversation from its first word to its end. `writes` is everything that the systems of record were asked to change.

    `rules` go over the tables of `bot.toml`. `stages` are where it can be held, where that is not everywhere. `says` is what a
    language model answers, by the name of the kind that it is asked for; with nothing there is no model. `in_order` is false where the bot
    speaks by itself while it answers: which of both is read first is chance.
    """

    name: str
    steps: tuple[Step, ...]
    writes: tuple[Written, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    stages: tuple[str, ...] = EVERYWHERE
    says: Mapping[str, Any] = field(default_factory=dict)
    in_order: bool = True
