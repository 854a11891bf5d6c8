"""The reading sides of the systems of record, as handlers see them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from handlers.models import Change, Record, Ref
from handlers.tickets import Comment


class Records(Protocol):
    """The reading side of one system of record."""

    async def read(self, name: str) -> Record:
        """One record by its id or key. NotFound when it is not there or not for us; Invalid when the id has no such shape."""
        ...

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Up to `limit` records of the same kind that people have dealt with, latest first, `like` itself left out."""
        ...


class Issues(Records, Protocol):
    """The reading side of a system of issues."""

    async def alike(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Up to `limit` issues of the same project with telling words of `like` in their text, latest first, `like` itself left out."""
        ...

    async def children(self, names: Sequence[str], *, limit: int) -> Sequence[Record]:
        """Up to `limit` issues that stand right under one of these, as those of an epic do, the oldest first. Raises as `read`."""
        ...

    async def comments(self, name: str) -> Sequence[Comment]:
        """What was said under an issue, oldest first. Raises as `read`."""
        ...

    async def values(self, project: str) -> Mapping[str, Sequence[Ref]]:
        """What may stand in `type`, `priority` and `component` of a project's issues, in the system's own order.

        Raises NotFound for a project that is not there or not for us, Invalid for what is no project's name.
        """
        ...

    async def projects(self) -> Sequence[str]:
        """The keys of the projects that are for us."""
        ...


class Tickets(Records, Protocol):
    """The reading side of a system of tickets, as `/reply` sees it. Each method raises as `read` does."""

    async def comments(self, name: str) -> Sequence[Comment]:
        """What was said on a ticket, oldest first, private notes among them."""
        ...

    async def groups(self) -> Sequence[Ref]:
        """The groups that a ticket may be given to."""
        ...

    async def macros(self) -> Sequence[Record]:
        """The macros that the bot may use. The text of each is its words without placeholders.

        It holds `tags` (those that it sets), `usage` (how often it was used in 30 days, empty where the system does not say) and `visibility` (`public` or `private`).
        """
        ...

    async def filled(self, macro: Record, ticket: Record) -> Sequence[Change]:
        """What a macro would make of a ticket, as changes, its placeholders filled in. Invalid where one cannot be."""
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


class Crm(Leads, Protocol):
    """A CRM as `/deal`, `/email` and `/enrich` see it: besides people, companies and deals.

    Records of deals hold, as text and empty where the system does not know it: `name`, `amount`, `stage` (a Ref where its name is not its id), `close` (ISO date), `next_step`,
    `description`, `created` and `active` (ISO dates), `outcome`; `owner` as a Ref or None. Where the system tells them: `staged` (since when
    it is in its stage), or `history` and `amounts`, each value behind its day, oldest first. A draft may add a `note`; a new `email` that hangs on a person or a deal
    has a `subject` and a `text`.
    """

    async def companies(self, words: str, *, limit: int) -> Sequence[Record]:
        """Up to `limit` companies by a name; where the system knows them, by a domain too."""
        ...

    async def deals(self, words: str, *, limit: int) -> Sequence[Record]:
        """Up to `limit` deals by a name."""
        ...

    async def people(self, of: Record, *, limit: int) -> Sequence[Record]:
        """Up to `limit` people who belong to a company or a deal, the same first each time."""
        ...

    async def thread(self, of: Record, *, limit: int) -> Sequence[Record]:
        """Up to `limit` e-mails that are logged on a person, a company or a deal, latest first; what they say is their `text`."""
        ...


class Tracker(Protocol):
    """The issues of a tracker's projects, as `/project` sees them.

    Their records hold besides what every issue holds: `category` (`new`, `indeterminate`, `done`); `created`, `updated`, `moved` (into
    that category) and `finished` (empty before it is) as ISO times; `due` as an ISO date or empty; `waits_for`, the issues that
    block this one and are not done, each as a Ref with its key; `flagged`, what somebody has flagged it with on a board;
    `epic`, the issue above it, as a Ref with its key and title, or None.
    """

    async def unfinished(self, project: str, *, limit: int) -> Sequence[Record]:
        """Up to `limit` issues that are not done, the urgent ones first, of these those that nobody has touched for longest.

        Raises NotFound for a project that is not there or not for us, Invalid when the key has no such shape.
        """
        ...

    async def finished(self, project: str, *, days: int, limit: int) -> Sequence[Record]:
        """Up to `limit` issues that are done and were touched within so many days, latest first. Raises as `unfinished`."""
        ...

    async def latest(self, name: str, *, limit: int) -> Sequence[Comment]:
        """Up to `limit` of what was said last under an issue, latest first. Raises NotFound."""
        ...
