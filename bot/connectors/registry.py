"""The systems that are connected, and an honest answer for those that are not."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, cast

from bot.connectors.about import abouts
from bot.connectors.veil import veiled
from bot.net.account import Account
from bot.net.http import Http
from bot.net.outcome import write_to
from bot.settings import Configuration, Settings
from bot.watch.failpoint import failpoint
from handlers.errors import Invalid, NotAllowed, NotConnected
from handlers.models import Draft, Record
from handlers.ports import Leads, Records, Writes


class Connector(Records, Writes, Protocol):
    """Both sides of one system."""

    async def account(self) -> Account:
        """Whom the system takes the bot for. Raises Rejected for bad credentials, Unavailable when it cannot be reached."""
        ...


class Connect(Protocol):
    """`connect` in the `client` of every connector: its door."""

    def __call__(self, http: Http, settings: Settings, configuration: Configuration) -> Connector:
        """The connector to the system that the settings name."""
        ...


NO_RULES = Configuration()


def connected(settings: Settings, http: Http, configuration: Configuration = NO_RULES) -> dict[str, Connector]:
    """Every connector whose settings are there. A folder here with an `about.toml` is one; only those that are on are imported."""
    return {name: door(name)(http, settings, configuration) for name, about in abouts().items() if about.is_on(settings)}


def door(name: str) -> Connect:
    """How a connector is opened."""
    return cast("Connect", importlib.import_module(f"bot.connectors.{name}.client").connect)


class Absent:
    """The Records and Leads ports of a system that is not connected."""

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


class Observed:
    """The Records and Leads ports of a system, with somebody who sees what they find: the reading twin of `WritesBySystem`."""

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

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:
        """See the port; only a CRM has this side."""
        found = await cast("Leads", self._port).find(words, limit=limit)
        await self._observer.came(found)
        return found


NOBODY = Nobody()


class WritesBySystem:
    """The Writes port over all connectors: a draft goes to the system that its record is in."""

    def __init__(self, connectors: Mapping[str, Connector], observer: Observer = NOBODY) -> None:
        self._connectors = connectors
        self._observer = observer

    async def write(self, draft: Draft) -> str:
        """See the port."""
        connector = self._of(draft)
        self._observer.goes(draft)
        with veiled(draft), write_to(draft.record.system):
            failpoint("before_send")
            address = await connector.write(draft)
        failpoint("after_send")
        return address

    async def reread(self, draft: Draft) -> Record:
        """See the port."""
        record = await self._of(draft).reread(draft)
        await self._observer.came([record], before=draft.record)
        failpoint("after_reread")
        return record

    async def landed(self, draft: Draft) -> bool:
        """See the port."""
        return await self._of(draft).landed(draft)

    def _of(self, draft: Draft) -> Connector:
        if (found := self._connectors.get(draft.record.system)) is None:
            raise Invalid(f"{draft.record.system} is not connected any more; nothing was written.")
        return found


class Shadow:
    """The Writes port in shadow mode: it has no way to any system. `why` begins the sentence that says so."""

    def __init__(self, why: str = "SHADOW is on") -> None:
        self._why = why

    async def write(self, draft: Draft) -> str:
        """Raises NotAllowed."""
        raise NotAllowed(f"not allowed: {self._why}, so nothing is written to {draft.record.system}.")

    async def reread(self, draft: Draft) -> Record:
        """Raises NotAllowed."""
        raise NotAllowed(f"not allowed: {self._why}, so nothing is written to {draft.record.system}.")

    async def landed(self, draft: Draft) -> bool:  # noqa: ARG002 - the port's signature
        """Nothing lands that was never sent."""
        return False


class WritesByWorkflow:
    """The Writes port that each workflow is given its own of: those in shadow mode have no way to any system."""

    def __init__(self, writes: Writes, in_shadow: Callable[[str], bool]) -> None:
        self._writes = writes
        self._in_shadow = in_shadow

    async def write(self, draft: Draft) -> str:
        """See the port. Raises NotAllowed in shadow mode."""
        return await self._of(draft).write(draft)

    async def reread(self, draft: Draft) -> Record:
        """See the port. Raises NotAllowed in shadow mode."""
        return await self._of(draft).reread(draft)

    async def landed(self, draft: Draft) -> bool:
        """See the port."""
        return await self._of(draft).landed(draft)

    def _of(self, draft: Draft) -> Writes:
        if draft.policy.shadow or self._in_shadow(draft.workflow):
            return Shadow(f"{draft.workflow} is in shadow mode")
        return self._writes
