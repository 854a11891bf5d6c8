"""Zendesk's stand-in with a clock of its own, and the connector to it over real HTTP; both sides keep to its document, where that is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from clocks import Watch
from vendor_contract import SPECS, contract

from bot.connectors.zendesk.client import Zendesk
from bot.net.http import Http
from bot.sandbox.faults import Fault
from bot.sandbox.server import Standin
from bot.sandbox.zendesk.vendor import Zendesk as Company
from handlers.models import Call, Change, Draft, Person, Place, Record

OUTSIDE = ("/macros",)
"""Paths of Zendesk that its document at hand leaves out."""


@dataclass
class Desk:
    """The stand-in and the connector to it."""

    standin: Standin
    zendesk: Zendesk
    watch: Watch
    is_troubled: bool = False

    def trouble(self, fault: Fault) -> None:
        """Script a fault: from here on the stand-in does not keep to the document."""
        self.standin.faults.add(fault)
        self.is_troubled = True

    def draft(self, record: Record, *changes: Change) -> Draft:
        return Draft.of("reply", record, changes, call=Call("c", "reply", "x", Person("p:a", "A"), Place("p", "c")))

    def ticket(self, *changes: Change) -> Draft:
        """A draft of a new ticket."""
        return self.draft(Record.new("zendesk", "ticket", title="New"), *changes)

    def writes(self) -> int:
        return len([one for one in self.standin.ledger.entries if one.effect])


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    watch, broken = Watch(), []
    checks = [contract("zendesk", broken)] if SPECS.is_dir() else []
    standin = Standin(Company(watch), folder=None, clock=watch, middlewares=checks)
    await standin.start()
    async with Http(read_total=5, write_total=1.2) as http:
        zendesk = Zendesk(http, url=standin.url, email=standin.email, token=standin.token)
        desk = Desk(standin, zendesk, watch)
        yield desk
    await standin.stop()
    known = [line for line in broken if not any(path in line for path in OUTSIDE)]
    assert [line for line in known if not desk.is_troubled or line.startswith("request")] == []
