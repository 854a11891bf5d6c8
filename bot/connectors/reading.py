"""The reading side of the systems as handlers see it: with somebody who sees what is read, or an honest answer where one is not connected."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.connectors.about import abouts
from handlers.errors import NotConnected
from handlers.models import Change, Draft, Record, Ref
from handlers.systems import Crm, Issues, Records, Tickets, Tracker
from handlers.tickets import Comment


class Absent:
    """The reading ports of a system that is not connected."""

    def __init__(self, name: str) -> None:
        self._sentence = abouts()[name].hint

    async def read(self, name: str) -> Record:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def alike(self, like: Record, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def children(self, names: Sequence[str], *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def values(self, project: str) -> Mapping[str, Sequence[Ref]]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def projects(self) -> Sequence[str]:
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def companies(self, words: str, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def deals(self, words: str, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def people(self, of: Record, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def thread(self, of: Record, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def comments(self, name: str) -> Sequence[Comment]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def latest(self, name: str, *, limit: int) -> Sequence[Comment]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def groups(self) -> Sequence[Ref]:
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def macros(self) -> Sequence[Record]:
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def filled(self, macro: Record, ticket: Record) -> Sequence[Change]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def unfinished(self, project: str, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)

    async def finished(self, project: str, *, days: int, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises NotConnected."""
        raise NotConnected(self._sentence)


class Observer(Protocol):
    """Sees every record that comes out of a system, and every draft that is about to go into one."""

    async def came(self, records: Sequence[Record], *, before: Record | None = None) -> None:
        """Payloads have become these records. `before` is the one record as it was known until now, where it was."""
        ...

    def goes(self, draft: Draft) -> None:
        """The changes of this draft become a body now."""
        ...


class Nobody:
    """Who does not look."""

    async def came(self, records: Sequence[Record], *, before: Record | None = None) -> None:
        """See the protocol."""

    def goes(self, draft: Draft) -> None:
        """See the protocol."""


NOBODY = Nobody()


class Observed:
    """The Records port of a system, with somebody who sees what it finds: the reading twin of `WritesBySystem`."""

    def __init__(self, port: Records, observer: Observer) -> None:
        self._port = port
        self._observer = observer

    async def read(self, name: str) -> Record:
        """See the port."""
        found = await self._port.read(name)
        await self._observer.came([found])
        return found

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._port.past(like, limit=limit)
        await self._observer.came(found)
        return found


class ObservedIssues(Observed):
    """The Issues port, with somebody who sees what it finds."""

    def __init__(self, port: Issues, observer: Observer) -> None:
        super().__init__(port, observer)
        self._issues = port

    async def alike(self, like: Record, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._issues.alike(like, limit=limit)
        await self._observer.came(found)
        return found

    async def children(self, names: Sequence[str], *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._issues.children(names, limit=limit)
        await self._observer.came(found)
        return found

    async def comments(self, name: str) -> Sequence[Comment]:
        """See the port; no record comes out of this."""
        return await self._issues.comments(name)

    async def values(self, project: str) -> Mapping[str, Sequence[Ref]]:
        """See the port; no record comes out of this."""
        return await self._issues.values(project)

    async def projects(self) -> Sequence[str]:
        """See the port; no record comes out of this."""
        return await self._issues.projects()


class ObservedTracker:
    """The Tracker port, with somebody who sees what it finds."""

    def __init__(self, port: Tracker, observer: Observer) -> None:
        self._tracker = port
        self._observer = observer

    async def unfinished(self, project: str, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._tracker.unfinished(project, limit=limit)
        await self._observer.came(found)
        return found

    async def finished(self, project: str, *, days: int, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._tracker.finished(project, days=days, limit=limit)
        await self._observer.came(found)
        return found

    async def latest(self, name: str, *, limit: int) -> Sequence[Comment]:
        """See the port; no record comes out of this."""
        return await self._tracker.latest(name, limit=limit)


class ObservedCrm(Observed):
    """The Crm port, with somebody who sees what it finds."""

    def __init__(self, port: Crm, observer: Observer) -> None:
        super().__init__(port, observer)
        self._crm = port

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._crm.find(words, limit=limit)
        await self._observer.came(found)
        return found

    async def companies(self, words: str, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._crm.companies(words, limit=limit)
        await self._observer.came(found)
        return found

    async def deals(self, words: str, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._crm.deals(words, limit=limit)
        await self._observer.came(found)
        return found

    async def people(self, of: Record, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._crm.people(of, limit=limit)
        await self._observer.came(found)
        return found

    async def thread(self, of: Record, *, limit: int) -> Sequence[Record]:
        """See the port."""
        found = await self._crm.thread(of, limit=limit)
        await self._observer.came(found)
        return found


class ObservedTickets(Observed):
    """The Tickets port, with somebody who sees the tickets. What is said on one comes with it; macros are nobody's record."""

    def __init__(self, port: Tickets, observer: Observer) -> None:
        super().__init__(port, observer)
        self._tickets = port

    async def comments(self, name: str) -> Sequence[Comment]:
        """See the port."""
        return await self._tickets.comments(name)

    async def groups(self) -> Sequence[Ref]:
        """See the port."""
        return await self._tickets.groups()

    async def macros(self) -> Sequence[Record]:
        """See the port."""
        return await self._tickets.macros()

    async def filled(self, macro: Record, ticket: Record) -> Sequence[Change]:
        """See the port."""
        return await self._tickets.filled(macro, ticket)
