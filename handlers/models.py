"""The nouns that handlers speak in. Frozen, free of any platform, vendor or database."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from handlers.people import EVERYONE, Person, Place
from handlers.record import Record
from handlers.speech import MOST_OFFERS, Attachment, Offer, Picture, Utterance
from handlers.values import Item, Ref, Value, canonical, meant, plain, same, shown

PRIVATE_NOTE, PUBLIC_REPLY = "private note", "public reply"
"""What a change of `visibility` says of the words in the same draft: only colleagues read them, or the customer does, too."""
DRAFT_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""Digits and letters that nobody mistakes for one another when reading an id aloud."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of one person. `id` is the same for every delivery of the request, so its effect can be made once.

    `message` names the message that the request is about, where it was made on one: it is the same for everybody who asks about it.
    `history` are earlier turns of the thread, oldest first. `outside` says that the words of the argument are not the asking person's own;
    a draft of such a call is marked. `authors` are the names of who said them, where that is known: they are authors of what the draft
    is made from.
    """

    id: str
    command: str
    argument: str
    person: Person
    place: Place
    history: tuple[Utterance, ...] = ()
    files: tuple[Attachment, ...] = ()
    message: str = ""
    outside: bool = False
    authors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it is, what it should become.

    `choices` are the values a person may pick from when editing; none means free text. `saw` is what the field held when the
    person first decided, where a stale draft was drawn up again (the third way of a three-way diff).
    """

    field: str
    before: Value
    after: Value
    choices: tuple[Ref, ...] | tuple[str, ...] = ()
    saw: Value = None


@dataclass(frozen=True, slots=True)
class Source:
    """Something a reason rests on: a similar record, or the document of the knowledge base with this id. `quote` is verbatim."""

    title: str
    url: str = ""
    quote: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may decide a draft, how many of them, and for how long. Entries of `approvers`: see `bot.toml`.

    `tier` names the risk that was found in the change; who decides has to be in every list of `also` too. `shadow` says that the
    draft is for looking only: nobody decides it, and no way leads from it to a system.
    """

    approvers: tuple[str, ...] = ("*",)
    quorum: int = 1
    requester_may_approve: bool = True
    expires: timedelta = timedelta(hours=24)
    remind_after: timedelta = timedelta(hours=4)
    delegate_to: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tier: str = ""
    also: tuple[tuple[str, ...], ...] = ()
    shadow: bool = False


class State(StrEnum):
    """The life of a draft. What is written in capitals below ends it.

    pending -> approved -> writing -> WRITTEN | STALE | FAILED | UNKNOWN
    pending -> REJECTED | EXPIRED | SUPERSEDED
    """

    PENDING = "pending"
    APPROVED = "approved"
    WRITING = "writing"
    WRITTEN = "written"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    STALE = "stale"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """What a person may do to a draft that waits."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's decision on one version, as it was recorded. `person` has one vote, `actor` is the id under which it was cast."""

    verb: Verb
    version: int
    person: str
    name: str
    at: datetime
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed change of one record, exactly as people see it. Nothing is written that is not in `changes`.

    `subject` names what it is about: while a draft is open, another request for the same thing is answered with it. Empty: nothing else can
    be about the same. `version` starts at 1 and grows by one with every edit. `confidence` is 0 to 1 per field. `tainted` says that text from
    outside the company shaped it. `follows` names the draft after which the record moved (the card then is three-way), `undoes` the one
    that this takes back, `editor` the name of the person who made a later version. `state`, `votes`, `outcome` and `expires` are filled in by the store.
    `items` are drafts that are decided together, in the order of their writing (see `handlers.bundles`), `parent` the bundle of an item.
    """

    id: str
    workflow: str
    record: Record
    changes: tuple[Change, ...]
    asked_by: Person
    place: Place
    reasons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)
    tainted: bool = False
    version: int = 1
    follows: str = ""
    undoes: str = ""
    editor: str = ""
    state: State = State.PENDING
    votes: tuple[Vote, ...] = ()
    policy: Policy = field(default_factory=Policy)
    expires: datetime | None = None
    outcome: str = ""
    items: tuple["Draft", ...] = ()
    parent: str = ""
    subject: str = ""

    @classmethod
    def of(cls, workflow: str, record: Record, changes: Iterable[Change], *, call: Call) -> Self:
        """A new draft with an id of its own: eight characters that can be read aloud, about 39 bits."""
        name = "".join(secrets.choice(DRAFT_ALPHABET) for _ in range(8))
        outside, about = record.outside_text or call.outside, subject(workflow, record, call)
        of_all = replace(record, author=record.author | call.authors)
        return cls(name, workflow, of_all, tuple(changes), call.person, call.place, tainted=outside, subject=about)

    @property
    def policy_name(self) -> str:
        """The name under which `bot.toml` holds this draft's approval policy."""
        return f"{self.record.system}.{self.workflow}"

    @property
    def digest(self) -> str:
        """SHA-256 over canonical JSON of everything a person is shown and asked to sign."""
        signed = {
            "id": self.id,
            "version": self.version,
            "workflow": self.workflow,
            "record": [self.record.key, self.record.version, self.record.title, self.record.url],
            "changes": [[c.field, plain(c.before), plain(c.after), plain(c.saw)] for c in self.changes],
            "follows": self.follows,
            "reasons": self.reasons,
            "sources": [{"title": s.title, "url": s.url, "quote": s.quote} for s in self.sources],
            "confidence": dict(self.confidence),
            "tainted": self.tainted,
            "asked_by": [self.asked_by.id, self.asked_by.name],
            **({"undoes": self.undoes} if self.undoes else {}),
            **({"editor": self.editor} if self.editor else {}),
            **({"items": [item.digest for item in self.items]} if self.items else {}),
        }
        return hashlib.sha256(canonical(signed)).hexdigest()

    def edited(self, values: Mapping[str, Value], *, by: str = "") -> Self:
        """The next version, with other values for some fields. Fields that are not in the draft are not added.

        A confidence was in the value that stood there: it goes with it.
        """
        other = {c.field for c in self.changes if c.field in values and not same(c.after, values[c.field])}
        changes = (replace(c, after=values[c.field]) if c.field in values else c for c in self.changes)
        kept = tuple(c for c in changes if not same(c.after, c.before))
        sure = {name: share for name, share in self.confidence.items() if name not in other}
        return replace(self, version=self.version + 1, changes=kept, confidence=sure, editor=by, votes=())

    @property
    def approvals(self) -> int:
        """How many people have approved this version so far."""
        return len({vote.person for vote in self.votes if vote.verb is Verb.APPROVE and vote.version == self.version})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person pressed: an opaque draft id and version, a verb, and for an edit the new values as typed.

    `press` is the same however often one press is taken up; empty where nothing takes it up again.
    """

    draft: str
    version: int
    verb: Verb
    person: Person
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)
    press: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says, before any platform gives it a shape.

    `private` is shown to the asking person only. `waiting` are drafts to show as live cards. `aside` is what this person may
    know beyond what everybody in the place may: it is said to the person alone. `note` is one sentence on how it was made.
    `offers` are what one may ask for next by a press, at most MOST_OFFERS.
    `picture` goes with the words, and its own words are said where it cannot be shown.
    `again` says that the draft was there already when somebody asked for the same thing.
    """

    text: str
    citations: tuple[Source, ...] = ()
    confidence: float | None = None
    draft: Draft | None = None
    waiting: tuple[Draft, ...] = ()
    private: bool = False
    trouble: bool = False
    abstained: bool = False
    aside: "Reply | None" = None
    note: str = ""
    offers: tuple[Offer, ...] = ()
    picture: Picture | None = None
    again: bool = False


def subject(workflow: str, record: Record, call: Call) -> str:
    """What a draft is about: a workflow on a record as it is now, or the message from which a new record is to be made.

    A hash, for ids of records and messages may be long. A new record that nothing but a command asked for is about nothing else.
    """
    about = [workflow, record.key, record.version]
    if record.is_new:
        if not call.message:
            return ""
        about = [workflow, record.system, record.kind, call.message]
    return hashlib.sha256(canonical(about)).hexdigest()


__all__ = [
    "DRAFT_ALPHABET", "EVERYONE", "MOST_OFFERS", "PRIVATE_NOTE", "PUBLIC_REPLY", "Attachment", "Call", "Change", "Decision", "Draft", "Item", "Offer", "Person", "Picture", "Place", "Policy", "Record",
    "Ref", "Reply", "Source", "State", "Utterance", "Value", "Verb", "Vote", "canonical", "meant", "plain", "same", "shown",
]  # fmt: skip
