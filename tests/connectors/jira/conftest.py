"""Jira's stand-in with a clock of its own, and the connector to it over real HTTP; both sides keep to its document, where that is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from clocks import Watch
from vendor_contract import SPECS, contract

from bot.connectors.jira.client import Jira
from bot.net.http import Http
from bot.sandbox.faults import Fault
from bot.sandbox.jira.vendor import Jira as Company
from bot.sandbox.server import Standin
from handlers.models import Call, Change, Draft, Person, Place, Record, Verb, Vote


@dataclass
class Tracker:
    """The stand-in and the connector to it."""

    standin: Standin
    jira: Jira
    watch: Watch
    is_troubled: bool = False

    def trouble(self, fault: Fault) -> None:
        """Script a fault: from here on the stand-in does not keep to the document."""
        self.standin.faults.add(fault)
        self.is_troubled = True

    def draft(self, record: Record, *changes: Change) -> Draft:
        """A draft of these changes, approved just now."""
        drawn = Draft.of("triage", record, changes, call=Call("c", "triage", "x", Person("p:a", "A"), Place("p", "c")))
        return replace(drawn, votes=(Vote(Verb.APPROVE, 1, "p:b", "B", self.watch()),))

    def issue(self, *changes: Change, project: str = "SUP") -> Draft:
        """A draft of a new issue."""
        return self.draft(Record.new("jira", "issue", project, title="New"), *changes)

    def writes(self) -> int:
        return len([one for one in self.standin.ledger.entries if one.effect])


@pytest.fixture
async def tracker() -> AsyncIterator[Tracker]:
    watch, broken = Watch(), []
    checks = [contract("jira", broken)] if SPECS.is_dir() else []
    standin = Standin(Company(watch), folder=None, clock=watch, middlewares=checks)
    await standin.start()
    async with Http(read_total=5, write_total=1.2) as http:
        jira = Jira(http, url=standin.url, email=standin.email, token=standin.token, clock=watch)
        tracker = Tracker(standin, jira, watch)
        yield tracker
    await standin.stop()
    assert [line for line in broken if not tracker.is_troubled or line.startswith("request")] == []
