"""What handlers need from the world. A handler names the ports it touches in its signature; the program binds them once."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from handlers.material import Material
from handlers.models import Call, Decision, Draft, Person, Place, Policy, Record, Source, State
from knowledge.models import ASKED, Answer, Origin, Passage

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


class Records(Protocol):
    """The reading side of one system of record."""

    async def read(self, name: str) -> Record:
        """One record by its id or key. NotFound when it is not there or not for us; Invalid when the id has no such shape."""
        ...

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Up to `limit` records of the same kind that people have dealt with, latest first, `like` itself left out."""
        ...


class Leads(Records, Protocol):
    """The people in a CRM who may become customers, as `/lead` sees them.

    Their records hold, each as text and empty where the system does not know it: `name`, `email`, `job`, `company`, `industry`,
    `employees` (how many), `country`, `phone`, `stage` and `status` (what they are to us, in the system's words), `outcome` (`won`
    or `lost`, empty while their story goes on; the people of `past` have one), `source` (where they come from), `visits` (pages looked at), `forms` (how many were sent), `form` (the last one's name), `replied` and `active` (ISO
    dates of the last answer and the last sign of life); `owner` and `company_owner` as a Ref or None; and `score` where a field
    for it is configured, which is absent otherwise. A draft may change `score` and `owner`, or else add a `note`.
    """

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:
        """Up to `limit` people by an e-mail address, or by a name. None is an empty answer."""
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

    async def keep(self, draft: Draft, *, call: Call, policy: Policy) -> Draft:
        """Store a new draft with its policy and expiry. The same call keeps one draft however often it is run."""
        ...

    async def read(self, draft: str) -> Draft:
        """The newest version. NotFound when there is none."""
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

    async def begin(self, draft: str, version: int) -> tuple[Draft, bool] | None:
        """Write the intent row before anything is sent; the draft, and whether this is the first attempt. False: an earlier one
        may have sent it, so read back first. None: this version is not to be written, or its end stands already.

        Raises NotAllowed when the stored draft is not what its approvals signed, or they are too few.
        """
        ...

    async def release(self, draft: str, version: int) -> None:
        """Take the intent back, because this very attempt certainly sent nothing: the draft is approved and not being written."""
        ...

    async def conclude(self, draft: str, version: int, state: State, outcome: str, *, successor: Draft | None = None) -> Draft:
        """Write the outcome row, the audit row and the job that amends the cards; keep the successor draft, if any."""
        ...

    async def refuse(self, decision: Decision, reason: str) -> None:
        """Put a refused attempt on the audit trail."""
        ...


class Policies(Protocol):
    """Who may decide what, from `bot.toml`."""

    def __call__(self, draft: Draft) -> Policy:
        """The most specific policy for the draft's `<connector>.<workflow>`, with what its risk tiers demand on top."""
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
    """Jobs that have ended without success, for those who run the bot. Whoever calls `list` or `replay` has asked `admits` before."""

    def admits(self, person: Person) -> bool:
        """Whether `[admins]` names this person, by an id, an e-mail address or a group; it names nobody by default."""
        ...

    async def list(self) -> Sequence[str]:
        """The latest of them, one a line, with nothing private in it."""
        ...

    async def replay(self, name: str, *, by: str) -> str:
        """Make one due again, on the audit trail; what came of it, in words. Raises NotFound, Invalid."""
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
