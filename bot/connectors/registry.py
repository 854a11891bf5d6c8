"""The systems that are connected, and the way of a draft into its own."""

import importlib
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from bot.connectors.about import abouts
from bot.connectors.reading import NOBODY, Observer
from bot.connectors.veil import veiled
from bot.net.account import Account
from bot.net.http import Http
from bot.net.outcome import write_to
from bot.settings import Configuration, Settings
from bot.watch.failpoint import failpoint
from handlers.errors import Invalid, NotAllowed
from handlers.models import Draft, Record
from handlers.ports import Writes
from handlers.systems import Records


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


class ReadsBySystem:
    """One record of any system, with somebody who sees what is read: the reading twin of `WritesBySystem`."""

    def __init__(self, connectors: Mapping[str, Records], observer: Observer = NOBODY) -> None:
        self._connectors = connectors
        self._observer = observer

    async def read(self, system: str, name: str) -> Record:
        """The record as it is now. Raises as the Records port does; Invalid for a system that is not connected."""
        if (connector := self._connectors.get(system)) is None:
            raise Invalid(f"{system} is not connected any more; connect it again, then replay this.")
        found = await connector.read(name)
        await self._observer.came([found])
        return found


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
    """The Writes port that each workflow is given its own of: those in shadow mode have no way to change any system.

    Whether an earlier attempt took effect is looked up for them too: it may have been sent before the mode was switched on.
    """

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
        return await self._writes.landed(draft)

    def _of(self, draft: Draft) -> Writes:
        if draft.policy.shadow or self._in_shadow(draft.workflow):
            return Shadow(f"{draft.workflow} is in shadow mode")
        return self._writes
