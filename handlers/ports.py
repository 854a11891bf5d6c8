"""What handlers need from the world. A handler names the ports it touches in its signature; the program binds them once."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from handlers.material import Material
from handlers.models import Attachment, Call, Decision, Draft, Person, Place, Policy, Record, Source, State, Utterance
from knowledge.models import ASKED, Answer, Document, Origin, Passage

T = TypeVar("T")
Tie = Literal["person", "company", "case"]
"""How two records of different systems can belong together."""


class Search(Protocol):
    """Ranked passages of the knowledge base that an audience may read."""

    async def __call__(
        self, question: str, *, audience: AbstractSet[str], k: int = 10, history: Sequence[str] = ()
    ) -> Sequence[Passage]:
        """Up to `k` passages, best first."""
        ...


class Answers(Protocol):
    """Cited answers from the knowledge base."""

    async def __call__(
        self,
        question: str,
        *,
        audience: AbstractSet[str],
        history: Sequence[str] = (),
        quoted: bool = False,
        origin: Origin = ASKED,
    ) -> Answer:
        """An answer with citations and a confidence, or an abstention in words. `quoted` asks no language model.

        A question that is made of a record has its `origin`, so that what must not reach a model does not.
        """
        ...


class Readable(Protocol):
    """Whether documents of the knowledge base may be read."""

    async def __call__(self, document_ids: Iterable[str], *, audience: AbstractSet[str]) -> frozenset[str]:
        """Those of the documents that are there and that the audience may read now."""
        ...


class Links(Protocol):
    """What other systems hold about the same person, company or case, as far as it was read before."""

    async def __call__(self, record: Record, what: Tie, *, place: Place) -> Sequence[Source]:
        """A line a record, the surest first. Only ids and titles, and only from systems that the commands of the place read."""
        ...


class Writes(Protocol):
    """The writing side of every system. Only `handlers.approvals` is given it."""

    async def write(self, draft: Draft) -> str:
        """Write exactly the draft's changes, guarded against a record that moved, marked with the draft's id and version.

        Returns the address of the record for people. Raises Stale when the vendor's guard refused, Invalid when the vendor
        refused the content, Unavailable when nothing took effect, Unknown when nobody can say.
        """
        ...

    async def reread(self, draft: Draft) -> Record:
        """The record as it is now."""
        ...

    async def landed(self, draft: Draft) -> bool:
        """Whether this very draft's write took effect, by our marker. Raises Unknown where the system does not tell."""
        ...


class Rereads(Protocol):
    """The record of a draft, as it is now."""

    async def __call__(self, draft: Draft) -> Record:
        """NotFound when it is gone, Invalid when its system is not connected any more."""
        ...


class Similar(Protocol):
    """Nearest neighbours by meaning."""

    async def __call__(self, record: Record, pool: Sequence[Record], *, limit: int) -> Sequence[tuple[Record, float]]:
        """The `limit` records of `pool` nearest to `record` with their cosine, nearest first."""
        ...


class Drafts(Protocol):
    """The state of record of drafts. Every method is one transaction and names its audit row."""

    async def keep(self, draft: Draft, *, call: Call, policy: Policy, absorbs: Draft | None = None) -> Draft:
        """Store a new draft with its policy and expiry. The same call keeps one draft however often it is run.

        `absorbs` is a waiting draft that it holds from now on, and that ends with it. Raises Stale when somebody was at that one.
        """
        ...

    async def read(self, draft: str) -> Draft:
        """The newest version. NotFound when there is none."""
        ...

    async def whole(self, draft: str) -> Draft:
        """What is decided on with this draft in it: itself, the bundle that it is an item of, or the one that took it up since."""
        ...

    async def waiting(self) -> Sequence[Draft]:
        """Pending drafts, oldest first."""
        ...

    async def approve(self, decision: Decision, *, without: AbstractSet[str] = frozenset()) -> Draft:
        """Record one approval; with the last one needed the draft is approved and its write job exists, or none of it.

        Approvals of the voters in `without` do not count. Raises Stale, AlreadyDecided, Expired.
        """
        ...

    async def reject(self, decision: Decision) -> Draft:
        """End the draft. Raises Stale, AlreadyDecided, Expired."""
        ...

    async def amend(self, decision: Decision, edited: Draft) -> Draft:
        """Replace the version the decision names by `edited`; its votes lapse. Raises Stale, AlreadyDecided, Expired."""
        ...

    async def taken(self, decision: Decision) -> Draft | None:
        """The newest version when this very press has had its effect already; None when it has not."""
        ...

    async def begin(self, draft: str, version: int) -> tuple[Draft, bool] | None:
        """Write the intent row before anything is sent; the draft, and whether this is the first attempt. False: an earlier one
        may have sent it, so read back first. None: this version is not to be written, or its end stands already.

        Raises NotAllowed when the stored draft is not what its approvals signed, or they are too few.
        """
        ...

    async def release(self, draft: str, version: int) -> None:
        """Take the intent back, because this very attempt certainly sent nothing: the draft is approved and not being written."""
        ...

    async def conclude(
        self, draft: str, version: int, state: State, outcome: str, *, successor: Draft | None = None, final: bool = False
    ) -> Draft:
        """Write the outcome row, the audit row and the job that amends the cards; keep the successor draft, if any.

        An item of a bundle makes the next one begin, or ends all that follow; an unknown one only when that is `final`.
        """
        ...

    async def refuse(self, decision: Decision, reason: str) -> None:
        """Put a refused attempt on the audit trail."""
        ...


class Policies(Protocol):
    """Who may decide what, from `bot.toml`."""

    def __call__(self, draft: Draft) -> Policy:
        """The most specific policy for the draft's `<connector>.<workflow>`, with what its risk tiers demand on top."""
        ...


class Projects(Protocol):
    """Where new issues go, from `bot.toml`."""

    def __call__(self, place: Place) -> str:
        """The key of the project for issues from a place; empty where none is named."""
        ...


class Talk(Protocol):
    """What people said in a place, as far as the platform or our own store tells."""

    async def __call__(
        self, place: Place, *, since: datetime | None = None, last: int = 0, link: str = ""
    ) -> Sequence[Utterance]:
        """Oldest first: the thread of the place, or of the message at `link`; else the channel since a time, or its `last` messages.

        Without what the bot itself said. Raises Invalid for a link that leads elsewhere: only those who are there may read it.
        """
        ...


class Files(Protocol):
    """The files that people send."""

    async def __call__(self, file: Attachment, *, place: Place) -> str:
        """The text of one, without what a reader would not see. Raises Invalid, NotFound, Unavailable, NotAllowed."""
        ...


class Documents(Protocol):
    """Documents at an address: of the knowledge base, where the audience may read them there, else of the web."""

    async def __call__(self, url: str, *, audience: AbstractSet[str]) -> Document:
        """The document with its text and source. Raises Invalid for an address or a kind that is not opened, NotFound, Unavailable."""
        ...


class Persons(Protocol):
    """Who stands behind a name, as things are now."""

    async def __call__(self, name: str) -> Person:
        """The person with this id or e-mail address; somebody unknown is in no group. Raises Unavailable."""
        ...


class Clock(Protocol):
    """Wall-clock time, in UTC."""

    def __call__(self) -> datetime:
        """Now."""
        ...


class Guide(Protocol):
    """What the bot can say about itself."""

    def help(self, person: Person, place: Place) -> str:
        """The commands that this person may use in this place, one a line."""
        ...

    def flows(self) -> str:
        """Where data flows: from which system into which workflow, through which model, and what is written where."""
        ...

    async def status(self) -> str:
        """What is connected and how it is, one a line."""
        ...


class DeadLetters(Protocol):
    """Jobs that have ended without success, for those who run the bot. Whoever calls anything else has asked `admits` before."""

    def admits(self, person: Person) -> bool:
        """Whether `[admins]` names this person, by an id, an e-mail address or a group; it names nobody by default."""
        ...

    async def list(self) -> Sequence[str]:
        """The latest of them, one a line, with nothing private in it."""
        ...

    async def show(self, name: str) -> str:
        """One of them with what it carries, nothing private in it. Raises NotFound."""
        ...

    async def replay(self, name: str, *, by: str) -> str:
        """Make one due again, on the audit trail; what came of it, in words. Raises NotFound, Invalid."""
        ...

    async def replay_with(self, name: str, given: Mapping[str, str], *, by: str) -> str:
        """Make one due again with other values in what it carries, by their dotted paths; what is another one now, nothing private in it.

        Raises NotFound, Invalid, and NotAllowed for what a person said, decided or approved.
        """
        ...

    async def replay_all(self, kind: str, *, by: str) -> str:
        """Make all of one kind due again, oldest first; what came of it, in words."""
        ...


class Model(Protocol):
    """A language model behind its gate: nothing private reaches it, and nothing it says comes back unchecked."""

    async def __call__(
        self,
        prompt: str,
        kind: type[T],
        *,
        material: Sequence[Material],
        people: Sequence[str] = (),
        audience: AbstractSet[str],
    ) -> T:
        """An answer to the prompt of this name, as a `kind`: a frozen dataclass of texts, numbers, choices and tuples of them.

        `people` are names, addresses and numbers of those on the record; `audience` is who will read the answer. Raises NoModel.
        """
        ...
