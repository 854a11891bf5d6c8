"""Salesforce's stand-in with a clock of its own, and connectors to it over real HTTP; requests keep to its document, where that is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from clocks import Watch
from vendor_contract import SPECS, contract

from bot.connectors.salesforce.client import Salesforce
from bot.connectors.salesforce.sign_in import NAME, WITH_SECRET
from bot.net.http import Http
from bot.net.oauth import OAuth, TokenEndpoint, client_credentials
from bot.sandbox.salesforce.vendor import Salesforce as Organisation
from bot.sandbox.server import Standin
from handlers.models import Call, Change, Draft, Person, Place, Record

OUTSIDE = ("/queryAll",)
"""Paths of Salesforce that the document at hand leaves out."""


@dataclass
class Force:
    """The stand-in, and connectors whose sessions age by `later`."""

    standin: Standin
    http: Http
    watch: Watch
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.crm = self.connect()

    def connect(self, *, score: str = "Score__c", secret: str = "", external: str = "") -> Salesforce:
        where = f"{self.standin.url}/services/oauth2/token"
        secret = secret or self.standin.token
        endpoint = TokenEndpoint(self.http, NAME, where, client=self.standin.email, secret=secret, hint=WITH_SECRET)
        auth = OAuth(NAME, client_credentials(endpoint), now=lambda: self.seconds)
        return Salesforce(self.http, auth, url=self.standin.url, score=score, external=external)

    def later(self, seconds: float) -> None:
        self.seconds += seconds

    def id_of(self, name: str) -> str:
        return next(key for key, one in self.standin.vendor.records.items() if one.get("Name") == name)

    def tokens_given(self) -> int:
        return self.standin.vendor.tokens.given

    def draft_of(self, record: Record, *changes: Change) -> Draft:
        call = Call("c", "lead", "x", Person("p:a", "A"), Place("p", "c"))
        return Draft.of("lead", record, changes or (Change("score", "", "74"),), call=call)


@pytest.fixture
async def force() -> AsyncIterator[Force]:
    watch, broken = Watch(), []
    checks = [contract("salesforce", broken)] if SPECS.is_dir() else []
    standin = Standin(Organisation(watch), folder=None, clock=watch, middlewares=checks)
    await standin.start()
    async with Http(read_total=5, write_total=1.2) as http:
        yield Force(standin, http, watch)
    await standin.stop()
    assert [line for line in broken if line.startswith("request") and not any(path in line for path in OUTSIDE)] == []
